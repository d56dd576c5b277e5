import { memo, type SourceFile } from '../core/text.js'
import { type Certificate, certificateOf, isCertificateError, type Name, type SignatureAlgorithm } from './certificate.js'
import {
  bitString,
  children,
  contentOf,
  type Element,
  element,
  elements,
  expect,
  hex,
  isInteger,
  oidOf,
  only,
  smallInteger,
  tags,
  time
} from './der.js'
import { digest } from './digest.js'
import { isName, readName } from './distinguished-name.js'
import { serialText } from './extensions.js'
import { type Hash, hashes } from './oids.js'
import { derBlock, type PemBlock, parsePem } from './pem.js'
import { isAlgorithm } from './public-key.js'
import type { Signed } from './signature.js'
import { readSignatureAlgorithm } from './signature-algorithm.js'

/** RFC 6960 4.2.1: what a responder says of certificates, signed. */
export interface OcspResponse extends Signed {
  readonly block: PemBlock
  readonly signatureAlgorithm: SignatureAlgorithm
  /** Whose signature it is: a name, or the SHA-1 hash of a key in lower-case hex. */
  readonly responder: { readonly name: Name } | { readonly keyHash: string }
  readonly producedAt: Date
  readonly responses: readonly SingleResponse[]
  /** What the responder sent along to prove who it is. */
  readonly certificates: readonly Certificate[]
}

/** What is said of one certificate. */
export interface SingleResponse {
  /** Absent: a hash that is unknown here. */
  readonly hash: Hash | undefined
  /** Lower-case hex. */
  readonly issuerNameHash: string
  readonly issuerKeyHash: string
  readonly serialNumber: string
  readonly status: 'good' | 'revoked' | 'unknown'
  readonly thisUpdate: Date
  readonly nextUpdate: Date | undefined
  /** A critical extension, none of which is known here. */
  readonly critical: boolean
}

/** Why a block holds no answer. */
export interface OcspError {
  readonly error: true
  /** A sentence without full stop. */
  readonly message: string
}

export const isOcspError = (it: OcspResponse | OcspError): it is OcspError => 'error' in it

/** The responses of a file: DER, as responders send and `openssl ocsp -respout` writes them, or PEM. */
export const ocspBlocksOf: (file: SourceFile) => readonly PemBlock[] = memo(file =>
  file.text.includes('-----BEGIN ')
    ? parsePem(file).blocks.filter(it => it.label === 'OCSP RESPONSE' && it.der)
    : [derBlock(file, new Uint8Array(Buffer.from(file.text, file.encoding === 'binary' ? 'latin1' : 'utf8')), 'other')]
)

/** The response of a block, or why there is none in it. */
export const ocspOf: (block: PemBlock) => OcspResponse | OcspError = memo(block => readResponse(block) ?? broken)

const broken: OcspError = { error: true, message: 'This is no OCSP response: it does not decode' }

/** RFC 6960 4.2.1; 4 is not used. */
const refusals = ['successful', 'malformedRequest', 'internalError', 'tryLater', undefined, 'sigRequired', 'unauthorized'] as const

function readResponse(block: PemBlock): OcspResponse | OcspError | undefined {
  const whole = block.der ?? new Uint8Array()
  const outer = expect(whole, 0, whole.length, tags.sequence)
  const [status, tagged, ...more] = children(whole, outer, tags.sequence) ?? []
  if (outer?.end !== whole.length || status?.tag !== tags.enumerated || more.length > 0) return undefined
  const refusal = refusals[smallInteger(whole, status) ?? 4]
  if (refusal === undefined) return undefined
  if (refusal !== 'successful') return { error: true, message: `The responder gave no answer but said ${refusal}` }
  const [type, content] =
    tagged?.tag === 0xa0 ? (children(whole, only(whole, tagged.content, tagged.end, tags.sequence), tags.sequence) ?? []) : []
  if (type?.tag !== tags.oid || content?.tag !== tags.octetString) return undefined
  if (oidOf(whole, type) !== basic) return { error: true, message: `The response is of a kind that is unknown here: ${oidOf(whole, type)}` }
  return readBasic(block, whole, content)
}

/** id-pkix-ocsp-basic. */
const basic = '1.3.6.1.5.5.7.48.1.1'

