import { type Location, memoInside, type SourceFile, type Span } from '../core/text.js'
import { trimmed } from '../core/trimmed.js'
import { type Base64Fault, decodeBase64, decodePlain, letterRuns, spanOfBytes } from './base64.js'
import { type Certificate, certificateOf, isCertificateError } from './certificate.js'
import { element } from './der.js'
import { kindOfDer } from './der-kind.js'
import { beginMark, endMark, findMark, isBlank, isDamagedBegin, type Mark, standsAlone, startsBlock } from './pem-marks.js'

export type BlockKind =
  | 'certificate'
  | 'trustedCertificate'
  | 'certificateRequest'
  | 'crl'
  | 'publicKey'
  | 'privateKey'
  | 'encryptedPrivateKey'
  | 'pkcs7'
  | 'parameters'
  | 'other'

/** What goes wrong in PEM text itself. A closed union, so that each has its own words. */
export type PemErrorCode =
  | 'missing-end'
  | 'label-mismatch'
  | 'invalid-character'
  | 'invalid-padding'
  | 'empty-body'
  | 'end-without-begin'
  | 'glued-lines'
  | 'line-too-long'
  | 'truncated'
  | 'malformed-begin'
  | 'indented-end'
  | 'blank-line'
  | 'short-line'
  | 'unknown-header'
  | 'lone-carriage-return'
  | 'utf-16'

export interface PemError extends Span {
  readonly code: PemErrorCode
  /** A sentence without full stop. */
  readonly message: string
}

/** One `-----BEGIN …-----` block, or a whole DER file taken as one. */
export interface PemBlock {
  readonly kind: BlockKind
  /** The label as written: `CERTIFICATE`, `X509 CERTIFICATE`, `RSA PRIVATE KEY`; `` for a DER file. */
  readonly label: string
  /** From the first hyphen of BEGIN to the last of END. */
  readonly span: Span
  readonly file: SourceFile
  /** Absent when the body is not base64. */
  readonly der?: Uint8Array
  readonly errors: readonly PemError[]
  /**
   * Something stands before the BEGIN on its line (blanks, a quote, a key of YAML), or its lines end in a written-out `\n`:
   * OpenSSL would not see the block in such a file.
   */
  readonly embedded: boolean
  /** RFC 1421 headers inside the block (`Proc-Type`, `DEK-Info`). */
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  /** Where a range of DER bytes stands: the exact base64 characters, line breaks between them included. */
  locate(bytes: Span): Location
}

/** Everything in a file that is PEM, or the one structure of a DER file. */
export interface PemFile {
  readonly file: SourceFile
  readonly blocks: readonly PemBlock[]
  /** Errors outside of any block (an END without a BEGIN); those of blocks are with the blocks. */
  readonly errors: readonly PemError[]
  /** The readable certificates, in order. */
  readonly certificates: readonly Certificate[]
}

/** Finds every PEM block of a text, or takes a binary file as one DER structure. Never throws; linear in the text's length. */
export const parsePem: (file: SourceFile) => PemFile = memoInside(file => {
  const isDer = file.encoding === 'binary' && !file.text.includes(beginMark)
  const { blocks, errors } = isDer ? parseDer(file) : parseText(file)
  return new LazyPemFile(file, blocks, errors)
})

/** Reads its certificates when they are asked for. */
class LazyPemFile implements PemFile {
  readonly file: SourceFile
  readonly blocks: readonly PemBlock[]
  readonly errors: readonly PemError[]
  #certificates: readonly Certificate[] | undefined

  constructor(file: SourceFile, blocks: readonly PemBlock[], errors: readonly PemError[]) {
    this.file = file
    this.blocks = blocks
    this.errors = errors
  }
  get certificates(): readonly Certificate[] {
    this.#certificates ??= certificatesIn(this.blocks)
    return this.#certificates
  }
}

function certificatesIn(blocks: readonly PemBlock[]): readonly Certificate[] {
  const found: Certificate[] = []
  for (const block of blocks) {
    const certificate = certificateOf(block)
    if (certificate && !isCertificateError(certificate)) found.push(certificate)
  }
  return trimmed(found)
}

/** A block over DER that has no text of its own. */
export function derBlock(file: SourceFile, der: Uint8Array, kind: BlockKind): PemBlock {
  const span = { start: 0, end: file.text.length }
  const clamp = (offset: number) => Math.min(offset, span.end)
  return {
    kind,
    label: '',
    span,
    file,
    der,
    errors: [],
    embedded: false,
    headers: [],
    locate: bytes => ({ path: file.path, start: clamp(bytes.start), end: clamp(bytes.end) })
  }
}

