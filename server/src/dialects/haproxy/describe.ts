import type { SourceFile, Span } from '../../core/text.js'
import { keywordOf } from './configuration.js'
import { latestVersion } from './defaults.js'
import { lookUp } from './look-up.js'
import { type Option, readOptions } from './options.js'
import { type Line, parse, type Section } from './parser.js'
import { addressIndex } from './server.js'

/** One or two sentences on the option, the setting or the `ssl_…` fetch at an offset, with a link to HAProxy's own manual. */
export function describe(file: SourceFile, offset: number): { readonly span: Span; readonly markdown: string } | undefined {
  const section = parse(file, latestVersion).sections.find(it => it.start <= offset && offset <= it.end)
  const line = section?.lines.find(it => it.start <= offset && offset <= it.end)
  if (!section || !line) return undefined
  return describeFetch(file, line, offset) ?? describeOption(line, offset) ?? describeSetting(section, line, offset)
}

const manual = 'https://docs.haproxy.org/3.2/configuration.html'
const page = (title: string, text: string, anchor: string): string => `\`${title}\`: ${text}\n\n[HAProxy: ${title}](${manual}#${anchor})`

function describeFetch(file: SourceFile, line: Line, offset: number) {
  let start = offset
  let end = offset
  while (start > line.start && /[\w]/.test(file.text[start - 1]!)) start--
  while (end < line.end && /[\w]/.test(file.text[end]!)) end++
  const name = file.text.slice(start, end)
  const text = lookUp(fetches, name)
  return text === undefined ? undefined : { span: { start, end }, markdown: page(name, text, `7.3.4-${name}`) }
}

function describeOption(line: Line, offset: number) {
  const keyword = keywordOf(line)
  const kind =
    keyword === 'bind' || keyword === 'default-bind'
      ? 'bind'
      : /^(?:server|server-template|default-server|peer)$/.test(keyword)
        ? 'server'
        : undefined
  if (!kind) return undefined
  const start = keyword.startsWith('default-') ? 1 : kind === 'bind' ? 2 : addressIndex(line) + 1
  const option = readOptions(kind, line.words.slice(start), latestVersion).options.find(it => isAt(it, offset))
  const text = option && (lookUp(kind === 'bind' ? bindOptions : serverOptions, option.name) ?? lookUp(sharedOptions, option.name))
  if (!option || text === undefined) return undefined
  const span = { start: option.word.start, end: endOf(option) }
  return { span, markdown: page(option.name, text, `${kind === 'bind' ? '5.1' : '5.2'}-${option.name}`) }
}

const endOf = ({ word, values }: Option): number => (values.at(-1) ?? word).end
const isAt = (option: Option, offset: number): boolean => option.word.start <= offset && offset <= endOf(option)

function describeSetting(section: Section, line: Line, offset: number) {
  const [word] = line.words
  const text = section.kind === 'global' || section.kind === 'crt-store' ? lookUp(globalSettings, word!.value) : undefined
  if (text === undefined || offset > line.words.at(-1)!.end) return undefined
  return { span: { start: word!.start, end: word!.end }, markdown: page(word!.value, text, `3.1-${word!.value}`) }
}

const bindOptions: Readonly<Record<string, string>> = {
  ssl: 'this address speaks TLS. Without the word, all TLS options of the line are silently without effect.',
  crt: 'a PEM file with the certificate that is presented, its intermediates and its key (or the key in a file of this name with `.key`), or a folder of such files. The first one answers to clients that send no name, or an unknown one.',
  'crt-list':
    'a list of certificates, one a line, with options of their own in brackets and the names that they answer to. Its first line is the default, with its options, unless a `crt` stands before.',
  verify:
    '`none` (the default) asks for no client certificate; `required` demands one that `ca-file` leads to and breaks the handshake otherwise; `optional` lets clients in without any, so something has to test `ssl_c_used`.',
  'ca-file':
    'the CAs that client certificates are verified against, a file or a folder; their names are sent to clients. Asks for nothing by itself: `verify` does. An intermediate alone is no anchor, its root has to be there too.',
  'ca-verify-file': 'CAs that client certificates are verified against besides `ca-file`, without sending their names.',
  'crl-file':
    'revocation lists for client certificates. Once set, every CA of the chain needs a current list here, the root too, or all its clients are refused.',
  'crt-ignore-err':
    'errors that are forgiven where the client certificate itself has them, by OpenSSL’s numbers, since 2.7 also by name. With `all` any certificate of a trusted CA gets in, expired or not, and a lone certificate of any CA too.',
  'ca-ignore-err': 'errors that are forgiven where a CA of the chain has them, by OpenSSL’s numbers, since 2.7 also by name.',
  'no-ca-names': 'sends no names of acceptable CAs to clients.',
  'strict-sni': 'turns clients away that send no name, or one that no certificate is for, with the alert `unrecognized name`.',
  'generate-certificates': 'makes a certificate for each name that a client asks for, signed by `ca-sign-file`.',
  'tls-ticket-keys': 'the keys that seal session tickets, for several HAProxy that resume each other’s sessions.',
  'allow-0rtt': 'takes requests in the first flight of a resumed TLS 1.3 handshake; they can be replayed.'
}

