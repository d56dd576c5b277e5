import { isAtLeast } from './defaults.js'
import { nginxDirectives } from './directive-table.js'
import { lookUp } from './look-up.js'
import { moduleDirectives, otherDirectives } from './module-table.js'

/**
 * A place that directives stand in, one letter each:
 * `m` the main level, `e` events; `h` http, `s` server, `l` location, `u` upstream, `i` an `if` in a server, `j` an `if` in a location,
 * `x` limit_except; `H` stream, `S` its server, `U` its upstream; `A` mail, `B` its server; `R`, `Q`, `P` rtmp, its server, an application.
 */
export type Place = string
export const everywhere = 'mehsluijxHSUABRQP'

/** What nginx knows of a directive in some of the places. */
export interface Form {
  readonly places: string
  readonly block: boolean
  /** How many arguments it may have, a bit each: see `takes`. */
  readonly counts: number
  readonly isFlag: boolean
  /** `s` text, `n` number, `z` size, `o` offset, `t` milliseconds, `T` seconds, `b` buffers, `e` and `m` one or several of `values`, `d` read in its own way. */
  readonly kind: string
  readonly values: readonly string[]
  /** Is a second one in the same block refused? */
  readonly once: boolean
  readonly since: string | undefined
  /** The first version without it. */
  readonly until: string | undefined
}

/** Read in their own way, and refused only when they say the same again. */
const repeatable = new Set(['limit_req', 'limit_conn', 'log_format'])

const ofNginx = tableOf(nginxDirectives)
const ofModules = tableOf(moduleDirectives)
let others: ReadonlySet<string> | undefined

/** The forms of a directive, whatever version has them; nothing when its name is unknown. */
const formsOf = (name: string): readonly Form[] | undefined => ofNginx.forms(name)

/** The same for one very version, with the modules' directives. */
export function formsFor(name: string, exactVersion: string | undefined): readonly Form[] | undefined {
  if (exactVersion === undefined) return formsOf(name)
  const known = [...(formsOf(name) ?? []), ...(ofModules.forms(name) ?? [])]
  return known.length > 0 ? known.filter(it => isIn(exactVersion, it)) : undefined
}

const isIn = (version: string, { since, until }: Form): boolean =>
  (since === undefined || isAtLeast(version, since)) && (until === undefined || !isAtLeast(version, until))

const formsByPlaces = new Map<string, Map<string, readonly Form[]>>()

/** Those of them that stand in one of these places. Remembered, since all directives of all such blocks ask. */
export function formsIn(places: string, name: string, exactVersion: string | undefined): readonly Form[] | undefined {
  if (exactVersion !== undefined) {
    const forms = formsFor(name, exactVersion)
    return forms && amongPlaces(forms, places)
  }
  let known = formsByPlaces.get(places)
  if (!known) {
    known = new Map()
    formsByPlaces.set(places, known)
  }
  const found = known.get(name)
  if (found) return found
  const forms = formsOf(name)
  if (!forms) return undefined
  const here = amongPlaces(forms, places)
  known.set(name, here)
  return here
}

const amongPlaces = (forms: readonly Form[], places: string): readonly Form[] => forms.filter(it => overlap(it.places, places))
const overlap = (a: string, b: string): boolean => [...a].some(it => b.includes(it))

export function isKnownName(name: string): boolean {
  others ??= new Set(otherDirectives.split(/\s+/))
  return ofNginx.lines().has(name) || ofModules.lines().has(name) || others.has(name)
}

/** Does nginx take so many arguments? */
export const takes = (form: Form, count: number): boolean => (form.counts & (1 << (count < many ? count : many))) !== 0

interface Table {
  /** By the names of the directives. */
  lines(): ReadonlyMap<string, string>
  forms(name: string): readonly Form[] | undefined
}

/** A table is looked at when the first name is asked for, and each line when its own name is: few of a thousand occur in a project. */
function tableOf(table: string): Table {
  const known = new Map<string, readonly Form[]>()
  let all: ReadonlyMap<string, string> | undefined
  const lines = () => {
    all ??= linesByName(table)
    return all
  }
  const forms = (name: string) => {
    const found = known.get(name)
    if (found) return found
    const read = lines().get(name)?.split('\n').map(readForm)
    if (read) known.set(name, read)
    return read
  }
  return { lines, forms }
}

