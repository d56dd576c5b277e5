/** Questions about files of trusted certificates. */
import type { Certificate } from '../x509/certificate.js'
import type { PemFile } from '../x509/pem.js'
import { memo } from './text.js'

/** A root, which nobody presents, or several certificates, all of CAs: kept to be trusted, or to complete chains. */
export const isTrustFile = memo(
  ({ certificates }: PemFile): boolean => certificates.every(it => it.isCa) && (certificates.length > 1 || certificates.some(isRoot))
)

/** `openssl req -x509` makes a CA of each server that it signs for itself; what is meant for one says that its key signs certificates. */
const isRoot = (it: Certificate): boolean => it.selfIssued && it.keyUsage?.has('keyCertSign') === true

/** A store as operating systems and browsers have it: what may be wrong with one CA of so many concerns hardly anybody. */
export const isPublicStore = ({ certificates }: PemFile): boolean => certificates.length > 30
