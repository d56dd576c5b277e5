import type { VerifierId } from '../../core/model.js'
import type { Verifier } from '../verifier.js'
import { boringssl } from './boringssl.js'
import { gnutls } from './gnutls.js'
import { go } from './go.js'
import { java } from './java.js'
import { openssl } from './openssl.js'
import { rfc5280 } from './rfc5280.js'
import { rustls } from './rustls.js'

export const verifiers: { readonly [id in VerifierId]: Verifier } = { openssl, boringssl, go, java, rustls, gnutls, rfc5280 }

export const verifierIds = Object.keys(verifiers) as readonly VerifierId[]
