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
  /** Does nginx take so many arguments? */
  takes(count: number): boolean
  readonly isFlag: boolean
  /** `s` text, `n` number, `z` size, `o` offset, `t` milliseconds, `T` seconds, `b` buffers, `e` and `m` one or several of `values`, `d` read in its own way. */
  readonly kind: string
  readonly values: readonly string[]
  /** Is a second one in the same block refused? */
  readonly once: boolean
  readonly since: string | undefined
}

/** Read in their own way, and refused only when they say the same again. */
const repeatable = new Set(['limit_req', 'limit_conn', 'log_format'])

const ofNginx = readTable(nginxDirectives)
const ofModules = readTable(moduleDirectives)
const others = new Set(otherDirectives.split(/\s+/))

/** The forms of a directive; nothing when its name is unknown. */
export const formsOf = (name: string): readonly Form[] | undefined => ofNginx.get(name)
export const moduleFormsOf = (name: string): readonly Form[] | undefined => ofModules.get(name)
export const isKnownName = (name: string): boolean => ofNginx.has(name) || ofModules.has(name) || others.has(name)
export const nginxNames = (): Iterable<string> => ofNginx.keys()
export const isSince = (form: Form, version: string): boolean => form.since === undefined || isAtLeast(version, form.since)

/** `ssl_verify_client hs 1 e:off,on @1.2.3`: name, places, arguments (`f` on or off, `1+` one or more, `12` one or two, `{` a block), kind, since. */
function readTable(table: string): Map<string, Form[]> {
  const forms = new Map<string, Form[]>()
  for (const line of table.trim().split('\n')) {
    const [name, places, count, ...rest] = line.split(' ') as [string, string, string, ...string[]]
    const since = rest.find(it => it.startsWith('@'))?.slice(1)
    const [kind = '', values = ''] = (rest.find(it => !it.startsWith('@') && it !== '-') ?? '').split(':')
    const isFlag = count.startsWith('f')
    const form = {
      places: places === '*' ? everywhere : places === '-' ? '' : places,
      block: count.endsWith('{'),
      takes: argumentCheck(count.replace('{', '')),
      isFlag,
      kind,
      values: values === '' ? [] : values.split(','),
      once: kind !== '' && kind !== 'm' && !repeatable.has(name),
      since
    }
    const known = forms.get(name)
    if (known) known.push(form)
    else forms.set(name, [form])
  }
  return forms
}

function argumentCheck(count: string): (given: number) => boolean {
  if (count === 'f') return it => it === 1
  if (count === '*') return () => true
  if (count.endsWith('+')) return it => it >= Number(count[0])
  return it => count.includes(String(it)) && it < 10
}

/** Where the children of a block stand; nothing when they are no directives, or of a module that is not known here. */
export function placesInside(name: string, around: string): string | undefined {
  const inside = lookUp(blocks, name)
  if (!inside) return undefined
  return [...around].map(it => inside[it] ?? '').join('') || undefined
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
  for (const it of ofNginx.keys()) {
    const allowed = /(?:^|_)ssl_/.test(it) && wanted.length >= 8 ? 2 : wanted.length >= 4 ? 1 : 0
    if (Math.abs(it.length - wanted.length) > allowed || (allowed === 1 && differingPart(wanted, it) > 2)) continue
    const distance = editDistance(wanted, it, allowed)
    if (distance > allowed || distance >= least) continue
    if (!ofNginx.get(it)!.some(form => [...form.places].some(place => places.includes(place)))) continue
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
