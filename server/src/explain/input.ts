/** Longer texts are read only so far: no line of a log comes near, and hundreds of patterns are tried on what is read. */
export const longestText = 64 * 1024
const longestShown = 400

export interface Input {
  /** Without what must never be shown, and without control characters. */
  readonly text: string
  readonly isCut: boolean
  readonly isBinary: boolean
}

/** Takes what was pasted: any length, any bytes, with private keys in it or not. */
export function readInput(pasted: string): Input {
  const read = pasted.slice(0, longestText)
  return { text: withoutControls(withoutKeys(read)), isCut: pasted.length > longestText, isBinary: looksBinary(read) }
}

/** A PEM block, whole or cut off, tells nothing about an error, and may hold a private key; so may any long run of base64. */
function withoutKeys(text: string): string {
  const parts: string[] = []
  let from = 0
  for (let begin = text.indexOf('-----BEGIN', from); begin >= 0; begin = text.indexOf('-----BEGIN', from)) {
    parts.push(text.slice(from, begin), '[PEM block]')
    const end = text.indexOf('-----END', begin)
    const close = end < 0 ? -1 : text.indexOf('-----', end + 8)
    from = close < 0 ? text.length : close + 5
  }
  return [...parts, text.slice(from)].join('').replace(/[A-Za-z0-9+/=]{60,}/g, '[…]')
}

/** UTF-16 that was read as UTF-8 has a zero byte between its letters; colours of a terminal are no text either. */
function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/\u001b\[[0-9;]{0,20}m|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd\u202a-\u202e\u2066-\u2069]/g, '')
}

function looksBinary(text: string): boolean {
  const sample = text.slice(0, 4096)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is counted
  const odd = sample.match(/[\u0001-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/g)?.length ?? 0
  return odd > sample.length / 10
}

/** The line around a place, short enough to be shown. */
export function lineAround(text: string, start: number, end: number): { readonly line: string; readonly shown: string } {
  const from = text.lastIndexOf('\n', start - 1) + 1
  const until = text.indexOf('\n', end)
  const line = text.slice(from, until < 0 ? undefined : until)
  return { line, shown: shorten(line.trim()) }
}

export const shorten = (line: string): string => (line.length > longestShown ? `${line.slice(0, longestShown)}…` : line)