const serverOptions: Readonly<Record<string, string>> = {
  ssl: 'connects by TLS. Without the word, the other TLS options of the line are silently without effect.',
  'no-ssl': 'connects without TLS although `default-server` says `ssl`.',
  verify:
    '`required` (the default unless `ssl-server-verify none`) verifies the server’s certificate against `ca-file`; `none` accepts any.',
  'ca-file': 'the CAs that the server’s certificate is verified against; `@system-ca` stands for those of the system.',
  'crl-file': 'revocation lists for the server’s certificate; every CA of the chain needs a current one.',
  crt: 'the certificate that is presented to the server when it asks for one: a PEM file with its intermediates and its key. What is not in the file is not sent.',
  sni: 'an expression for the name that is sent as SNI. It is also the name that the certificate is verified for, whatever `verifyhost` says.',
  'check-sni': 'the name that health checks send as SNI.',
  verifyhost: 'the name that the server’s certificate has to be for, where `sni` gives none. Without both, any name of the CA passes.',
  'check-ssl': 'health checks speak TLS, whether or not the server does.',
  'no-ssl-reuse': 'makes a new TLS session for each connection.',
  'send-proxy-v2-ssl': 'tells the server, in the PROXY protocol, whether the client sent a certificate and what came of it.',
  'send-proxy-v2-ssl-cn': 'as `send-proxy-v2-ssl`, with the common name of the client certificate.'
}

const sharedOptions: Readonly<Record<string, string>> = {
  'ssl-min-ver': 'the lowest version of TLS that is used: `TLSv1.2` by default on `bind` lines since 2.2.',
  'ssl-max-ver': 'the highest version of TLS that is used.',
  ciphers: 'the cipher suites up to TLS 1.2, in the form that OpenSSL reads.',
  ciphersuites: 'the cipher suites of TLS 1.3.',
  alpn: 'the protocols that may be agreed upon by ALPN.',
  curves: 'the groups for ECDHE key exchange.',
  'force-tlsv12': 'TLS 1.2 and nothing else. `ssl-min-ver` and `ssl-max-ver` say it better.',
  'force-tlsv13': 'TLS 1.3 and nothing else. `ssl-min-ver` and `ssl-max-ver` say it better.',
  'no-tlsv10': 'without TLS 1.0. `ssl-min-ver` says it better.',
  'no-tlsv11': 'without TLS 1.1. `ssl-min-ver` says it better.',
  'no-sslv3': 'without SSLv3, which no OpenSSL of today has.',
  'no-tls-tickets': 'resumes no sessions from tickets.'
}

const globalSettings: Readonly<Record<string, string>> = {
  'crt-base': 'the folder that relative paths of `crt` and of crt-lists count from.',
  'ca-base': 'the folder that relative paths of `ca-file`, `ca-verify-file` and `crl-file` count from.',
  'key-base': 'the folder that relative paths of `key` count from.',
  'ssl-server-verify': '`none` makes `server` lines that say nothing of `verify` accept any certificate, even those with a `ca-file`.',
  'ssl-default-bind-options': 'options for all `bind` lines below, such as `ssl-min-ver TLSv1.2`.',
  'ssl-default-server-options': 'options for all `server` lines below, such as `ssl-min-ver TLSv1.2`.',
  'ssl-default-bind-ciphers': 'the cipher suites up to TLS 1.2 of `bind` lines that name none.',
  'ssl-default-server-ciphers': 'the cipher suites up to TLS 1.2 of `server` lines that name none.',
  'ssl-load-extra-files': 'which files beside a certificate are loaded with it: its key, OCSP response, issuer, SCTs.',
  'ssl-load-extra-del-ext': 'looks for the key of `site.crt` in `site.key` instead of `site.crt.key`.',
  'issuers-chain-path': 'a folder of CA certificates that complete the chains of files without any.',
  'httpclient.ssl.verify': 'whether HAProxy’s own HTTP client verifies servers; `required` by default.',
  'httpclient.ssl.ca-file': 'the CAs that HAProxy’s own HTTP client verifies servers against; those of the system by default.',
  load: 'a certificate with what belongs to it, under the name that `crt` uses.'
}

const fetches: Readonly<Record<string, string>> = {
  ssl_c_used:
    'true when the client presented a certificate, in this handshake or in the session that it resumes. Nothing is compared with it: `{ ssl_c_used 0 }` holds for clients with one.',
  ssl_fc_has_crt: 'true when the client presented a certificate in this very handshake: a resumed session has none.',
  ssl_c_verify:
    'what came of verifying the client certificate, as OpenSSL’s number. It is 0, which means good, also when no certificate was sent: test `ssl_c_used` along with it.',
  ssl_c_err: 'the first error of the client certificate itself, 0 when there was none or no certificate.',
  ssl_c_ca_err: 'the first error of the chain above the client certificate, 0 when there was none.',
  ssl_c_s_dn:
    'the subject of the client certificate, or the named part of it: `ssl_c_s_dn(cn)`. Empty when none was sent; set also when an error was forgiven.',
  ssl_c_i_dn: 'the issuer of the client certificate, or the named part of it.',
  ssl_c_sha1: 'the SHA-1 fingerprint of the client certificate, in binary.',
  ssl_c_der: 'the client certificate in DER.',
  ssl_c_serial: 'the serial number of the client certificate, in binary.',
  ssl_c_notafter: 'the end of validity of the client certificate.',
  ssl_c_notbefore: 'the begin of validity of the client certificate.',
  ssl_fc: 'true when the connection came by TLS.',
  ssl_fc_sni: 'the name that the client sent as SNI. It need not be the Host that it then asks for.'
}
