/** Who presents what to whom in the workspace, as plain data for a picture and for a list beside it. */
import type { Location } from '../core/text.js'
import type { Workspace } from '../core/workspace.js'
import type { PictureLink, TrustMapPicture } from '../lsp/protocol.js'
import { collapse } from '../trust-map/collapse.js'
import { buildTrustMap } from '../trust-map/graph.js'
import { layOut } from '../trust-map/layout.js'
import type { MapQuestionSides } from '../trust-map/map.js'
import { drawMermaid } from '../trust-map/mermaid.js'
import { draw } from '../trust-map/picture.js'
import { drawSvg } from '../trust-map/svg.js'
import { summaryOf } from '../trust-map/words.js'

/** How places and paths are written for people. */
export interface ShownPlaces {
  /** `orders/nginx.conf:22` */
  place(at: Location): string
  path(path: string): string
}

export interface TrustMapHere {
  readonly picture: TrustMapPicture
  /** What the links of the picture count. */
  readonly places: readonly Location[]
  readonly questions: readonly MapQuestionSides[]
  readonly folders: readonly string[]
  readonly svg: string
  readonly mermaid: string
}

export function trustMapHere(workspace: Workspace, within: string | undefined, now: Date, shown: ShownPlaces): TrustMapHere {
  const map = collapse(buildTrustMap({ workspace, at: now }), { shown: shown.path, ...(within !== undefined && { within }) })
  const places: Location[] = []
  const questions: MapQuestionSides[] = []
  const folders: string[] = []
  const link = (at: Location | undefined): { readonly place?: PictureLink } =>
    at ? { place: { index: places.push(at) - 1, label: shown.place(at) } } : {}
  const { width, height, shapes } = draw(map, layOut(map, shown.path), { notes: false })
  return {
    picture: {
      summary: summaryOf(map),
      ...(within !== undefined && { within: shown.path(within) }),
      notes: map.notes,
      width,
      height,
      shapes,
      nodes: map.nodes.map(({ id, kind, label, details, at, within: folder }) => ({
        id,
        kind,
        label: folder === undefined ? label : `${label} in ${shown.path(folder)}`,
        details: details.map(it => it.text),
        ...link(at),
        ...(folder !== undefined && folder !== within && { within: folders.push(folder) - 1 })
      })),
      ties: map.edges.map(({ id, kind, from, to, says, verdict, at, question }) => ({
        id,
        kind,
        from,
        to,
        says,
        ...(verdict && { verdict }),
        ...link(at),
        ...(question && { ask: questions.push(question) - 1 })
      }))
    },
    places,
    questions,
    folders,
    svg: drawSvg(map, shown.path),
    mermaid: drawMermaid(map, shown.path)
  }
}