type Parsed = Pick<PemFile, 'blocks' | 'errors'>

function parseDer(file: SourceFile): Parsed {
  // PowerShell writes such files when output is redirected.
  if (/^(?:\xff\xfe|\xfe\xff)/.test(file.text) && file.text.includes('B\0E\0G\0I\0N\0 ')) {
    const message = 'this file is UTF-16, in which OpenSSL finds no PEM; it has to be ASCII or UTF-8'
    return { blocks: [], errors: [error('utf-16', { start: 0, end: 2 }, message)] }
  }
  const der = new Uint8Array(Buffer.from(file.text, 'latin1'))
  const kind = kindOfDer(der)
  return { blocks: kind ? [derBlock(file, der, kind)] : [], errors: [] }
}

function parseText(file: SourceFile): Parsed {
  const { text } = file
  const blocks: PemBlock[] = []
  const errors: PemError[] = []
  let begin = findMark(text, beginMark, 0)
  let end = findMark(text, endMark, 0)
  // Where a BEGIN follows an END on the same line; otherwise such a BEGIN would be taken for prose.
  let glued = -1
  // A damaged BEGIN explains the END after it.
  let damagedBegin = false
  while (begin || end) {
    if (!begin || (end && end.start < begin.start)) {
      if (!damagedBegin && standsAlone(end!)) errors.push(error('end-without-begin', end!, `this END ${end!.label ?? 'line'} has no BEGIN`))
      damagedBegin = false
      end = findMark(text, endMark, end!.end)
      continue
    }
    const start: Mark = begin
    begin = findMark(text, beginMark, start.end)
    const own: Mark | undefined = end && (!begin || end.start < begin.start) ? end : undefined
    if (startsBlock(start, own, start.start === glued)) {
      const isGlued: boolean = own !== undefined && begin !== undefined && isBlank(text, own.end, begin.start)
      glued = isGlued ? begin!.start : -1
      blocks.push(own ? readBlock(file, start, own) : unfinishedBlock(file, start, begin ? begin.start : text.length))
      if (own) end = findMark(text, endMark, own.end)
      damagedBegin = false
    } else if (isDamagedBegin(text, start)) {
      errors.push(
        error(
          'malformed-begin',
          start,
          'this BEGIN line is damaged: it has to be -----BEGIN, the label and five hyphens, with nothing around'
        )
      )
      damagedBegin = true
    }
  }
  return { blocks: trimmed(blocks), errors }
}

const error = (code: PemErrorCode, span: Span, message: string): PemError => ({ code, start: span.start, end: span.end, message })

/** A BEGIN without END: as long as its lines look like base64. A lone END line that is missing leaves a structure that can be read. */
function unfinishedBlock(file: SourceFile, begin: Mark, limit: number): PemBlock {
  const { text } = file
  const line = /[\r\n]+[ \t]*(?:[A-Za-z\d+/]+=*|[\w-]+: [^\r\n]*)[ \t]*(?=[\r\n]|$)/y
  let end = begin.end
  for (line.lastIndex = end; line.test(text) && line.lastIndex <= limit; ) end = line.lastIndex
  const label = begin.label!
  const message = `this BEGIN ${label} has no END line${limit < text.length ? ' before the next BEGIN' : ''}`
  const missing = { ...begin, start: end, end }
  const body = plainBody(text, begin, missing)
  const decoded = decodeBase64(body, 0, body.length)
  const der = 'bytes' in decoded && isWhole(decoded.bytes) ? decoded.bytes : undefined
  return textBlock(file, begin, missing, noHead, der, [error('missing-end', begin, message)])
}

const isWhole = (der: Uint8Array): boolean => element(der, 0, der.length)?.end === der.length

function readBlock(file: SourceFile, begin: Mark, end: Mark): PemBlock {
  const body = plainBody(file.text, begin, end)
  const errors = frameErrors(file.text, begin, end)
  const bytes = decodePlain(body)
  if (bytes) return textBlock(file, begin, end, noHead, bytes, errors)
  const head = readHeaders(body, begin.end, begin.before !== 'nothing')
  const decoded = decodeBase64(body, head.dataStart, body.length)
  if ('bytes' in decoded) return textBlock(file, begin, end, head, decoded.bytes, [...errors, ...head.errors])
  // A character that does not belong explains a line of the wrong length.
  const headErrors = head.errors.filter(it => it.code !== 'short-line' && it.code !== 'line-too-long')
  return textBlock(file, begin, end, head, undefined, [...errors, ...headErrors, faultError(file.text, begin, end, decoded.fault)])
}

