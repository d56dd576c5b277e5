import { type Diagnostic, severities } from '../core/diagnostic.js'
import type { TlsEndpoint } from '../core/model.js'
import type { Location } from '../core/text.js'
import type { Workspace } from '../core/workspace.js'
import type { Explanation } from './explain.js'

/** A finding of this workspace that would explain the error. */
export interface CauseHere {
  readonly finding: Diagnostic
  /** The words of the line that also stand at this finding: a path, a name, an address. */
  readonly named: readonly string[]
}

/** Findings that matter for an answer; more would bury it. */
const mostShown = 12

/** Which causes of the most specific explanation this workspace shows: what the line names first, then the likelier cause. */
export function causesHere(workspace: Workspace, explanations: readonly Explanation[], text: string): readonly CauseHere[] {
  const rules = rulesOf(explanations)
  if (rules.length === 0) return []
  const words = namedIn(text)
  const found = new Map<string, CauseHere & { readonly rank: number }>()
  for (const root of workspace.roots()) {
    const wanted = workspace.check(root).filter(it => rules.includes(it.rule) && it.suppressed === undefined)
    if (wanted.length === 0) continue
    const endpoints = workspace.lowered(root)?.endpoints ?? []
    for (const finding of wanted) {
      const named = words.filter(it => concerns(workspace, finding, endpoints, it))
      found.set(`${finding.path}\n${finding.start}\n${finding.rule}\n${finding.message}`, {
        finding,
        named,
        rank: rules.indexOf(finding.rule)
      })
    }
  }
  return [...found.values()]
    .sort(
      (a, b) =>
        closeness(b) - closeness(a) ||
        a.rank - b.rank ||
        severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity) ||
        (a.finding.path < b.finding.path ? -1 : a.finding.path > b.finding.path ? 1 : a.finding.start - b.finding.start)
    )
    .slice(0, mostShown)
    .map(({ finding, named }) => ({ finding, named }))
}

/** 2: the line names the file that the finding stands in; 1: it names something else about it. */
function closeness({ finding, named }: CauseHere): number {
  return named.some(it => isFile(it, finding.path)) ? 2 : Number(named.length > 0)
}

/** In order of likelihood. What says only that something failed counts when nothing closer was found. */
function rulesOf(explanations: readonly Explanation[]): readonly string[] {
  return [...new Set(explanations.slice(0, 1).flatMap(it => it.causes.flatMap(each => each.rules)))]
}

/** File names, host names, addresses with ports, and common names of a line; not its program names, dates or versions. */
export function namedIn(text: string): readonly string[] {
  const line = text.slice(0, 8192)
  const found = [
    ...all(line, /[\w./@~-]{0,300}\/[\w.@~-]{1,200}\.(?:pem|crt|cer|key|crl|p12|pfx|jks|der|conf|cfg|ya?ml|txt)\b/g),
    ...all(line, /\b[\w-]{1,100}\.(?:pem|crt|cer|key|crl|p12|pfx|jks|der|conf|cfg|ya?ml)\b/g),
    ...all(
      line,
      /\b(?:server|host|upstream|sni|name|for|not|matching|match|target host name|hostname)"?:? ?[<"']?(?:https?:\/\/)?([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,10})(?::\d+)?\b/gi
    ),
    ...all(line, /\b((?:\d{1,3}\.){3}\d{1,3}:\d{1,5})\b/g),
    ...all(line, /\bhttps?:\/\/([\w.-]{1,253}(?::\d{1,5})?)/g),
    ...all(line, /\bCN ?= ?([^,/\n"']{1,64})/g),
    ...all(line, /'([\w*][\w.*-]{2,253})'/g),
    ...all(line, /\b(?:server|bind) '?([\w.-]{1,80}\/[\w.-]{1,80})/gi)
  ]
  return [...new Set(found.map(it => it.trim()).filter(it => it.length > 2))].slice(0, 40)
}

const all = (line: string, pattern: RegExp): readonly string[] => [...line.matchAll(pattern)].map(it => it[1] ?? it[0])

/** Is this word the finding’s file, or does it stand in its message, at its place, or in the block that it belongs to? */
function concerns(workspace: Workspace, finding: Diagnostic, endpoints: readonly TlsEndpoint[], word: string): boolean {
  const places: readonly Location[] = [finding, ...finding.related]
  if (places.some(it => isFile(word, it.path))) return true
  if (contains(finding.message, word) || finding.related.some(it => contains(it.message, word))) return true
  if (places.some(it => contains(textAt(workspace, it), word))) return true
  return endpoints.some(it => belongsTo(finding, it) && answersTo(it, word))
}

/** Folders of a deployed path are others than those of the workspace, so the name alone counts. */
function isFile(word: string, path: string): boolean {
  const name = word.slice(word.lastIndexOf('/') + 1)
  return name.includes('.') && path.endsWith(`/${name}`)
}

/** Whole words only: `api` does not stand in `capital`. */
function contains(text: string, word: string): boolean {
  const at = text.toLowerCase().indexOf(word.toLowerCase())
  if (at < 0) return false
  const isWord = (it: string | undefined) => it !== undefined && /\w/.test(it)
  return !isWord(text[at - 1]) && !isWord(text[at + word.length])
}

function textAt({ read }: Workspace, { path, start, end }: Location): string {
  const entry = read(path)
  if (entry.kind !== 'file' || end - start > 400) return ''
  return entry.file.text.slice(start, end)
}

const isWithin = (it: Location, block: Location): boolean => it.path === block.path && it.start >= block.start && it.end <= block.end

/** Written in its block, or in a certificate file that it uses. */
function belongsTo(finding: Diagnostic, endpoint: TlsEndpoint): boolean {
  if (isWithin(finding, endpoint.block)) return true
  const used = [...endpoint.identities.flatMap(it => [it.certificate, it.key]), ...endpoint.peer.trustAnchors, ...endpoint.peer.crls]
  return used.some(it => it?.kind === 'file' && it.path === finding.path)
}

function answersTo({ serverNames, addresses, requestHost, label }: TlsEndpoint, word: string): boolean {
  const host = word.replace(/:\d+$/, '').toLowerCase()
  const port = /:(\d+)$/.exec(word)?.[1]
  if (serverNames.some(it => it.value.toLowerCase() === host) || requestHost?.toLowerCase() === host) return true
  if (label.toLowerCase().split(' ').includes(host)) return true
  return port !== undefined && addresses.some(it => `${it.host ?? ''}:${it.port ?? ''}`.toLowerCase() === word.toLowerCase())
}
