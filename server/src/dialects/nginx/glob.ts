import type { Read } from '../../core/text.js'

export const isGlob = (pattern: string): boolean => /[*?[]/.test(pattern)

/** The paths that a pattern means, in the order in which nginx reads them. As glob(3): `*` crosses no slash and meets no leading dot. */
export function expandGlob(pattern: string, read: Read): string[] {
  const segments = pattern.split('/')
  let found = [segments[0]!]
  for (const segment of segments.slice(1)) {
    found = isGlob(segment)
      ? found.flatMap(folder =>
          namesIn(folder, read)
            .filter(it => matches(segment, it))
            .map(it => `${folder}/${it}`)
        )
      : found.map(folder => `${folder}/${segment}`)
  }
  return found.filter(it => read(it).kind !== 'missing')
}

function namesIn(folder: string, read: Read): string[] {
  const entry = read(folder === '' ? '/' : folder)
  return entry.kind === 'directory' ? [...entry.names].sort() : []
}

/** Going back only to the last star keeps this linear enough for any pattern. */
export function matches(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  let inPattern = 0
  let inName = 0
  let star = -1
  let starName = 0
  while (inName < name.length) {
    const step = inPattern < pattern.length ? matchOne(pattern, inPattern, name[inName]!) : undefined
    if (pattern[inPattern] === '*') {
      star = inPattern++
      starName = inName
    } else if (step !== undefined) {
      inPattern = step
      inName++
    } else if (star >= 0) {
      inPattern = star + 1
      inName = ++starName
    } else return false
  }
  while (pattern[inPattern] === '*') inPattern++
  return inPattern === pattern.length
}

/** Where the pattern goes on after it took this character; nothing when it does not take it. */
function matchOne(pattern: string, at: number, character: string): number | undefined {
  if (pattern[at] === '?') return at + 1
  if (pattern[at] !== '[') return pattern[at] === character ? at + 1 : undefined
  const end = pattern.indexOf(']', at + 2)
  if (end < 0) return character === '[' ? at + 1 : undefined
  const negated = pattern[at + 1] === '!' || pattern[at + 1] === '^'
  return isInClass(pattern.slice(at + (negated ? 2 : 1), end), character) !== negated ? end + 1 : undefined
}

function isInClass(members: string, character: string): boolean {
  for (let at = 0; at < members.length; at++) {
    if (members[at + 1] === '-' && at + 2 < members.length) {
      if (character >= members[at]! && character <= members[at + 2]!) return true
      at += 2
    } else if (members[at] === character) return true
  }
  return false
}