function linesByName(table: string): Map<string, string> {
  const lines = new Map<string, string>()
  for (const line of table.trim().split('\n')) {
    const name = line.slice(0, line.indexOf(' '))
    const known = lines.get(name)
    lines.set(name, known === undefined ? line : `${known}\n${line}`)
  }
  return lines
}

/** `ssl_verify_client hs 1 e:off,on @1.2.3`: name, places, arguments (`f` on or off, `1+` one or more, `12` one or two, `{` a block), kind, since; `<1.25.1`: gone since. */
function readForm(line: string): Form {
  const [name, places, count, ...rest] = line.split(' ') as [string, string, string, ...string[]]
  const since = rest.find(it => it.startsWith('@'))?.slice(1)
  const until = rest.find(it => it.startsWith('<'))?.slice(1)
  const [kind = '', values = ''] = (rest.find(it => !/^[@<]/.test(it) && it !== '-') ?? '').split(':')
  return {
    places: places === '*' ? everywhere : places === '-' ? '' : places,
    block: count.endsWith('{'),
    counts: countsOf(count.replace('{', '')),
    isFlag: count.startsWith('f'),
    kind,
    values: values === '' ? [] : values.split(','),
    once: kind !== '' && kind !== 'm' && !repeatable.has(name),
    since,
    until
  }
}

/** More arguments than any table counts. */
const many = 10

function countsOf(count: string): number {
  if (count === 'f') return 1 << 1
  if (count === '*') return -1
  if (count.endsWith('+')) return -1 << Number(count[0])
  return [...count].reduce((counts, it) => counts | (1 << Number(it)), 0)
}

const placesBelow = new Map<string, string | undefined>()

/** Where the children of a block in these places stand; nothing when they are no directives, or of a module that is not known here. */
export function placesOfChildren(name: string, places: string): string | undefined {
  const inside = lookUp(blocks, name)
  if (!inside) return undefined
  const key = `${name} ${places}`
  if (!placesBelow.has(key)) {
    const forms = (formsOf(name) ?? []).filter(it => it.block)
    const taken = [...places].filter(place => forms.some(it => it.places.includes(place)))
    placesBelow.set(key, taken.map(it => inside[it] ?? '').join('') || undefined)
  }
  return placesBelow.get(key)
}

const blocks: Readonly<Record<string, Readonly<Record<string, Place>>>> = {
  http: { m: 'h' },
  stream: { m: 'H' },
  mail: { m: 'A' },
  rtmp: { m: 'R' },
  events: { m: 'e' },
  server: { h: 's', H: 'S', A: 'B', R: 'Q' },
  upstream: { h: 'u', H: 'U' },
  location: { s: 'l', l: 'l' },
  if: { s: 'i', l: 'j' },
  limit_except: { l: 'x' },
  application: { Q: 'P' }
}

/** The known name that this one was meant to be: for TLS settings two slips are forgiven, for others one. */
export function closestName(name: string, places: string): string | undefined {
  const wanted = name.toLowerCase().replace(/-/g, '_')
  let best: string | undefined
  let least = 3
  for (const it of ofNginx.lines().keys()) {
    const allowed = /(?:^|_)ssl_/.test(it) && wanted.length >= 8 ? 2 : wanted.length >= 4 ? 1 : 0
    if (Math.abs(it.length - wanted.length) > allowed || (allowed === 1 && differingPart(wanted, it) > 2)) continue
    const distance = editDistance(wanted, it, allowed)
    if (distance > allowed || distance >= least) continue
    if (!formsOf(it)!.some(form => [...form.places].some(place => places.includes(place)))) continue
    best = it
    least = distance
  }
  return best
}

/** How much is left of the longer word without what both begin and end with: one slip leaves at most two letters. */
function differingPart(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  let start = 0
  while (start < shorter && a.charCodeAt(start) === b.charCodeAt(start)) start++
  let end = 0
  while (end < shorter - start && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end++
  return Math.max(a.length, b.length) - start - end
}

/** Insertions, deletions, replacements and swaps of neighbours; more than `limit` counts as `limit + 1`. */
function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, it) => it)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let lowest = i
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let value = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, beforeLast[j - 2]! + 1)
      row.push(value)
      lowest = Math.min(lowest, value)
    }
    if (lowest > limit) return limit + 1
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
