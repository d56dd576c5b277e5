import type { Problem } from '../../core/dialect.js'
import type { TlsEndpoint } from '../../core/model.js'
import type { Read } from '../../core/text.js'
import { parsePem } from '../../x509/pem.js'
import type { Configuration } from './configuration.js'
import { keyFileOf } from './credentials.js'

/** A certificate whose private key stands neither in its file nor beside it. */
export function keylessProblems(endpoint: TlsEndpoint, configuration: Configuration, read: Read): readonly Problem[] {
  if (endpoint.incomplete || !endpoint.tls.value) return []
  return endpoint.identities.flatMap(({ certificate, key }) => {
    if (key || certificate.kind !== 'file') return []
    const entry = read(certificate.path)
    const blocks = entry.kind === 'file' ? parsePem(entry.file).blocks : []
    const holdsCertificate = blocks.some(it => it.kind === 'certificate' || it.kind === 'trustedCertificate')
    if (!holdsCertificate || blocks.some(it => /private/i.test(it.kind))) return []
    const beside = keyFileOf(certificate.path, configuration)
    const message = `${certificate.name} expects a certificate with its private key: No Private Key found in '${beside.slice(beside.lastIndexOf('/') + 1)}'`
    return [{ ...certificate.at, rule: 'wrong-file-kind', message }]
  })
}
