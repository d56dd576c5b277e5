import { privateKeyIn } from '../core/openssl-files.js'
import type { PemFile } from '../x509/pem.js'
import { type Presented, presentedIn } from './presented.js'

/** What a client by hand presents: the chain of one file with the key of the same or another. */
export const clientIdentity = (certificate: PemFile, key: PemFile): Presented =>
  presentedIn(certificate, { path: certificate.file.path, start: 0, end: 0 }, () => privateKeyIn(key))
