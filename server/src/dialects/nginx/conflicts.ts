import type { Problem } from '../../core/dialect.js'
import type { CredentialRef, TlsEndpoint } from '../../core/model.js'
import type { Location } from '../../core/text.js'
import type { Upstreams } from './client.js'
import { type Configuration, childrenOf, wordAt } from './configuration.js'
import { readAddress } from './listen.js'
import type { Pass } from './passes.js'
import type { ReaderError } from './reader.js'
import { findSetting, textSetting } from './scopes.js'
import type { Server } from './server.js'

/** Settings of one server that nginx takes one by one and refuses together. */
export function conflictProblems(server: Server, configuration: Configuration): Problem[] {
  if (configuration.template) return []
  return ocspConflict(server).concat(quicConflicts(server))
}

const conflict = (at: Problem | { path: string; start: number; end: number }, message: string): Problem => ({
  path: at.path,
  start: at.start,
  end: at.end,
  rule: 'conflicting-settings',
  message
})

function ocspConflict({ scope }: Server): Problem[] {
  const ocsp = textSetting(scope, 'ssl_ocsp')
  const verify = ocsp && textSetting(scope, 'ssl_verify_client')
  if (!verify || !/^(?:on|leaf)$/.test(ocsp.value) || verify.value !== 'optional_no_ca') return []
  const related = [{ ...verify.at, message: 'set here' }]
  return [{ ...conflict(ocsp.at, '"ssl_ocsp" is incompatible with "ssl_verify_client optional_no_ca"'), related }]
}

function quicConflicts({ node, scope, protocol }: Server): Problem[] {
  const quic = protocol === 'http' ? childrenOf(node, 'listen').filter(it => it.values.includes('quic')) : []
  const pairs = quic.flatMap(listen => {
    const word = listen.directive.args.slice(1).find(it => /^(?:ssl|http2|proxy_protocol)$/.test(it.value))
    return word ? [conflict(wordAt(listen, word), `"${word.value}" parameter is incompatible with "quic"`)] : []
  })
  if (!quic[0]) return pairs
  const versions = findSetting(scope, 'ssl_protocols')?.nodes[0]
  const lacks = versions && !versions.values.some(it => /^TLSv1\.3$/i.test(it) || it.includes('$'))
  if (!lacks) return pairs
  const at = {
    path: versions.file.path,
    start: versions.directive.args[0]!.start,
    end: versions.directive.args[versions.directive.args.length - 1]!.end
  }
  return [...pairs, conflict(at, '"ssl_protocols" must enable TLSv1.3 for the "listen ... quic" directive')]
}

/** A group of servers has its ports in its own lines: nginx refuses one behind the group's name. */
export function groupPortErrors(passes: readonly Pass[], upstreams: Upstreams): ReaderError[] {
  return passes.flatMap(({ at, authority, host, node }): ReaderError[] => {
    const port = host !== undefined && upstreams.has(host.toLowerCase()) ? readAddress(authority, undefined).port : undefined
    if (port === undefined || !authority.includes(':')) return []
    return [
      { ...at, rule: 'invalid-value', message: `upstream "${host}" may not have port ${port}`, reportedAt: node.directive.terminator }
    ]
  })
}

/** Certificates whose keys are named nowhere. */
export function keylessProblems(endpoint: TlsEndpoint): Problem[] {
  if (endpoint.incomplete || endpoint.identities.every(it => it.key !== undefined)) return []
  const known = endpoint.identities.filter(it => it.certificate.kind !== 'dynamic')
  return keyless({ ...endpoint, identities: known }).map(({ certificate, message }) => conflict(certificate.at, message))
}

/** Certificates without a key, with what nginx says of each. Modules other than http's look only where a listener speaks TLS. */
export function keyless(
  endpoint: Pick<TlsEndpoint, 'role' | 'protocol' | 'tls' | 'identities' | 'addresses'>
): readonly { readonly certificate: CredentialRef; readonly message: string; readonly place?: Location }[] {
  const { role, protocol, tls, identities } = endpoint
  const isOfListener = role === 'server' && protocol !== 'http'
  if (isOfListener && !tls.value) return []
  const lacking = identities.filter(it => it.key === undefined).map(it => it.certificate)
  return lacking.map(certificate => {
    const missing = `no "${certificate.name}_key" is defined for`
    const which = `certificate "${writtenPath(certificate)}"`
    if (!isOfListener) return { certificate, message: `${missing} ${which}` }
    const directive = `the "${tlsDirective(tls.name)}" directive`
    return {
      certificate,
      message: lacking.length < identities.length ? `${missing} ${which} and ${directive}` : `${missing} ${directive}`,
      place: lastTlsPlace(endpoint)
    }
  })
}

/** How nginx names what makes a listener speak TLS. */
export const tlsDirective = (name: string): string => (name === 'listen' ? 'listen ... ssl' : name)

/** Of several addresses with TLS, the last is what stream and mail remember. */
export const lastTlsPlace = ({ addresses, tls }: Pick<TlsEndpoint, 'addresses' | 'tls'>): Location =>
  (tls.name === 'listen' && addresses.filter(it => it.tls).at(-1)?.at) || tls.at

export const writtenPath = (ref: CredentialRef): string =>
  ref.kind === 'file' ? ref.written : ref.kind === 'dynamic' ? ref.text : ref.name
