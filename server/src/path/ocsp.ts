import { createHash } from 'node:crypto'
import { memo } from '../core/text.js'
import type { Certificate } from '../x509/certificate.js'
import { bitString, children, expect, tags } from '../x509/der.js'
import { isOcspError, type OcspError, type OcspResponse, ocspOf, type SingleResponse } from '../x509/ocsp.js'
import type { Hash } from '../x509/oids.js'
import type { PemBlock } from '../x509/pem.js'
import { signed } from '../x509/signature.js'
import type { Finding, Validation } from './validate.js'
import { isCurrent } from './validity.js'
import type { OcspPolicy } from './verifier.js'

/** What the responses that were given say of a certificate. */
export interface OcspAnswer {
  /** Somebody who may say so says that it is not revoked: no list has to be asked any more. */
  readonly settled: boolean
  readonly findings: readonly Finding[]
}

const silent: OcspAnswer = { settled: false, findings: [] }

/** RFC 6960 3.2: is there a response about the certificate at this depth, by somebody who may give it, current, and good? */
export function askOcsp(ctx: Validation, depth: number): OcspAnswer {
  const { ocsp } = ctx.knobs
  const certificate = ctx.path[depth]!
  const issuer = ctx.path[depth + 1]
  // Who has no issuer here is an anchor, or the path is incomplete, which is said elsewhere.
  if (ocsp === 'ignored' || !ctx.question.ocspResponses || !issuer) return silent
  const { readable, unreadable } = readAll(ctx.question.ocspResponses)
  const opinions = readable.flatMap(response =>
    response.responses.filter(it => isAbout(it, certificate, issuer)).map(it => judge(ctx, ocsp, { response, it, issuer, certificate }))
  )
  const best = opinions.sort((a, b) => weights.indexOf(a.kind) - weights.indexOf(b.kind))[0]
  if (best) return answers[best.kind](depth, best.because)
  const isNeeded = ocsp.needed === 'whole-path' || (ocsp.needed === 'end-entity' && depth === 0)
  if (!isNeeded || (ocsp.inLieuOfCrl && ctx.question.crls)) return silent
  const because = unreadable[0]?.message ?? `None of the OCSP responses given is about ${certificate.subject.display}`
  return { settled: false, findings: [{ code: 'ocsp-verification-needed', depth, because }] }
}

const readAll = memo((blocks: readonly PemBlock[]) => {
  const read = blocks.map(ocspOf)
  return {
    readable: read.filter((it): it is OcspResponse => !isOcspError(it)),
    unreadable: read.filter((it): it is OcspError => isOcspError(it))
  }
})

/** What decides comes first: nothing makes up for a revocation, and a good answer makes up for useless ones. */
const weights = ['revoked', 'good', 'unknown', 'useless'] as const

interface Opinion {
  readonly kind: (typeof weights)[number]
  readonly because: string
}

const answers: { readonly [kind in Opinion['kind']]: (depth: number, because: string) => OcspAnswer } = {
  good: () => ({ settled: true, findings: [] }),
  revoked: (depth, because) => ({ settled: true, findings: [{ code: 'certificate-revoked', depth, because }] }),
  unknown: (depth, because) => ({ settled: false, findings: [{ code: 'ocsp-unknown-cert', depth, because }] }),
  useless: (depth, because) => ({ settled: false, findings: [{ code: 'ocsp-verification-failed', depth, because }] })
}

/** RFC 6960 4.1.1: the serial number, and the issuer by hashes of its name and of its key. */
function isAbout(it: SingleResponse, certificate: Certificate, issuer: Certificate): boolean {
  if (!it.hash || it.serialNumber !== certificate.serialNumber) return false
  if (it.issuerNameHash !== digest(it.hash, certificate.issuer.der)) return false
  return it.issuerKeyHash === keyHash(it.hash, issuer)
}

const digest = (hash: Hash, bytes: Uint8Array): string | undefined => {
  const name = digestNames[hash]
  return name && createHash(name).update(bytes).digest('hex')
}

const digestNames: { readonly [hash in Hash]?: string } = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' }

/** Over the bits of the key alone, without its algorithm. */
function keyHash(hash: Hash, { publicKey: { spki } }: Certificate): string | undefined {
  const [, key] = children(spki, expect(spki, 0, spki.length, tags.sequence), tags.sequence) ?? []
  const bits = key?.tag === tags.bitString ? bitString(spki, key) : undefined
  return bits && digest(hash, bits)
}

