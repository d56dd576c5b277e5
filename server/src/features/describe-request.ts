import { describeBlock as decodeBlock } from '../x509/describe.js'
import type { PemBlock } from '../x509/pem.js'
import { describeBlock } from './describe-block.js'
import { altNameWords, code, plain, purposeWords, shorten, table } from './words.js'

/** Who asks for which names. Requests are read by a library that is loaded only for them, so this takes a moment once. */
export async function describeRequest(block: PemBlock, now: Date): Promise<string> {
  const told = await decodeBlock(block)
  if (told.kind !== 'csr') return describeBlock(block, now)
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Subject', code(shorten(told.subject))],
    ['Names', told.subjectAltNames.length > 0 ? altNameWords(told.subjectAltNames) : undefined],
    ['Key', plain(told.publicKey.description)],
    ['Key usage', told.keyUsage?.join(', ')],
    ['Extended key usage', told.extendedKeyUsage && plain(purposeWords(told.extendedKeyUsage))],
    ['Signature', `${plain(told.signatureAlgorithm)}${told.signatureValid === false ? ', **not made by this key**' : ''}`]
  ]
  return `**Certificate signing request**\n\n${table(rows)}`
}
