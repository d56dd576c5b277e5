import { locate, memoInside, type SourceFile, type Span, sourceFile } from '../../core/text.js'
import { type Certificate, certificateOf, isCertificateError } from '../../x509/certificate.js'
import { type PemBlock, type PemFile, parsePem } from '../../x509/pem.js'
import type { YamlScalar } from './syntax.js'

/** The PEM that stands as text in a scalar, every block where it stands in the file. */
export const pemInScalar: (file: SourceFile, scalar: YamlScalar) => PemFile = remembered((file, { span }) => {
  const inside = (it: Span) => it.start >= span.start && it.start < Math.max(span.end, span.start + 1)
  // The reader finds blocks in any text, so the whole file is read once and each scalar has its part.
  const whole = parsePem(file)
  return pemFile(
    file,
    whole.blocks.filter(it => inside(it.span)),
    whole.errors.filter(inside)
  )
})

/**
 * The PEM that stands base64-encoded in a scalar, as in a Secret's `data`. Every block is shown on the characters of the
 * outer base64 that hold it. Nothing when the scalar is no base64.
 */
export const pemInBase64: (file: SourceFile, scalar: YamlScalar) => PemFile | undefined = remembered((file, scalar) => {
  const letters = lettersOf(file, scalar)
  if (!letters) return undefined
  const decoded = Buffer.from(letters.text, 'base64')
  const inner = parsePem(sourceFile(file.path, decoded.toString('latin1')))
  const outward = (it: Span): Span => ({ start: letters.first(it.start), end: letters.last(it.end - 1) + 1 })
  const blocks = inner.blocks.map(it => outwardBlock(it, file, outward))
  return pemFile(
    file,
    blocks,
    inner.errors.map(it => ({ ...it, ...outward(it) }))
  )
})

/** The bytes behind a base64 scalar, or nothing when it is none. */
export function decodeScalar(file: SourceFile, scalar: YamlScalar): Buffer | undefined {
  const letters = lettersOf(file, scalar)
  return letters && Buffer.from(letters.text, 'base64')
}

interface Letters {
  readonly text: string
  /** Where the letters that hold this decoded byte stand in the file: it takes part of two. */
  first(byte: number): number
  last(byte: number): number
}

/** Asked for twice of most: what the bytes are, and what PEM is in them. */
const lettersOf: (file: SourceFile, scalar: YamlScalar) => Letters | undefined = remembered((file, { span, dynamic }) => {
  if (dynamic) return undefined
  const raw = file.text.slice(span.start, span.end)
  // A block scalar starts with its indicator, a quoted one with its quote.
  const lead = /^(?:[|>][^\r\n]*|["'])/.exec(raw)?.[0].length ?? 0
  const last = raw.length - (lead > 0 && raw.endsWith(raw[0]!) ? 1 : 0)
  const text = raw.slice(lead, last)
  return /^[A-Za-z\d+/=_-]+$/.test(text)
    ? placedLetters(text, letter => span.start + lead + letter)
    : scatteredLetters(raw.slice(lead), span.start + lead)
})

/** On several lines, or with breaks that are written as letters. */
function scatteredLetters(raw: string, start: number): Letters | undefined {
  const offsets: number[] = []
  let text = ''
  for (let index = 0; index < raw.length; index++) {
    const letter = raw[index]!
    // The letter behind a backslash is a break or a blank.
    if (/[A-Za-z0-9+/=_-]/.test(letter)) {
      offsets.push(start + index)
      text += letter
    } else if (letter === '\\') index++
    else if (!/[\s"']/.test(letter)) return undefined
  }
  return text.length === 0 ? undefined : placedLetters(text, letter => offsets[letter]!)
}

function placedLetters(text: string, offsetOf: (letter: number) => number): Letters {
  const place = (letter: number) => offsetOf(Math.min(Math.max(letter, 0), text.length - 1))
  return { text, first: byte => place(Math.floor((byte * 8) / 6)), last: byte => place(Math.floor((byte * 8 + 7) / 6)) }
}

function outwardBlock(block: PemBlock, file: SourceFile, outward: (it: Span) => Span): PemBlock {
  return {
    ...block,
    file,
    span: outward(block.span),
    errors: block.errors.map(it => ({ ...it, ...outward(it) })),
    locate: bytes => locate(file, outward(block.locate(bytes)))
  }
}

function pemFile(file: SourceFile, blocks: readonly PemBlock[], errors: PemFile['errors']): PemFile {
  const certificates = blocks.map(certificateOf).filter((it): it is Certificate => it !== undefined && !isCertificateError(it))
  return { file, blocks, errors, certificates }
}

/** Remembers by file and scalar. */
function remembered<V>(compute: (file: SourceFile, scalar: YamlScalar) => V): (file: SourceFile, scalar: YamlScalar) => V {
  const byFile = memoInside((_scalar: YamlScalar) => new Map<SourceFile, V>())
  return (file, scalar) => {
    const known = byFile(scalar)
    if (!known.has(file)) known.set(file, compute(file, scalar))
    return known.get(file) as V
  }
}
