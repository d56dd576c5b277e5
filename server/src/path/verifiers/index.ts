import type { VerifierId } from '../../core/model.js'
import type { Verifier } from '../verifier.js'
import { openssl } from './openssl.js'
import { rfc5280 } from './rfc5280.js'

export const verifiers: { readonly [id in VerifierId]: Verifier } = {
  openssl,
  boringssl: openssl,
  go: openssl,
  java: openssl,
  rustls: openssl,
  gnutls: openssl,
  rfc5280
}