function readBasic(block: PemBlock, der: Uint8Array, content: Element): OcspResponse | undefined {
  const [tbs, algorithm, signature, tagged] = children(der, only(der, content.content, content.end, tags.sequence), tags.sequence) ?? []
  if (tbs?.tag !== tags.sequence || algorithm?.tag !== tags.sequence || signature?.tag !== tags.bitString) return undefined
  const bits = bitString(der, signature)
  const data = readData(der, tbs)
  const certificates = tagged ? readCertificates(block, der, tagged) : []
  if (!bits || !isAlgorithm(der, algorithm) || !data || !certificates) return undefined
  let sha256: string | undefined
  return {
    ...data,
    block,
    certificates,
    tbs: der.subarray(tbs.start, tbs.end),
    signature: bits,
    signatureAlgorithm: readSignatureAlgorithm(der, algorithm),
    signatureAlgorithmDer: der.subarray(algorithm.start, algorithm.end),
    // The algorithm is stated only once.
    algorithmsAgree: true,
    get sha256() {
      sha256 ??= digest('sha256', der)
      return sha256
    }
  }
}

type ResponseData = Pick<OcspResponse, 'responder' | 'producedAt' | 'responses'>

function readData(der: Uint8Array, tbs: Element): ResponseData | undefined {
  const parts = [...(elements(der, tbs.content, tbs.end) ?? [])]
  if (parts[0]?.tag === 0xa0) parts.shift()
  const [id, date, list, extensions, ...more] = parts
  const responder = id && readResponder(der, id)
  const producedAt = date?.tag === tags.generalizedTime ? time(der, date) : undefined
  const singles = children(der, list, tags.sequence)?.map(it => readSingle(der, it))
  if (!responder || !producedAt || !singles || (extensions && extensions.tag !== 0xa1) || more.length > 0) return undefined
  return singles.every(it => it !== undefined) ? { responder, producedAt, responses: singles } : undefined
}

function readResponder(der: Uint8Array, id: Element): OcspResponse['responder'] | undefined {
  const inner = element(der, id.content, id.end)
  if (inner?.end !== id.end) return undefined
  if (id.tag === 0xa1) return inner.tag === tags.sequence && isName(der, inner) ? { name: readName(der, inner) } : undefined
  return id.tag === 0xa2 && inner.tag === tags.octetString ? { keyHash: hex(contentOf(der, inner)) } : undefined
}

const statuses: Readonly<Record<number, SingleResponse['status']>> = { 128: 'good', 161: 'revoked', 130: 'unknown' }

function readSingle(der: Uint8Array, single: Element): SingleResponse | undefined {
  const [id, state, from, ...rest] = children(der, single, tags.sequence) ?? []
  const [algorithm, name, key, serial] = children(der, id, tags.sequence) ?? []
  const status = statuses[state?.tag ?? 0]
  const thisUpdate = from?.tag === tags.generalizedTime ? time(der, from) : undefined
  if (algorithm?.tag !== tags.sequence || name?.tag !== tags.octetString || key?.tag !== tags.octetString) return undefined
  if (serial?.tag !== tags.integer || !isInteger(der, serial) || !status || !thisUpdate || rest.length > 2) return undefined
  const until = rest.find(it => it.tag === 0xa0)
  const moment = until && only(der, until.content, until.end, tags.generalizedTime)
  const nextUpdate = moment && time(der, moment)
  if (until && !nextUpdate) return undefined
  return {
    hash: hashOf(der, algorithm),
    issuerNameHash: hex(contentOf(der, name)),
    issuerKeyHash: hex(contentOf(der, key)),
    serialNumber: serialText(der, serial),
    status,
    thisUpdate,
    nextUpdate,
    critical: hasCritical(
      der,
      rest.find(it => it.tag === 0xa1)
    )
  }
}

function hashOf(der: Uint8Array, algorithm: Element): Hash | undefined {
  const oid = expect(der, algorithm.content, algorithm.end, tags.oid)
  return oid && hashes.get(oidOf(der, oid))
}

function hasCritical(der: Uint8Array, tagged: Element | undefined): boolean {
  const list = tagged && only(der, tagged.content, tagged.end, tags.sequence)
  return (children(der, list, tags.sequence) ?? []).some(it => {
    const flag = children(der, it, tags.sequence)?.[1]
    return flag?.tag === tags.boolean && der[flag.content] !== 0
  })
}

function readCertificates(block: PemBlock, der: Uint8Array, tagged: Element): readonly Certificate[] | undefined {
  const list = tagged.tag === 0xa0 ? children(der, only(der, tagged.content, tagged.end, tags.sequence), tags.sequence) : undefined
  const read = list?.map(({ start, end }) =>
    certificateOf({
      ...block,
      kind: 'certificate',
      der: der.subarray(start, end),
      locate: bytes => block.locate({ start: Math.min(start + bytes.start, end), end: Math.min(start + bytes.end, end) })
    })
  )
  return read?.filter((it): it is Certificate => it !== undefined && !isCertificateError(it))
}