interface Statement {
  readonly response: OcspResponse
  readonly it: SingleResponse
  readonly issuer: Certificate
  readonly certificate: Certificate
}

function judge(ctx: Validation, ocsp: OcspPolicy, { response, it, issuer, certificate }: Statement): Opinion {
  const useless = whyNotSigned(ctx, response, issuer) ?? whyNotCurrent(ctx, ocsp, it)
  if (useless !== undefined) return { kind: 'useless', because: useless }
  const { display } = certificate.subject
  if (it.critical) return { kind: 'useless', because: `The OCSP response about ${display} has a critical extension that is unknown here` }
  if (it.status === 'unknown' && ocsp.unknown === 'accepted') return { kind: 'good', because: '' }
  const says = it.status === 'revoked' ? `is revoked: use another certificate` : `is unknown to it: ask the CA whether it issued it`
  return { kind: it.status, because: `The OCSP responder of ${issuer.subject.display} says that ${display} ${says}` }
}

/** More candidates for one signature there are only where somebody wants to keep us busy. */
const mostSigners = 8

/** RFC 6960 4.2.2.2: the issuer itself signs, or somebody whom it issued a certificate for the purpose. */
function whyNotSigned(ctx: Validation, response: OcspResponse, issuer: Certificate): string | undefined {
  const known = [issuer, ...response.certificates, ...ctx.question.intermediates, ...ctx.question.trustAnchors]
  const signers = known.filter(it => isResponder(response, it)).slice(0, mostSigners)
  if (signers.length === 0) return `The certificate of whoever signed the OCSP response is not at hand: ${responderWords(response)}`
  const reasons = signers.map(signer => whyNotAuthorized(ctx, signer, issuer) ?? whyNotBy(ctx, response, signer))
  return reasons.includes(undefined) ? undefined : reasons[0]
}

function isResponder({ responder }: OcspResponse, it: Certificate): boolean {
  return 'name' in responder ? it.subject.canonical === responder.name.canonical : keyHash('SHA-1', it) === responder.keyHash
}

const responderWords = ({ responder }: OcspResponse) =>
  'name' in responder ? responder.name.display : `the one with the key whose SHA-1 hash is ${responder.keyHash}`

/** id-kp-OCSPSigning. */
const signsOcsp = '1.3.6.1.5.5.7.3.9'

function whyNotAuthorized(ctx: Validation, signer: Certificate, issuer: Certificate): string | undefined {
  const { display } = signer.subject
  if (signer.subject.canonical === issuer.subject.canonical && Buffer.compare(signer.publicKey.spki, issuer.publicKey.spki) === 0)
    return undefined
  if (signer.issuer.canonical !== issuer.subject.canonical)
    return `${display} signed the OCSP response, but ${issuer.subject.display} did not issue its certificate`
  if (!signer.extendedKeyUsage?.includes(signsOcsp))
    return `${display} signed the OCSP response, but its certificate lacks the extended key usage OCSPSigning`
  if (!isCurrent(signer, ctx.question.at, ctx.knobs)) return `The certificate of the OCSP responder ${display} is not valid at this time`
  ctx.budget.takeSignature()
  return signed(signer, issuer) ? undefined : `${issuer.subject.display} did not sign the certificate of the OCSP responder ${display}`
}

function whyNotBy(ctx: Validation, response: OcspResponse, signer: Certificate): string | undefined {
  ctx.budget.takeSignature()
  const verified = signed(response, signer)
  if (verified === undefined) ctx.doubt(`the signature on the OCSP response cannot be checked here: ${response.signatureAlgorithm.name}`)
  return verified ? undefined : `The signature on the OCSP response is not that of ${signer.subject.display}`
}

function whyNotCurrent(ctx: Validation, ocsp: OcspPolicy, { thisUpdate, nextUpdate }: SingleResponse): string | undefined {
  const at = ctx.question.at.getTime()
  const skew = ocsp.skew * 1000
  if (thisUpdate.getTime() > at + skew) return `The OCSP response is from the future, ${moment(thisUpdate)}: check the clock`
  if (!nextUpdate) return undefined
  if (nextUpdate < thisUpdate) return 'The OCSP response ends before it begins'
  return nextUpdate.getTime() < at - skew ? `The OCSP response ended at ${moment(nextUpdate)}: fetch the current one` : undefined
}

const moment = (date: Date) => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
