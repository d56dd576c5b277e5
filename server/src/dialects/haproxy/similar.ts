/** The word that was meant, by the fewest letters to change; nothing when none is near. */
export function similar(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > longest) return undefined
  const most = Math.max(2, Math.floor(word.length / 3))
  let best: string | undefined
  let fewest = most + 1
  for (const it of candidates) {
    if (Math.abs(it.length - word.length) >= fewest) continue
    const distance = editDistance(word, it)
    if (distance < fewest) {
      fewest = distance
      best = it
    }
  }
  return best
}

/** No keyword is that long, so that nothing else needs to be compared. */
const longest = 60

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
