import type { LowerContext } from '../../core/dialect.js'
import type { TlsEndpoint } from '../../core/model.js'
import type { Location, SourceFile } from '../../core/text.js'
import { upstreamsOf } from './client.js'
import { type Configuration, type Node, readConfiguration } from './configuration.js'
import { groupPortErrors, keyless, lastTlsPlace, tlsDirective } from './conflicts.js'
import { defaultsOf, isAtLeast } from './defaults.js'
import { lower } from './lower.js'
import { passesOf } from './passes.js'
import { type ReaderError, type ReaderOptions, readErrors } from './reader.js'
import { serversOf } from './server.js'

/** What `nginx -t` would say of a configuration, as far as its text decides; what is in the files that it names, others know. */
export type ConfigurationTest =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly message: string
      /** The file and a place in the line that nginx prints; absent where it names none. */
      readonly path?: string
      readonly at?: number
    }

export interface TestOptions extends LowerContext {
  /** Where the text of the root stands, when it is no main file. */
  readonly within?: Pick<ReaderOptions, 'places' | 'values'>
}

type Noted = Pick<ReaderError, 'path' | 'message' | 'reportedAt' | 'noticedAt'>

/** nginx stops at the first error; so does this. */
export function testConfiguration(root: SourceFile, options: TestOptions): ConfigurationTest {
  const configuration = readConfiguration(root, options)
  const isWhole = options.within === undefined
  const errors = readErrors(configuration, { places: 'm', ...options.within, exactVersion: options.settings.nginx.version })
  const noted = [...portErrors(configuration, options), ...(isWhole ? unknownLogFormats(configuration) : [])]
  const order = (it: Noted) => (it.path === root.path ? (it.noticedAt ?? it.reportedAt) : Number.MAX_SAFE_INTEGER)
  const first = [...errors, ...noted].sort((a, b) => order(a) - order(b))[0]
  // What a whole block lacks is noticed where it ends, before anything below it.
  const above = first && configuration.nodes.filter(it => it.file === root && it.directive.close < order(first) && isModule(it))
  const isAbove = ({ at }: TlsEndpoint) =>
    above!.some(it => at.path === root.path && it.directive.start <= at.start && at.end <= it.directive.close)
  const missing = above && above.length > 0 ? missingAtEnd(root, options, isAbove) : undefined
  if (missing) return missing
  if (first) return { ok: false, message: first.message, path: first.path, at: first.reportedAt }
  return (
    missingAtEnd(root, options) ??
    conflictAtEnd(root, options) ??
    (isWhole && lacksEvents(configuration) ? { ok: false, message: 'no "events" section in configuration' } : { ok: true })
  )
}

const portErrors = (configuration: Configuration, { settings }: TestOptions): readonly Noted[] =>
  serversOf(configuration, defaultsOf(settings.nginx.version)).flatMap(it =>
    groupPortErrors(passesOf(it), upstreamsOf(configuration, it.protocol))
  )

/** A format has to be defined above the log that uses it. With an include that is not here, it may be. */
function unknownLogFormats(
  configuration: Configuration
): { readonly path: string; readonly message: string; readonly reportedAt: number }[] {
  const formats = new Set(['combined'])
  const errors: Noted[] = []
  let open = configuration.incomplete
  for (const node of configuration.all) {
    open ||= node.incomplete
    const [first, second] = node.values
    if (node.name === 'log_format' && first) formats.add(first)
    if (node.name !== 'access_log' || !second || first === 'off' || open || /[=$]|^gzip$/.test(second) || formats.has(second)) continue
    errors.push({ path: node.file.path, message: `unknown log format "${second}"`, reportedAt: node.directive.terminator })
  }
  return errors
}

/**
 * What nginx looks for once a block is read, or all of these: certificates for TLS addresses, keys for certificates, CAs where peers
 * are verified.
 */
function missingAtEnd(
  root: SourceFile,
  options: TestOptions,
  isMeant: (it: TlsEndpoint) => boolean = () => true
): ConfigurationTest | undefined {
  const endpoints = lower(root, options).endpoints.filter(it => !it.incomplete && isMeant(it))
  for (const it of endpoints) {
    const [unkeyed] = keyless(it)
    if (unkeyed) return { ok: false, message: unkeyed.message, ...(unkeyed.place ? placed(unkeyed.place) : {}) }
    if (isWithoutCa(it)) return { ok: false, message: missingCa(it, options.settings.nginx.version) }
  }
  const bare = endpoints.find(
    it => it.role === 'server' && it.tls.value && it.identities.length === 0 && !it.rejectsHandshake && isDefault(it)
  )
  if (!bare) return undefined
  const message = `no "ssl_certificate" is defined for the "${tlsDirective(bare.tls.name)}" directive`
  // http names the server's line, stream and mail that of the setting.
  return { ok: false, message, ...placed(bare.protocol === 'http' ? bare.at : lastTlsPlace(bare)) }
}

/** Settings that it takes one by one: `ssl_ocsp` beside `optional_no_ca` is refused without a place. */
function conflictAtEnd(root: SourceFile, options: TestOptions): ConfigurationTest | undefined {
  const conflict = lower(root, options).problems.find(it => it.rule === 'conflicting-settings')
  if (!conflict) return undefined
  return { ok: false, message: conflict.message, ...(conflict.message.includes(' parameter ') ? placed(conflict) : {}) }
}

const isModule = (it: Node): boolean => /^(?:http|stream|mail)$/.test(it.name)

const placed = ({ path, start }: Location): { readonly path: string; readonly at: number } => ({ path, at: start })

/** A part that stands alone is meant for a main file that has them. */
const lacksEvents = ({ isPart, incomplete, nodes }: Configuration): boolean =>
  !isPart && !incomplete && !nodes.some(it => it.name === 'events')

/** A server without a certificate has no TLS context that could lack a CA. */
export const isWithoutCa = ({ role, identities, peer }: TlsEndpoint): boolean =>
  (role === 'client' || identities.length > 0) && peer.verifyChain.value && !peer.trustAnchors.some(anchor => anchor.intended)

export function missingCa({ role, peer }: TlsEndpoint, version: string): string {
  if (role === 'client') return `no ${peer.verifyChain.name.replace(/verify$/, 'trusted_certificate')} for ${peer.verifyChain.name}`
  const either = isAtLeast(version, '1.27.2') ? ' or ssl_trusted_certificate' : ''
  return `no ssl_client_certificate${either} for ssl_verify_client`
}

const isDefault = (it: TlsEndpoint): boolean => it.addresses.some(address => address.isDefault)