function faultError(text: string, begin: Mark, end: Mark, { code, start, end: stop }: Base64Fault): PemError {
  const at = code === 'empty-body' ? { start: begin.start, end: end.end } : { start: begin.end + start, end: begin.end + stop }
  return error(code, at, faultMessages[code](text.slice(at.start, at.end), begin.label!))
}

function textBlock(
  file: SourceFile,
  begin: Mark,
  end: Mark,
  { dataStart, headers }: Head,
  der: Uint8Array | undefined,
  errors: readonly PemError[]
): PemBlock {
  const label = begin.label!
  let runs: readonly number[] | undefined
  return {
    kind: kindOfBlock(label, headers),
    label,
    span: { start: begin.start, end: end.end },
    file,
    der,
    errors,
    embedded: begin.before !== 'nothing' || begin.after === 'escape',
    headers,
    locate(bytes) {
      const { path, text } = file
      const base = begin.end
      runs ??= letterRuns(plainBody(text, begin, end), dataStart)
      if (runs.length === 0) return { path, start: begin.start, end: end.end }
      const found = spanOfBytes(runs, bytes)
      const stop = Math.min(base + found.end, end.start)
      return { path, start: Math.min(base + found.start, stop), end: stop }
    }
  }
}

const faultMessages = {
  'invalid-character': (character: string) => `${nameOf(character)} is no base64 character`,
  'invalid-padding': () => 'the base64 is padded wrongly: = stands only at the end, so that the number of characters is a multiple of four',
  truncated: () => 'the base64 lacks characters: their number is not a multiple of four',
  'empty-body': (_: string, label: string) => `nothing stands between BEGIN and END of this ${label}`
} as const

