import type { VerifierId } from '../../server/src/core/model.js'
import type { PathQuestion } from '../../server/src/path/verify.js'
import { type Certificate, certificateOf, isCertificateError } from '../../server/src/x509/certificate.js'
import { derBlock } from '../../server/src/x509/pem.js'
import type { RandomCase } from './random-chains.js'

const file = { path: '/test/made.der', text: '', encoding: 'binary' } as const

/** Throws for bytes that are no certificate: such a case is a mistake of the test. */
export function certificateFrom(der: Uint8Array): Certificate {
  const read = certificateOf(derBlock(file, der, 'certificate'))
  if (!read || isCertificateError(read)) throw new Error(`not a certificate: ${read?.message}`)
  return read
}

export function questionOf(path: RandomCase, verifier: VerifierId): PathQuestion {
  return {
    endEntity: certificateFrom(path.endEntity),
    intermediates: path.intermediates.map(certificateFrom),
    trustAnchors: path.trustAnchors.map(certificateFrom),
    purpose: path.purpose,
    verifier,
    at: path.at,
    partialChain: path.partialChain,
    ...(path.maxDepth !== undefined && { maxDepth: path.maxDepth }),
    ...(path.crls.length > 0 && { crls: path.crls.map(it => derBlock(file, it, 'crl')) })
  }
}
