import { certificateOf, isCertificateError } from '../x509/certificate.js'
import { type Description, describeBlock as decodeBlock, type RequestDescription } from '../x509/describe.js'
import type { ExtensionText } from '../x509/extension-text.js'
import type { PemBlock } from '../x509/pem.js'
import { describeBlock, rowsOf, summarize } from './describe-block.js'
import { fieldAt } from './field-at.js'
import { altNameWords, code, count, fingerprint, plain, purposeWords, type Row, shorten, table } from './words.js'

// What is told here is decoded by a library that is loaded when somebody first asks, so all of it takes a moment once.

/** What stands under the cursor, and all that is worth knowing of the block, one row each. */
export async function hoverText(block: PemBlock, now: Date, offset: number): Promise<string> {
  const told = await decodeBlock(block)
  const certificate = certificateOf(block)
  const here =
    told.kind === 'certificate' && certificate && !isCertificateError(certificate)
      ? fieldAt(certificate, told.extensions, offset, now)
      : undefined
  const more = 'extensions' in told ? told.extensions.filter(it => it.decoded && !isInRows(it)).map(extensionRow) : []
  return [...(here === undefined ? [] : [`${here}\n\n---`]), describe(block, now, told, more)].join('\n\n')
}

/** All that the block says, with a table of every extension. */
export async function describeInFull(block: PemBlock, now: Date): Promise<string> {
  const told = await decodeBlock(block)
  const extensions = 'extensions' in told ? ['## Extensions', extensionTable(told.extensions)] : []
  return [describe(block, now, told, []), ...extensions].join('\n\n')
}

function describe(block: PemBlock, now: Date, told: Description, more: readonly Row[]): string {
  const certificate = certificateOf(block)
  const rows = [...detailsOf(told), ...more]
  if (certificate && !isCertificateError(certificate))
    return `${summarize(certificate, now)}\n\n${table([...rowsOf(certificate, now), ...rows])}`
  switch (told.kind) {
    case 'csr':
      return `**Certificate signing request**\n\n${table([...requestRows(told), ...rows])}`
    case 'pkcs7':
      return `**PKCS#7 structure** with ${count(told.entries.length, 'part')}\n\n${partList(told.entries)}`
    default:
      return continued(describeBlock(block, now), rows)
  }
}

/** Where the text ends in a table, the rows go on in it. */
function continued(text: string, rows: readonly Row[]): string {
  const head = table([])
  const more = table(rows).slice(head.length)
  if (more === '') return text
  return text.includes(head) ? `${text}${more}` : `${text}\n\n${head}${more}`
}

const requestRows = (told: RequestDescription): readonly Row[] => [
  ['Subject', code(shorten(told.subject))],
  ['Names', told.subjectAltNames.length > 0 ? altNameWords(told.subjectAltNames) : undefined],
  ['Key', plain(told.publicKey.description)],
  ['Key usage', told.keyUsage?.join(', ')],
  ['Extended key usage', told.extendedKeyUsage && plain(purposeWords(told.extendedKeyUsage))],
  ['Signature', `${plain(told.signatureAlgorithm)}${told.signatureValid === false ? ', **not made by this key**' : ''}`]
]

/** What the short description of the block does not say. */
function detailsOf(told: Description): readonly Row[] {
  switch (told.kind) {
    case 'certificate':
      return [
        ['SHA-1', code(fingerprint(told.fingerprints.sha1))],
        ['Public key pin', code(told.publicKey.pin)],
        ['Subject key identifier', told.subjectKeyIdentifier && code(told.subjectKeyIdentifier)],
        ['Authority key identifier', told.authorityKeyIdentifier && code(told.authorityKeyIdentifier)],
        ['Permitted names', list(told.nameConstraints?.permitted)],
        ['Excluded names', list(told.nameConstraints?.excluded)],
        ['Issuer’s certificate', list(told.issuerUrls)],
        ['OCSP', list(told.ocspUrls)],
        ['CRL', list(told.crlUrls)],
        ['Certificate transparency', told.timestamps.length > 0 ? count(told.timestamps.length, 'timestamp') : undefined],
        ['Version', String(told.version)]
      ]
    case 'csr':
      return [
        ['Public key pin', code(told.publicKey.pin)],
        ...told.attributes.map((it): Row => [plain(it.name ?? it.oid), plain(shorten(it.text, longestInRow))])
      ]
    case 'crl':
      return [
        ['First entries', list(told.revoked.map(it => `${it.serialNumber}${it.reason ? ` ${it.reason}` : ''}`))],
        ['SHA-256', code(fingerprint(told.fingerprints.sha256))]
      ]
    case 'privateKey':
    case 'publicKey':
      return [['Public key pin', told.publicKey.pin === undefined ? undefined : code(told.publicKey.pin)]]
    default:
      return []
  }
}

const mostListed = 10
const longestInRow = 200
const longestInTable = 2000

function list(values: readonly string[] = []): string | undefined {
  const shown = values.slice(0, mostListed).map(it => code(shorten(it, longestInRow)))
  const rest = values.length - shown.length
  return [...shown, ...(rest > 0 ? [`and ${count(rest, 'other')}`] : [])].join(', ') || undefined
}

const namesInRows: ReadonlySet<string | undefined> = new Set([
  'subjectAltName',
  'keyUsage',
  'extKeyUsage',
  'basicConstraints',
  'subjectKeyIdentifier',
  'authorityKeyIdentifier',
  'authorityInfoAccess',
  'cRLDistributionPoints',
  'nameConstraints',
  'signedCertificateTimestamps',
  'cRLNumber'
])

/** Has the extension a row of its own? */
const isInRows = ({ name }: ExtensionText): boolean => namesInRows.has(name)

const extensionRow = (it: ExtensionText): Row => [plain(it.name ?? it.oid), plain(shorten(it.text, longestInRow))]

function extensionTable(extensions: readonly ExtensionText[]): string {
  if (extensions.length === 0) return 'None'
  const rows = extensions.map(
    it => `| ${plain(it.name ?? it.oid)} | ${it.critical ? 'critical' : ''} | ${plain(shorten(it.text, longestInTable))} |`
  )
  return ['| Extension | | Value |', '|:--|:--|:--|', ...rows].join('\n')
}

function partList(parts: readonly Description[]): string {
  const shown = parts.slice(0, mostListed).map(partWords)
  const rest = parts.length - shown.length
  return [...shown, ...(rest > 0 ? [`and ${count(rest, 'other')}`] : [])].map(it => `- ${it}`).join('\n')
}

function partWords(part: Description): string {
  if (part.kind === 'certificate') return `certificate ${code(shorten(part.subject, longestInRow))}, until ${part.notAfter.slice(0, 10)}`
  return part.kind === 'crl' ? `revocation list of ${code(shorten(part.issuer, longestInRow))}` : `a part that cannot be read`
}
