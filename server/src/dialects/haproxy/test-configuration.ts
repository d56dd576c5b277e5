import type { LowerContext } from '../../core/dialect.js'
import type { TlsEndpoint } from '../../core/model.js'
import type { SourceFile } from '../../core/text.js'
import { readConfiguration } from './configuration.js'
import { conflictProblems } from './conflicts.js'
import { lower } from './lower.js'
import { readErrors } from './reader.js'

/** What `haproxy -c` would say of a configuration, as far as its text decides; what is in the files that it names, others know. */
export type ConfigurationTest =
  | { readonly ok: true }
  | {
      readonly ok: false
      /** All errors, in the order of the text: HAProxy goes on after one. */
      readonly errors: readonly { readonly message: string; readonly path: string; readonly at: number }[]
    }

export function testConfiguration(root: SourceFile, ctx: LowerContext): ConfigurationTest {
  const configuration = readConfiguration(root, ctx)
  const errors = readErrors(configuration, { exact: true }).map(({ message, start }) => ({ message, path: root.path, at: start }))
  if (errors.length > 0) return { ok: false, errors }
  const missing = lower(root, ctx).endpoints.flatMap(missingForTls)
  return missing.length > 0 ? { ok: false, errors: missing } : { ok: true }
}

/** What HAProxy looks for once all is read: a CA wherever something is verified, a certificate on every TLS address, a version. */
function missingForTls(endpoint: TlsEndpoint): readonly { readonly message: string; readonly path: string; readonly at: number }[] {
  const { peer, role, at, tls } = endpoint
  if (!tls.value || endpoint.incomplete) return []
  const error = (message: string) => [{ message, path: at.path, at: at.start }]
  if (conflictProblems(endpoint).length > 0) return error('all SSL/TLS versions are disabled.')
  const hasCa = peer.trustAnchors.some(it => it.name !== 'crl-file')
  if (role === 'client')
    return peer.verifyChain.value && !hasCa ? error(`'${endpoint.label}' : verify is enabled by default but no CA file specified.`) : []
  if (endpoint.identities.length === 0) return error("no SSL certificate specified for bind (use 'crt').")
  return peer.certificate.value !== 'ignore' && !hasCa ? error('verify is enabled but no CA file specified for bind.') : []
}
