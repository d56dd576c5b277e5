import type { SourceFile } from '../core/text.js'
import { nameOf, nameText } from '../core/words.js'
import type { Workspace } from '../core/workspace.js'
import { type Certificate, certificateOf, isCertificateError } from '../x509/certificate.js'
import { crlOf, isCrl } from '../x509/crl.js'
import { type CertificateDescription, describeBlock as decodeBlock } from '../x509/describe.js'
import { type PemBlock, parsePem } from '../x509/pem.js'
import { describeBlock, rowsOf, summarize } from './describe-block.js'
import { describeRequest } from './describe-request.js'
import { blockAt, pathAt } from './hover.js'
import { code, fingerprint, plain, shorten, table } from './words.js'

/** Blocks beyond so many are not what anybody reads. */
const mostShown = 50
const longestValue = 2000

/** All that the certificate at an offset says, or those behind the path there; without an offset, all of the file. */
export async function showCertificate(
  workspace: Workspace,
  file: SourceFile,
  offset: number | undefined,
  now: Date
): Promise<{ readonly title: string; readonly markdown: string } | undefined> {
  const blocks = (offset === undefined ? parsePem(file).blocks : blocksAt(workspace, file, offset)).slice(0, mostShown)
  const [first] = blocks
  if (!first) return undefined
  const parts = await Promise.all(blocks.map(async it => `# ${plain(titleOf(it))}\n\n${await describeInFull(it, now)}`))
  return { title: titleOf(first), markdown: parts.join('\n\n') }
}

function blocksAt(workspace: Workspace, file: SourceFile, offset: number): readonly PemBlock[] {
  const block = file.text.includes('-----BEGIN ') ? blockAt(file, offset) : undefined
  if (block) return [block]
  const path = pathAt(workspace, file, offset)?.path
  const entry = path === undefined ? undefined : workspace.read(path)
  return entry?.kind === 'file' ? parsePem(entry.file).blocks : []
}

function titleOf(block: PemBlock): string {
  const certificate = certificateOf(block)
  if (certificate && !isCertificateError(certificate)) return nameOf(certificate)
  const crl = crlOf(block)
  return isCrl(crl) ? `Revocation list of ${nameText(crl.issuer)}` : block.label || 'DER'
}

async function describeInFull(block: PemBlock, now: Date): Promise<string> {
  if (block.kind === 'certificateRequest') return describeRequest(block, now)
  const certificate = certificateOf(block)
  if (!certificate || isCertificateError(certificate)) return describeBlock(block, now)
  const told = await decodeBlock(block)
  if (told.kind !== 'certificate') return describeBlock(block, now)
  return [
    summarize(certificate, now),
    table([...rowsOf(certificate, now), ...moreRows(certificate, told)]),
    '## Extensions',
    extensionTable(told)
  ].join('\n\n')
}

const moreRows = (certificate: Certificate, told: CertificateDescription): readonly (readonly [string, string | undefined])[] => [
  ['SHA-1', code(fingerprint(told.fingerprints.sha1))],
  ['Public key pin', code(told.publicKey.pin)],
  ['Subject key identifier', told.subjectKeyIdentifier && code(told.subjectKeyIdentifier)],
  ['Authority key identifier', told.authorityKeyIdentifier && code(told.authorityKeyIdentifier)],
  ['Issuer’s certificate', list(told.issuerUrls)],
  ['OCSP', list(told.ocspUrls)],
  ['CRL', list(told.crlUrls)],
  ['Certificate transparency', told.timestamps.length > 0 ? `${told.timestamps.length} timestamps` : undefined],
  ['Version', String(certificate.version)]
]

const list = (values: readonly string[]): string | undefined =>
  values.length > 0
    ? values
        .slice(0, 10)
        .map(it => code(shorten(it, 200)))
        .join(', ')
    : undefined

function extensionTable({ extensions }: CertificateDescription): string {
  if (extensions.length === 0) return 'None'
  const rows = extensions.map(
    it => `| ${plain(it.name ?? it.oid)} | ${it.critical ? 'critical' : ''} | ${plain(shorten(it.text, longestValue))} |`
  )
  return ['| Extension | | Value |', '|:--|:--|:--|', ...rows].join('\n')
}
