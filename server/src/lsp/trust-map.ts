import type { Connection } from 'vscode-languageserver'
import type { Location } from '../core/text.js'
import { trustMapHere } from '../features/trust-map.js'
import { type Answering, whenWalked } from './answering.js'
import { type DrawnTrustMap, type TrustMapParams, trustMapRequest } from './protocol.js'
import { toLocation } from './to-lsp.js'
import { pathOf, shownPath, uriOf } from './uris.js'

/** Answers our own client who presents what to whom. */
export function answerTrustMap(connection: Connection, ctx: Answering): void {
  const { checker, files } = ctx
  const path = (it: string) => shownPath(it, ctx.folders())
  const place = (at: Location) => `${path(at.path)}:${toLocation(at, files.read).range.start.line + 1}`

  const answerMap = ({ within }: TrustMapParams): DrawnTrustMap => {
    const drawn = trustMapHere(checker.workspace(), within === undefined ? undefined : pathOf(within), new Date(), { path, place })
    return {
      ...drawn,
      places: drawn.places.map(it => toLocation(it, files.read)),
      folders: drawn.folders.map(uriOf),
      questions: drawn.questions.map(({ server, client }) => ({
        server: { uri: uriOf(server.path), listen: server.listen },
        client: { kind: 'endpoint', uri: uriOf(client.path), label: client.label, index: client.index }
      }))
    }
  }

  connection.onRequest<DrawnTrustMap | null, void>(trustMapRequest, whenWalked(ctx, answerMap))
}