const nameOf = (character: string) => {
  const visible = /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)
  return visible ? character : `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** What stands between BEGIN and END, with every line break as LF; offsets stay as they are. */
function plainBody(text: string, begin: Mark, end: Mark): string {
  const body = text.slice(begin.end, end.start)
  if (begin.after === 'escape')
    return body.replace(/\\[nr]/g, it => (it === '\\n' ? ' \n' : '  ')).replace(/\\[t/\n]/g, it => ` ${it[1] === 't' ? ' ' : it[1]}`)
  return body.includes('\r') ? body.replace(/\r(?![\r\n])/g, '\n') : body
}

/** What OpenSSL finds wrong with the BEGIN and END lines themselves. */
function frameErrors(text: string, begin: Mark, end: Mark): PemError[] {
  const errors: PemError[] = []
  const label = begin.label!
  if (end.label === undefined) {
    errors.push(
      end.end === text.length
        ? error('truncated', end, `the file ends inside the END line of this ${label}`)
        : error('missing-end', end, `the END line of this ${label} is damaged: it has to be -----END, the label and five hyphens`)
    )
  } else if (end.label !== label) errors.push(error('label-mismatch', end, `BEGIN ${label} ends with END ${end.label}`))
  if (begin.after === 'escape') return errors

  if (begin.after === 'text')
    errors.push(
      error('glued-lines', begin, `the BEGIN line of this ${label} goes on after its hyphens; the rest belongs on a line of its own`)
    )
  else if (endsInLoneReturn(text, begin.end)) {
    errors.push(
      error('lone-carriage-return', begin, 'the lines end in a lone carriage return, which OpenSSL does not take for the end of a line')
    )
    return errors
  }
  if (end.before !== 'nothing' && end.before !== 'blanks') {
    errors.push(error('glued-lines', end, `the END line of this ${label} has to start on a line of its own`))
  } else if (begin.before === 'nothing' && end.before === 'blanks') {
    errors.push(error('indented-end', end, `blanks stand before the END line of this ${label}: OpenSSL does not see it`))
  }
  if (begin.before === 'nothing' && end.after !== 'line-end' && end.label !== undefined) {
    errors.push(
      error(
        'glued-lines',
        { start: end.start, end: end.end },
        `the END line of this ${label} goes on after its hyphens; what follows belongs on a line of its own`
      )
    )
  }
  return errors
}

function endsInLoneReturn(text: string, from: number): boolean {
  let at = from
  while (at < text.length && text.charCodeAt(at) <= 32 && text.charCodeAt(at) !== 10) at++
  return text.charCodeAt(at) !== 10 && text.slice(from, at).includes('\r')
}

interface Head {
  /** Where the base64 starts in the body. */
  readonly dataStart: number
  readonly headers: PemBlock['headers']
  readonly errors: readonly PemError[]
}

const noHead: Head = { dataStart: 0, headers: [], errors: [] }

/** OpenSSL takes all before the first blank line for RFC 1421 headers; after it, lines have to be 64 characters long. */
function readHeaders(body: string, base: number, indented: boolean): Head {
  const first = body.indexOf('\n')
  const blank = first < 0 ? undefined : nextBlankLine(body, first)
  if (!blank) return noHead
  const written = body.slice(first + 1, blank.start)
  const errors: PemError[] = []
  const at = (span: Span): Span => ({ start: base + span.start, end: base + span.end })
  if (written !== '' && !written.includes(':')) {
    const message = 'this blank line ends the base64 for OpenSSL: it takes what stands before for headers'
    return { dataStart: 0, headers: [], errors: [error('blank-line', at(blank), message)] }
  }
  if (written !== '' && !/^[ \t]*Proc-Type:[ \t]*4,[ \t]*ENCRYPTED\s*\n[ \t]*DEK-Info:/.test(written)) {
    const lines = { start: first + 1, end: blank.start - 1 }
    errors.push(
      error('unknown-header', at(lines), 'OpenSSL takes no headers inside of a block but Proc-Type: 4,ENCRYPTED and DEK-Info below it')
    )
  }
  const fault = lineFault(body, blank.end, indented)
  if (fault) errors.push(error(fault.code, at(fault), fault.message))
  return { dataStart: blank.end, headers: headersOf(written), errors }
}

/** The blank line after the line break at `from` or a later one; its span holds the line break that ends it. */
function nextBlankLine(body: string, from: number): Span | undefined {
  const blank = /\n[^\S\n]*\n/g
  blank.lastIndex = from
  const found = blank.exec(body)
  return found ? { start: found.index + 1, end: found.index + found[0].length } : undefined
}

function headersOf(written: string): PemBlock['headers'] {
  return written
    .split('\n')
    .map(it => /^\s*([\w-]+):[ \t]*(.*?)\s*$/.exec(it))
    .filter(it => it !== null)
    .map(it => ({ name: it[1]!, value: it[2]! }))
}

/** The first line of the base64 after headers that OpenSSL does not take. */
function lineFault(
  body: string,
  start: number,
  indented: boolean
): (Span & { readonly code: PemErrorCode; readonly message: string }) | undefined {
  for (let at = start, ended = false; at < body.length; ) {
    const stop = body.indexOf('\n', at)
    const end = stop < 0 ? body.length : stop
    const line = indented ? body.slice(at, end).trim() : body.slice(at, end).trimEnd()
    const span = { start: at, end }
    if (line === '' && stop < 0) return undefined
    if (line === '') return { ...span, code: 'blank-line', message: 'OpenSSL refuses a second blank line inside of a block' }
    if (ended)
      return {
        ...span,
        code: 'short-line',
        message: 'after headers or a blank line OpenSSL takes only lines of 64 characters, and a shorter one at the end'
      }
    if (line.length > 64)
      return { ...span, code: 'line-too-long', message: 'after headers or a blank line OpenSSL takes no line of more than 64 characters' }
    ended = line.length < 64
    at = end + 1
  }
  return undefined
}

const kinds: Readonly<Record<string, BlockKind>> = {
  CERTIFICATE: 'certificate',
  'X509 CERTIFICATE': 'certificate',
  'TRUSTED CERTIFICATE': 'trustedCertificate',
  'CERTIFICATE REQUEST': 'certificateRequest',
  'NEW CERTIFICATE REQUEST': 'certificateRequest',
  'X509 CRL': 'crl',
  CRL: 'crl',
  'PUBLIC KEY': 'publicKey',
  'RSA PUBLIC KEY': 'publicKey',
  'ENCRYPTED PRIVATE KEY': 'encryptedPrivateKey',
  PKCS7: 'pkcs7',
  CMS: 'pkcs7',
  'PKCS #7 SIGNED DATA': 'pkcs7'
}

function kindOfLabel(label: string): BlockKind {
  if (Object.hasOwn(kinds, label)) return kinds[label]!
  if (label === 'PRIVATE KEY' || label.endsWith(' PRIVATE KEY')) return 'privateKey'
  return label.endsWith(' PARAMETERS') ? 'parameters' : 'other'
}

function kindOfBlock(label: string, headers: PemBlock['headers']): BlockKind {
  const kind = kindOfLabel(label)
  if (headers.length === 0) return kind
  const encrypted = headers.some(it => it.name === 'Proc-Type' && /,\s*ENCRYPTED/.test(it.value))
  return kind === 'privateKey' && encrypted ? 'encryptedPrivateKey' : kind
}
