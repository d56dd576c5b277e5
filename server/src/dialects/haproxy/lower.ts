import type { LowerContext, Lowered, PathUse, Problem } from '../../core/dialect.js'
import type { Edited } from '../../core/edited.js'
import type { PlainEnd, TlsEndpoint } from '../../core/model.js'
import { memo, type SourceFile } from '../../core/text.js'
import { type Common, keyOf, lowerSection, type Part, pathsOf, surveyOf } from './parts.js'
import { lowerHttpClient } from './server.js'

export function lower(root: SourceFile, ctx: LowerContext): Lowered {
  const survey = surveyOf(root, ctx)
  const parts = survey.configuration.tree.sections.map(it => lowerSection(it, survey.reader.header(it), survey))
  return assemble({ common: survey.common, parts: () => parts, problems: parts, files: filesOf(parts) }, survey.reader.around)
}

/** Of what a root's `Lowered` is made. */
export interface Pieces {
  readonly common: Common
  /** What each section says. */
  parts(): readonly Part[]
  readonly problems: readonly Pick<Part, 'header' | 'problems'>[]
  /** Those beside the root itself. */
  readonly files: readonly SourceFile[]
  readonly typed?: Typed
}

/** What was typed into one section while the others stayed what they were. */
export interface Typed {
  /** What each section said before that, and the sections. */
  readonly base: Pick<Common, 'configuration'> & { readonly parts: readonly Part[] }
  readonly index: number
  /** All edits since, as one. */
  readonly edited: Edited
  /** What that section says now, and those that depend on it, by their places among all. */
  readonly fresh: ReadonlyMap<number, Part>
}

const pieces = new WeakMap<Lowered, Pieces>()
export const piecesOf = (lowered: Lowered): Pieces | undefined => pieces.get(lowered)

export const filesOf = memo((parts: readonly Part[]): readonly SourceFile[] => [...new Set(parts.flatMap(it => it.files))])

/** Endpoints and paths are put together when somebody asks for them: most edits change nothing but problems and places. */
export function assemble(made: Pieces, around: readonly Problem[]): Lowered {
  const { common, problems, files } = made
  let endpoints: readonly TlsEndpoint[] | undefined
  let paths: readonly PathUse[] | undefined
  let plain: readonly PlainEnd[] | undefined
  const lowered: Lowered = {
    get endpoints() {
      endpoints ??= endpointsOf(made.parts(), common)
      return endpoints
    },
    get plain() {
      plain ??= made.parts().flatMap(it => it.ends)
      return plain
    },
    problems: unique([...around, ...problems.flatMap(it => [...it.header, ...it.problems])]),
    get paths() {
      paths ??= pathsIn(made.parts(), common)
      return paths
    },
    pem: [],
    files: [common.configuration.file, ...files]
  }
  pieces.set(lowered, made)
  return lowered
}

function endpointsOf(parts: readonly Part[], { configuration }: Common): readonly TlsEndpoint[] {
  const { tree, bySection } = configuration
  const endpoints: TlsEndpoint[] = []
  for (const isProxy of [true, false])
    for (const [at, part] of parts.entries()) if (bySection.has(tree.sections[at]!) === isProxy) endpoints.push(...part.endpoints)
  const client = lowerHttpClient(configuration)
  if (client) endpoints.push(client)
  const plain = parts.flatMap(it => it.plain)
  const verifying = plain.length > 0 ? endpoints.filter(it => it.role === 'server' && it.peer.certificate.value !== 'ignore') : []
  return verifying.length > 0 ? [...endpoints, ...plain.filter(leadsToSameAs(verifying))] : endpoints
}

/** A plain listener is told of only where it opens another way to what a verifying one gives. */
function leadsToSameAs(verifying: readonly TlsEndpoint[]): (plain: TlsEndpoint) => boolean {
  const contents = new Set(verifying.flatMap(it => it.content ?? []))
  const targets = new Set(verifying.flatMap(it => it.forwards?.map(forward => forward.target) ?? []))
  return ({ content, forwards }) => content?.some(it => contents.has(it)) === true || forwards?.some(it => targets.has(it.target)) === true
}

/** What stands in `defaults` or `global` would be told as often as it is inherited. */
function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>()
  return problems.filter(it => {
    const key = `${it.rule}\0${it.path}\0${it.start}\0${it.end}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** Every path that is written. What stands in `defaults`, or in a list, is told once. */
function pathsIn(parts: readonly Part[], common: Common): PathUse[] {
  const client = lowerHttpClient(common.configuration)
  const seen = new Set<string>()
  const isFirst = (it: PathUse) => {
    const key = keyOf(it)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  }
  const inSections = parts.flatMap(({ paths, sharesPaths }) => (sharesPaths ? paths.filter(isFirst) : paths))
  return client ? [...inSections, ...pathsOf([client], common)] : inSections
}
