import type { LowerContext } from '../../core/dialect.js'
import type { TlsEndpoint } from '../../core/model.js'
import type { SourceFile } from '../../core/text.js'
import { argumentsOf, type Configuration, nameOf, readConfiguration, walk } from './configuration.js'
import { lower } from './lower.js'
import { type ReaderError, type ReaderOptions, readErrors } from './reader.js'

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
  const noted: readonly Noted[] = isWhole ? unknownLogFormats(configuration) : []
  const order = (it: Noted) => (it.path === root.path ? (it.noticedAt ?? it.reportedAt) : Number.MAX_SAFE_INTEGER)
  const first = [...errors, ...noted].sort((a, b) => order(a) - order(b))[0]
  if (first) return { ok: false, message: first.message, path: first.path, at: first.reportedAt }
  return missingForTls(root, options) ?? { ok: true }
}

/** A format has to be defined above the log that uses it. With an include that is not here, it may be. */
function unknownLogFormats(
  configuration: Configuration
): { readonly path: string; readonly message: string; readonly reportedAt: number }[] {
  const formats = new Set(['combined'])
  const errors: Noted[] = []
  let open = configuration.incomplete
  for (const node of walk(configuration.nodes)) {
    open ||= node.incomplete
    const [first, second] = argumentsOf(node)
    if (nameOf(node) === 'log_format' && first) formats.add(first)
    if (nameOf(node) !== 'access_log' || !second || first === 'off' || open || /[=$]|^gzip$/.test(second) || formats.has(second)) continue
    errors.push({ path: node.file.path, message: `unknown log format "${second}"`, reportedAt: node.directive.terminator })
  }
  return errors
}

/** What nginx looks for once all is read: a certificate for every TLS address, a key for every certificate, a CA where clients are verified. */
function missingForTls(root: SourceFile, options: TestOptions): ConfigurationTest | undefined {
  const servers = lower(root, options).endpoints.filter(it => it.role === 'server' && !it.incomplete)
  for (const it of servers) {
    const unkeyed = it.identities.find(identity => !identity.key)
    if (unkeyed) return { ok: false, message: `no "ssl_certificate_key" is defined for certificate "${writtenPath(unkeyed.certificate)}"` }
    if (isWithoutCa(it)) return { ok: false, message: 'no ssl_client_certificate for ssl_verify_client' }
  }
  const bare = servers.find(
    it => it.tls.name === 'listen' && it.tls.value && it.identities.length === 0 && !it.rejectsHandshake && isDefaultOnTls(it)
  )
  if (!bare) return undefined
  const message = 'no "ssl_certificate" is defined for the "listen ... ssl" directive'
  return { ok: false, message, path: bare.at.path, at: bare.at.start }
}

const isWithoutCa = (it: TlsEndpoint): boolean =>
  it.identities.length > 0 && it.peer.verifyChain.value && !it.peer.trustAnchors.some(anchor => anchor.intended)

const isDefaultOnTls = (it: TlsEndpoint): boolean => it.addresses.some(address => address.tls && address.isDefault)

const writtenPath = (ref: TlsEndpoint['identities'][number]['certificate']): string => (ref.kind === 'file' ? ref.written : '')
