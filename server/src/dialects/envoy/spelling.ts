/** The known word that a misspelt one was meant to be; nothing when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 80) return undefined
  const most = Math.max(1, Math.floor(word.length / 4))
  const ranked = known.map(it => ({ it, distance: distance(word.toLowerCase(), it.toLowerCase()) })).sort((a, b) => a.distance - b.distance)
  const [first] = ranked
  return first && first.distance <= most ? first.it : undefined
}

/** Letters to add, drop or change. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let at = 0; at < one.length; at++) {
    const next = [at + 1]
    for (let to = 0; to < other.length; to++) {
      const changed = row[to]! + (one[at] === other[to] ? 0 : 1)
      next.push(Math.min(changed, row[to + 1]! + 1, next[to]! + 1))
    }
    row = next
  }
  return row[other.length]!
}
