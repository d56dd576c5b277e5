import { memo, type SourceFile } from './text.js'

/** The one stretch in which two texts differ: what stands before it is as it was, what stands behind it has moved. */
export interface Edited {
  readonly path: string
  readonly start: number
  /** Where the stretch ended before. */
  readonly end: number
  /** How far the text behind it has moved. */
  readonly by: number
}

export function editBetween(before: SourceFile, after: SourceFile): Edited {
  const [old, now] = [before.text, after.text]
  const shorter = Math.min(old.length, now.length)
  let start = 0
  // Most of a long text is alike and passed in strides, which are compared as wholes.
  while (start + stride <= shorter && old.slice(start, start + stride) === now.slice(start, start + stride)) start += stride
  while (start < shorter && old.charCodeAt(start) === now.charCodeAt(start)) start++
  let same = 0
  const lastOf = (text: string) => text.slice(text.length - same - stride, text.length - same)
  while (same + stride <= shorter - start && lastOf(old) === lastOf(now)) same += stride
  while (same < shorter - start && old.charCodeAt(old.length - 1 - same) === now.charCodeAt(now.length - 1 - same)) same++
  return { path: after.path, start, end: old.length - same, by: now.length - old.length }
}

const stride = 1024

/** Two edits, one after the other, as one. */
export const joined = (first: Edited, second: Edited): Edited => ({
  path: first.path,
  start: Math.min(first.start, second.start),
  end: Math.max(first.end, second.end - first.by),
  by: first.by + second.by
})

type Fields = Readonly<Record<string, unknown>>

/**
 * Where the last of the places ends that a value speaks of, in whatever file: an edit behind it leaves the value as it is. Remembered by
 * the value, since that is asked at every edit. For plain data without cycles.
 */
export const endOfPlaces: (value: object) => number = memo(value => {
  const seen = new Set<unknown>()
  return endOf(value)

  function endOf(value: unknown): number {
    if (typeof value !== 'object' || value === null || seen.has(value)) return 0
    seen.add(value)
    const fields = value as Fields
    let end = typeof fields.end === 'number' ? fields.end : 0
    for (const name in fields) if (typeof fields[name] === 'object') end = Math.max(end, endOf(fields[name]))
    return end
  }
})

/**
 * Carries values over an edit: a copy in which each place behind the edit has moved, and the very same value where it holds no
 * such place. The object that two values share they share afterwards. For plain data without cycles; anything else is left as it is.
 */
export function moving({ path, end, by }: Edited): <T>(value: T) => T {
  const copies = new Map<unknown, unknown>()
  return move as <T>(value: T) => T

  function move(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return moveAll(value)
    const fields = value as Fields
    // Places are most of what there is, and nobody minds two copies of one.
    if (typeof fields.start === 'number') return moveFields(fields)
    const known = copies.get(value)
    if (known) return known
    const copy = Object.getPrototypeOf(value) === Object.prototype ? moveFields(fields) : value
    copies.set(value, copy)
    return copy
  }

  function moveAll(values: readonly unknown[]): readonly unknown[] {
    let copy: unknown[] | undefined
    for (let at = 0; at < values.length; at++) {
      const moved = move(values[at])
      if (moved === values[at]) continue
      copy ??= [...values]
      copy[at] = moved
    }
    return copy ?? values
  }

  function moveFields(fields: Fields): Fields {
    let copy: Record<string, unknown> | undefined
    for (const name in fields) {
      const field = fields[name]
      const moved = typeof field === 'object' ? move(field) : field
      if (moved === field) continue
      copy ??= { ...fields }
      copy[name] = moved
    }
    if (fields.path !== path || typeof fields.start !== 'number' || typeof fields.end !== 'number' || fields.end < end)
      return copy ?? fields
    copy ??= { ...fields }
    if (fields.start >= end) copy.start = fields.start + by
    copy.end = fields.end + by
    return copy
  }
}

/**
 * Did the edit change nothing but places? Settings that it touches and that have kept their values were written in another way:
 * with quotes, say, so that not every place in them has moved alike.
 */
export function hasOnlyMoved({ path, start, end, by }: Edited): (before: unknown, after: unknown) => boolean {
  return isSame

  function isSame(before: unknown, after: unknown): boolean {
    if (before === after) return true
    if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return false
    if (Array.isArray(before))
      return Array.isArray(after) && before.length === after.length && before.every((it, at) => isSame(it, after[at]))
    if (before instanceof Set) return after instanceof Set && before.size === after.size && [...before].every(it => after.has(it))
    return areSameFields(before as Fields, after as Fields)
  }

  function areSameFields(before: Fields, after: Fields): boolean {
    const names = Object.keys(before)
    if (names.length !== Object.keys(after).length || (names.includes('origin') && isTouched(before.at as Fields))) return false
    const shift = before.path === path && typeof before.end === 'number' && before.end >= end ? by : 0
    return names.every(name => {
      const field = before[name]
      if (shift === 0 || typeof field !== 'number') return isSame(field, after[name])
      return after[name] === (name === 'end' || (name === 'start' && field >= end) ? field + shift : field)
    })
  }

  function isTouched(at: Fields): boolean {
    return at.path === path && (at.start as number) <= end && (at.end as number) >= start
  }
}
