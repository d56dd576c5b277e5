/** Changes to PEM text that leave every other character as it is. */
import type { Certificate } from '../x509/certificate.js'
import type { PemBlock, PemFile } from '../x509/pem.js'
import type { TextEdit } from './text.js'

/** Can blocks be put in and taken out here? Not in DER, nor where a block stands inside of another language's string. */
export function isEditable(block: PemBlock): boolean {
  const { text, encoding } = block.file
  if (block.label === '' || encoding !== 'utf8' || block.errors.length > 0) return false
  return indentationOf(block) !== undefined && text.slice(block.span.start, block.span.end).includes('\n')
}

/** Writes certificates after a block, in its indentation and with its line ends. */
export function appendAfter(block: PemBlock, certificates: readonly Certificate[]): readonly TextEdit[] {
  const { start, end } = block.span
  const newLine = block.file.text.slice(start, end).includes('\r\n') ? '\r\n' : '\n'
  const lineStart = newLine + (indentationOf(block) ?? '')
  let newText = ''
  for (const it of certificates) newText += pemText(it.der, lineStart)
  return [{ path: block.file.path, start: end, end, newText }]
}

/** Takes a block out, together with its line end and the text that speaks of it. */
export function removeBlock(file: PemFile, block: PemBlock): readonly TextEdit[] {
  const { start, end } = sectionOf(file, block)
  return [{ path: block.file.path, start, end: afterLineEnd(block.file.text, end), newText: '' }]
}

/** Puts the blocks of certificates into another order; `wanted` holds the same certificates as stand there. */
export function reorder(file: PemFile, present: readonly Certificate[], wanted: readonly Certificate[]): readonly TextEdit[] {
  return present.flatMap((old, position) => {
    const next = wanted[position]
    if (!next || next === old) return []
    const { text, path } = old.block.file
    const moved = sectionOf(file, next.block)
    return [{ path, ...sectionOf(file, old.block), newText: text.slice(moved.start, moved.end) }]
  })
}

/** A block with the text before it (Bag Attributes, a comment), from the end of the block above. */
function sectionOf(file: PemFile, block: PemBlock): { readonly start: number; readonly end: number } {
  const { text } = block.file
  const above = file.blocks[file.blocks.indexOf(block) - 1]
  const from = above && above.file === block.file ? afterLineEnd(text, above.span.end) : text.startsWith('\uFEFF') ? 1 : 0
  return { start: Math.min(from, block.span.start), end: block.span.end }
}

function afterLineEnd(text: string, at: number): number {
  while (text[at] === ' ' || text[at] === '\t') at++
  if (text.startsWith('\r\n', at)) return at + 2
  return text[at] === '\n' ? at + 1 : at
}

/** The blanks before a block; nothing when other text stands there. */
function indentationOf(block: PemBlock): string | undefined {
  const { text } = block.file
  const lineStart = text.lastIndexOf('\n', block.span.start - 1) + 1
  const before = text.slice(lineStart, block.span.start).replace('\uFEFF', '')
  return /^[ \t]*$/.test(before) ? before : undefined
}

function pemText(der: Uint8Array, lineStart: string): string {
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.length).toString('base64')
  let text = `${lineStart}-----BEGIN CERTIFICATE-----`
  for (let at = 0; at < base64.length; at += 64) text += lineStart + base64.slice(at, at + 64)
  return `${text}${lineStart}-----END CERTIFICATE-----`
}
