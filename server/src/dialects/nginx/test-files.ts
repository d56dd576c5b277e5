/** What `nginx -t` says, what stands in certificate files included. Texts and places are those of nginx 1.22 with OpenSSL 3.0. */
import type { ConfigurationTest } from '../../core/answering.js'
import type { LowerContext } from '../../core/dialect.js'
import type { CredentialRef, Identity, TlsEndpoint } from '../../core/model.js'
import {
  announcementError,
  certificateError,
  keyError,
  keyFit,
  type LoadError,
  mismatchText,
  openFor,
  privateKeyIn,
  trustError,
  weakness
} from '../../core/openssl-files.js'
import type { Location, Read, SourceFile } from '../../core/text.js'
import { readConfiguration } from './configuration.js'
import { keyless, writtenPath } from './conflicts.js'
import { everywhere } from './directives.js'
import { lower } from './lower.js'
import { isAbsolute } from './paths.js'
import { isWithoutCa, missingCa, testConfiguration } from './test-configuration.js'

export function testWithFiles(root: SourceFile, ctx: LowerContext): ConfigurationTest {
  // A part is tested as what it is: the inside of some block of a main file.
  const { isPart } = readConfiguration(root, ctx)
  const text = testConfiguration(root, isPart ? { ...ctx, within: { places: everywhere } } : ctx)
  const unopened = missingInclude(root, ctx)
  const isEarlier = !text.ok && unopened && text.path === unopened.place.path && text.at !== undefined && text.at < unopened.place.start
  if (unopened && !isEarlier) return { ok: false, ...unopened }
  const place = text.ok || text.path === undefined || text.at === undefined ? undefined : { path: text.path, start: text.at, end: text.at }
  // nginx looks into the files when it has read the whole block, and only then for listeners without a certificate.
  const first = place && !text.ok && !isNoticedLast(text.message) ? undefined : firstFileError(root, ctx)
  if (first) return { ok: false, message: first.message, cause: first.at, ...(first.place ? { place: first.place } : {}) }
  if (text.ok) return text
  return { ok: false, message: text.message, ...(place ? { place } : {}) }
}

/** An include without wildcards has to be there, where its folder is here at all. */
function missingInclude(root: SourceFile, ctx: LowerContext): { readonly message: string; readonly place: Location } | undefined {
  for (const { what, path, at, guessed } of lower(root, ctx).paths) {
    if (what !== 'include' || path === undefined || guessed || ctx.read(path).kind !== 'missing') continue
    if (ctx.read(path.slice(0, path.lastIndexOf('/')) || '/').kind !== 'directory') continue
    return { message: `open() "${path}" failed (2: No such file or directory)`, place: { ...at, start: at.end } }
  }
  return undefined
}

const isNoticedLast = (message: string): boolean => message.startsWith('no "ssl_certificate" is defined for the "')

interface FileError {
  readonly message: string
  readonly at: Location
  /** In the line that nginx names; absent where it names none. */
  readonly place?: Location
}

function firstFileError(root: SourceFile, ctx: LowerContext): FileError | undefined {
  const endpoints = lower(root, ctx).endpoints.filter(it => !it.incomplete)
  // A module goes through all servers before the next one does.
  const inOrder = ['http', 'mail', 'stream'].flatMap(protocol => {
    const own = endpoints.filter(it => it.protocol === protocol)
    return [...own.filter(it => it.role === 'server'), ...own.filter(it => it.role === 'client')]
  })
  for (const it of inOrder) {
    const error = errorOf(it, ctx)
    if (error) return error
  }
  return undefined
}

function errorOf(endpoint: TlsEndpoint, ctx: LowerContext): FileError | undefined {
  const [unkeyed] = keyless(endpoint)
  if (unkeyed) return { message: unkeyed.message, at: unkeyed.certificate.at, ...(unkeyed.place ? { place: unkeyed.place } : {}) }
  for (const identity of endpoint.identities) {
    const error = identityError(identity, ctx.read)
    if (error) return error
  }
  const isVerifying = endpoint.peer.verifyChain.value || (endpoint.role === 'server' && endpoint.peer.certificate.value !== 'ignore')
  if (isWithoutCa(endpoint)) return { message: missingCa(endpoint, ctx.settings.nginx.version), at: endpoint.peer.verifyChain.at }
  if (endpoint.role === 'server' && endpoint.identities.length === 0) return undefined
  for (const ref of endpoint.peer.trustAnchors) {
    const isCrl = ref.name.endsWith('_crl')
    // Without verification the names of a client's CAs are not even read; nor is anything of an upstream's.
    if (!isVerifying && (ref.announced || endpoint.role === 'client')) continue
    const error = trustFileError(ref, isCrl, ref.announced, ctx.read)
    if (error) return error
  }
  return undefined
}

const shownPath = (ref: CredentialRef): string =>
  ref.kind !== 'file' ? writtenPath(ref) : isAbsolute(ref.written) ? ref.written : ref.path

function identityError({ certificate, key, passphrase }: Identity, read: Read): FileError | undefined {
  const shown = shownPath(certificate)
  const opened = openFor(certificate, shown, read)
  if (!opened || !key) return undefined
  const failed = (what: string, call: string, { text, at }: Pick<LoadError, 'text' | 'at'>): FileError => ({
    message: `cannot load ${what} "${what === 'certificate' ? shown : shownPath(key)}": ${call}() failed (SSL: ${text})`,
    at
  })
  if ('error' in opened) return failed('certificate', 'BIO_new_file', opened.error)
  const unreadable = certificateError(opened.file)
  if (unreadable) return failed('certificate', 'PEM_read_bio_X509_AUX', unreadable)
  const { certificates } = opened.file
  const weak = weakness(certificates)
  if (weak)
    return {
      message: `${weak.kind === 'weak' ? 'SSL_CTX_use_certificate' : 'SSL_CTX_set0_chain'}("${shown}") failed (SSL: ${weak.text})`,
      at: weak.at
    }
  const openedKey = openFor(key, shownPath(key), read)
  if (!openedKey) return undefined
  if ('error' in openedKey) return failed('certificate key', 'BIO_new_file', openedKey.error)
  const badKey = keyError(openedKey.file, passphrase)
  if (badKey) return failed('certificate key', 'PEM_read_bio_PrivateKey', badKey)
  const block = privateKeyIn(openedKey.file)!
  if (!certificates[0] || keyFit(certificates[0], block) !== 'other-key') return undefined
  return { message: `SSL_CTX_use_PrivateKey("${shownPath(key)}") failed (SSL: ${mismatchText})`, at: key.at }
}

function trustFileError(ref: CredentialRef, isCrl: boolean, announced: boolean, read: Read): FileError | undefined {
  const shown = shownPath(ref)
  const opened = openFor(ref, shown, read)
  if (!opened) return undefined
  const call = isCrl ? 'X509_LOOKUP_load_file' : 'SSL_CTX_load_verify_locations'
  const error =
    'error' in opened
      ? { ...opened.error, text: `${opened.error.text} error:05880002:x509 certificate routines::system lib` }
      : trustError(opened.file)
  if (error) return { message: `${call}("${shown}") failed (SSL: ${error.text})`, at: error.at }
  const unannounced = announced && 'file' in opened ? announcementError(opened.file) : undefined
  return unannounced && { message: `SSL_load_client_CA_file("${shown}") failed (SSL: ${unannounced.text})`, at: unannounced.at }
}
