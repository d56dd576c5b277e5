import type { LowerContext, Lowered, LoweredAgain } from '../../core/dialect.js'
import { type Edited, hasOnlyMoved, joined, moving } from '../../core/edited.js'
import type { TlsEndpoint } from '../../core/model.js'
import { movingEndpoints } from '../../core/moved-endpoint.js'
import { memo, type SourceFile } from '../../core/text.js'
import { type Configuration, nameOf } from './configuration.js'
import { assemble, filesOf, type Pieces, piecesOf, type Typed } from './lower.js'
import { replacedIn } from './parse-again.js'
import type { Section } from './parser.js'
import { type Common, lowerSection, type Part, type Survey, surveyOf } from './parts.js'

/**
 * What `lower` gives after an edit inside one proxy: the other sections say what they said, further up or down in the text.
 * Nothing when the edit may concern them, too.
 */
export function lowerAgain(root: SourceFile, earlier: Lowered, ctx: LowerContext): LoweredAgain | undefined {
  const before = piecesOf(earlier)
  const replaced = replacedIn(root, ctx.settings.haproxy.version)
  if (!before || !replaced) return undefined
  const survey = surveyOf(root, ctx)
  const { index, edited } = replaced
  const section = survey.configuration.tree.sections[index]!
  if (!survey.configuration.bySection.has(section) || !isSameToOthers(before.common, survey)) return undefined
  const typed = typedSince(before, index, edited)
  const move = moving(edited)
  const fresh = new Map<number, Part>()
  let onlyMoved = true
  for (const at of readAgain(section, index, typed.base.parts, survey.configuration)) {
    const was = before.typed === undefined ? typed.base.parts[at]! : (typed.fresh.get(at) ?? before.parts()[at]!)
    const part = lowerSection(survey.configuration.tree.sections[at]!, move(was.header), survey)
    fresh.set(at, part)
    onlyMoved &&= saysTheSame(was, part, edited)
  }
  return onlyMoved ? sameAgain({ ...typed, fresh }, survey, move) : changedAgain(before, fresh, survey, edited)
}

/** Can no section but those that use the edited one tell the difference? */
const isSameToOthers = (before: Common, now: Common): boolean =>
  before.asksForCertificates === now.asksForCertificates &&
  before.readsConnection === now.readsConnection &&
  before.configuration.isPart === now.configuration.isPart

/** With what was typed into the same section before. */
function typedSince({ typed, common, parts }: Pieces, index: number, edited: Edited): Typed {
  if (typed?.index === index) return { ...typed, edited: joined(typed.edited, edited) }
  return { base: { configuration: common.configuration, parts: parts() }, index, edited, fresh: new Map() }
}

/** The edited section, and those that use it as a backend: what listeners hand on, and to whom, is written there, too. */
function readAgain(section: Section, index: number, parts: readonly Part[], { backends }: Configuration): readonly number[] {
  const name = nameOf(section)
  if (backends.get(name)?.section !== section) return [index]
  return [...parts.keys()].filter(at => at === index || parts[at]!.uses.includes(name))
}

const readsOf = memo((parts: readonly Part[]): readonly string[] => [...new Set(parts.flatMap(it => it.reads))])

function saysTheSame(before: Part, after: Part, edited: Edited): boolean {
  const said = ({ header, problems, ...rest }: Part) => rest
  return hasOnlyMoved(edited)(said(before), said(after))
}

function sameAgain(typed: Typed, survey: Survey, move: LoweredAgain['move']): LoweredAgain {
  const { base, edited, fresh } = typed
  for (const path of readsOf(base.parts)) survey.read(path)
  const moveSinceBase = moving(edited)
  let parts: readonly Part[] | undefined
  const made: Pieces = {
    common: survey.common,
    parts() {
      parts ??= movedParts(base, fresh, edited)
      return parts
    },
    problems: base.parts.map((part, at) => fresh.get(at) ?? movedProblems(part, moveSinceBase)),
    files: filesOf(base.parts),
    typed
  }
  return { lowered: assemble(made, survey.reader.around), kept: new Map(), move, onlyMoved: true }
}

function changedAgain(before: Pieces, fresh: ReadonlyMap<number, Part>, survey: Survey, edited: Edited): LoweredAgain {
  const was = before.parts()
  const parts = movedParts({ configuration: before.common.configuration, parts: was }, fresh, edited)
  for (const path of readsOf(parts)) survey.read(path)
  const kept = new Map<TlsEndpoint, TlsEndpoint>()
  for (const [at, part] of parts.entries()) {
    if (fresh.has(at)) continue
    for (const list of ['endpoints', 'plain'] as const) for (const [place, it] of part[list].entries()) kept.set(it, was[at]![list][place]!)
  }
  const made: Pieces = { common: survey.common, parts: () => parts, problems: parts, files: filesOf(parts) }
  return { lowered: assemble(made, survey.reader.around), kept, move: moving(edited) }
}

/** The parts of before, where they are now, with those that were read again in their places. */
function movedParts({ configuration, parts }: Typed['base'], fresh: ReadonlyMap<number, Part>, edited: Edited): readonly Part[] {
  const { endpoint, end, path } = movingEndpoints(edited)
  const move = moving(edited)
  const moved = (part: Part): Part => ({
    endpoints: part.endpoints.map(endpoint),
    plain: part.plain.map(endpoint),
    ends: part.ends.map(end),
    ...movedProblems(part, move),
    paths: part.paths.map(path),
    sharesPaths: part.sharesPaths,
    files: part.files,
    reads: part.reads,
    uses: part.uses
  })
  return parts.map((part, at) => fresh.get(at) ?? (endOf(part, at, configuration) <= edited.start ? part : moved(part)))
}

const movedProblems = ({ header, problems }: Part, move: LoweredAgain['move']): Pick<Part, 'header' | 'problems'> => ({
  header: move(header),
  problems: move(problems)
})

/** No place that a part knows of in its own file lies behind this. */
function endOf({ uses }: Part, index: number, { tree, backends, commonEnd }: Configuration): number {
  let end = Math.max(tree.sections[index]!.end, commonEnd)
  for (const it of uses) end = Math.max(end, backends.get(it)?.section.end ?? 0)
  return end
}
