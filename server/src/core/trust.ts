/** Questions about files of trusted certificates. */
import type { PemFile } from '../x509/pem.js'

/** A root, which nobody presents, or several certificates, all of CAs: kept to be trusted, or to complete chains. */
export const isTrustFile = ({ certificates }: PemFile): boolean =>
  certificates.every(it => it.isCa) && (certificates.length > 1 || certificates.some(it => it.selfIssued))

/** A store as operating systems and browsers have it: what may be wrong with one CA of so many concerns hardly anybody. */
export const isPublicStore = ({ certificates }: PemFile): boolean => certificates.length > 30
