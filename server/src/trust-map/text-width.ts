/** How wide a text is about to be, where no browser is at hand to ask: in ems of an ordinary sans-serif typeface. */
const narrow = /[ !'(),./:;Iijl[\]|]/
const wide = /[MWmw@%]/
const capital = /[\p{Lu}&#+<=>~]/u

/** In pixels, rather too much than too little. */
export function widthOf(text: string, fontSize: number): number {
  let ems = 0
  for (const it of text) ems += it > '\u2e7f' ? 1.05 : narrow.test(it) ? 0.36 : wide.test(it) ? 0.9 : capital.test(it) ? 0.7 : 0.58
  return ems * fontSize
}

/** As much of the text as fits, with an ellipsis where that is not all. */
export function cut(text: string, width: number, fontSize: number): string {
  if (widthOf(text, fontSize) <= width) return text
  let kept = ''
  let used = fontSize
  for (const it of text) {
    used += widthOf(it, fontSize)
    if (used > width) break
    kept += it
  }
  return `${kept.trimEnd()}…`
}

/** The same, but what is left out is in the middle: the ends of a path tell more. */
export function cutMiddle(text: string, width: number, fontSize: number): string {
  if (widthOf(text, fontSize) <= width) return text
  const letters = [...text]
  let from = 0
  let to = letters.length
  for (let used = fontSize; from < to; ) {
    const isHead = from < letters.length - to
    used += widthOf(isHead ? letters[from]! : letters[to - 1]!, fontSize)
    if (used > width) break
    if (isHead) from++
    else to--
  }
  return `${letters.slice(0, from).join('')}…${letters.slice(to).join('')}`
}

/** File names may hold characters that break lines or turn the direction of writing. */
export const legible = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd')
