import type { SourceFile, Span } from '../../core/text.js'
import { directivesAt } from './find.js'
import { lookUp } from './look-up.js'
import { type Directive, parse } from './parser.js'

/** One or two sentences on the directive or the `$ssl_…` variable at an offset, with a link to nginx's own page. */
export function describe(file: SourceFile, offset: number): { readonly span: Span; readonly markdown: string } | undefined {
  const path = directivesAt(parse(file), offset)
  const directive = path[path.length - 1]
  if (!directive || (directive.form === 'block' && offset > directive.terminator)) return undefined
  return describeVariable(file, directive, offset) ?? describeDirective(path, directive, offset)
}

function describeDirective(path: readonly Directive[], directive: Directive, offset: number) {
  const { name, args } = directive
  const word = [name, ...args].find(it => offset >= it.start && offset <= it.end)
  if (!word) return undefined
  const isParameter = name.value === 'listen' && word !== name
  const parameter = isParameter ? lookUp(listenParameters, word.value) : undefined
  if (parameter) return { span: word, markdown: page(`listen … ${word.value}`, parameter, linkOf('listen', path)) }
  const text = textOf(name.value)
  if (!text || (word !== name && isParameter)) return undefined
  return { span: { start: word.start, end: word.end }, markdown: page(name.value, text, linkOf(name.value, path)) }
}

const page = (title: string, text: string, link: string): string => `\`${title}\`: ${text}\n\n[nginx: ${title.split(' ')[0]}](${link})`

/** `proxy_ssl_verify`, `grpc_ssl_verify` and `uwsgi_ssl_verify` say the same of different upstreams. */
function textOf(name: string): string | undefined {
  const upstream = /^(?:proxy|grpc|uwsgi)_ssl(?:_(\w+))?$/.exec(name)
  return lookUp(directives, name) ?? (upstream ? lookUp(upstreamDirectives, upstream[1] ?? '') : undefined)
}

const documentation = 'https://nginx.org/en/docs'

function linkOf(name: string, path: readonly Directive[]): string {
  const around = path.find(it => it.name.value === 'stream' || it.name.value === 'mail')?.name.value ?? 'http'
  const own = /^(proxy|grpc|uwsgi)_/.exec(name)?.[1]
  if (own)
    return `${documentation}/${own === 'proxy' ? around : 'http'}/ngx_${own === 'proxy' ? around : 'http'}_${own}_module.html#${name}`
  const module = name.startsWith('ssl') ? 'ssl' : 'core'
  return `${documentation}/${around}/ngx_${around}_${module}_module.html#${name}`
}

const directives: Readonly<Record<string, string>> = {
  ssl: 'switches TLS on for the whole server. Gone since 1.25.1: the word `ssl` of `listen` does it, per address.',
  ssl_certificate:
    'the certificate that this server presents: the end-entity certificate first, then its intermediates. May be written several times for keys of different kinds; a variable in the path is read at each handshake.',
  ssl_certificate_key:
    'the private key of `ssl_certificate`. A key of another kind than the certificate passes the configuration test and fails every handshake.',
  ssl_password_file: 'passphrases for encrypted keys, one a line; each is tried.',
  ssl_client_certificate:
    'the CAs that client certificates are verified against; their names are sent to clients as acceptable issuers. Asks for nothing by itself: `ssl_verify_client` does. An intermediate alone is no anchor, its root has to be in the file too.',
  ssl_trusted_certificate:
    'CAs for checking OCSP responses, whose names are not sent to clients. They count as trust anchors for client certificates all the same; since 1.27.2 they may stand without `ssl_client_certificate`.',
  ssl_verify_client:
    '`off` (the default) asks for no client certificate; `on` demands one and answers 400 without a good one; `optional` lets clients in without any, so something has to test `$ssl_client_verify`; `optional_no_ca` accepts certificates of unknown CAs and leaves the check to somebody else.',
  ssl_verify_depth:
    'how many CA certificates may stand between the client certificate and the root; 1 by default. A longer chain fails as `unable to get local issuer certificate`, never as "too long".',
  ssl_crl:
    'revocation lists for client certificates. Once set, every CA of the chain needs a current list in this file, the root too, or all its clients are refused.',
  ssl_ocsp:
    'asks the OCSP responder of the issuer whether a client certificate (`leaf`) or its whole chain (`on`) is revoked. Not together with `ssl_verify_client optional_no_ca`.',
  ssl_ocsp_responder: 'the OCSP responder to ask instead of the one that the client certificate names.',
  ssl_ocsp_cache: 'where the answers of OCSP responders about clients are kept, for all workers.',
  ssl_protocols:
    'the TLS versions that are accepted; `TLSv1.2 TLSv1.3` by default since 1.27.3. Before 1.29.2 only those of the default server of an address count.',
  ssl_ciphers:
    'the cipher suites up to TLS 1.2, in the form that OpenSSL reads. Those of TLS 1.3 are set by `ssl_conf_command Ciphersuites`.',
  ssl_prefer_server_ciphers: 'takes the first cipher suite of the server, not of the client, that both know.',
  ssl_session_cache:
    'keeps TLS sessions for resumption, in each worker (`builtin`) or for all (`shared:name:size`). A resumed session keeps the client certificate of the first one.',
  ssl_session_tickets: 'resumes sessions from tickets that clients keep; on by default.',
  ssl_session_ticket_key:
    'the key that seals session tickets, for several servers that resume each other’s sessions; the first is used for new tickets.',
  ssl_session_timeout: 'how long a session may be resumed; five minutes by default.',
  ssl_stapling: 'sends an OCSP response for the own certificate along in the handshake.',
  ssl_stapling_verify: 'verifies the stapled OCSP response against `ssl_trusted_certificate`.',
  ssl_stapling_file: 'takes the stapled OCSP response from a file.',
  ssl_stapling_responder: 'the OCSP responder for the own certificate, instead of the one that it names.',
  ssl_dhparam: 'parameters for DHE key exchange; without them those suites are not used.',
  ssl_ecdh_curve: 'the groups for ECDHE key exchange; `auto` leaves them to OpenSSL.',
  ssl_early_data: 'takes requests in the first flight of a resumed TLS 1.3 handshake; they can be replayed.',
  ssl_conf_command: 'hands a command to OpenSSL as it stands, such as `Ciphersuites` or `MinProtocol`.',
  ssl_reject_handshake:
    'turns handshakes for this server away with the alert `unrecognized name`; as the default server it keeps unknown names out, and it needs no certificate.',
  ssl_buffer_size: 'how much is sent in one TLS record.',
  ssl_handshake_timeout: 'how long a handshake may take.',
  ssl_preread: 'reads the name and versions from the ClientHello without ending TLS here; the connection is passed on encrypted.',
  ssl_alpn: 'the protocols that may be agreed upon by ALPN.',
  ssl_certificate_cache: 'keeps certificates and keys that are named by variables.',
  ssl_certificate_compression: 'allows certificates to be sent compressed in TLS 1.3.',
  ssl_object_cache_inheritable: 'takes certificates, keys and lists over from the running configuration when their files have not changed.',
  ssl_ech_file: 'keys for Encrypted Client Hello.',
  ssl_engine: 'the OpenSSL engine that does the cryptography.',
  starttls: '`on` offers to turn a plain mail connection into TLS, `only` demands it.',
  server_name: 'the names that choose this server by SNI and by the Host header. The certificate should cover each.',
  listen:
    'an address that the server answers on. Without the word `ssl` (or `quic`) no TLS is spoken there and every `ssl_…` setting is idle.',
  proxy_pass:
    'where requests go. Only with `https://` (in `stream`: with `proxy_ssl on`) is the connection TLS; the upstream is then not verified unless `proxy_ssl_verify on` is set.',
  grpc_pass: 'where gRPC requests go; `grpcs://` speaks TLS.',
  uwsgi_pass: 'where uwsgi requests go; `suwsgi://` speaks TLS.',
  proxy_set_header: 'sets a header towards the upstream. A block with one of its own inherits none from the blocks around it.',
  fastcgi_param: 'sets a parameter for the FastCGI server. A block with one of its own inherits none from the blocks around it.',
  error_page:
    '495 is a certificate that failed verification, 496 a missing one, 497 plain HTTP on a TLS port. An answer of `=200` gives such clients the normal content.'
}

const upstreamDirectives: Readonly<Record<string, string>> = {
  '': 'speaks TLS to the upstream.',
  verify: 'verifies the certificate of the upstream, chain and name. Off by default: any certificate is accepted.',
  verify_depth: 'how many CA certificates may stand between the upstream’s certificate and the root; 1 by default.',
  trusted_certificate: 'the CAs that the upstream’s certificate is verified against; used only with the verification switched on.',
  crl: 'revocation lists for the upstream’s chain; every CA of it needs a current one.',
  certificate: 'the client certificate that is presented to the upstream, its intermediates after it; exactly the file is sent.',
  certificate_key: 'the private key of the client certificate. With a key of another kind no certificate is sent at all.',
  certificate_cache: 'keeps certificates and keys that are named by variables.',
  password_file: 'passphrases for encrypted keys, one a line.',
  name: 'the name that the upstream’s certificate has to match and that is sent as SNI; by default the host of the address, or the name of the upstream group.',
  server_name: 'sends the name as SNI. Off by default: the upstream then answers as its default server.',
  session_reuse:
    'resumes TLS sessions; on by default. A session is resumed whatever location made it, with the client certificate of that location.',
  protocols: 'the TLS versions for connections to the upstream.',
  ciphers: 'the cipher suites up to TLS 1.2 for connections to the upstream.',
  conf_command: 'hands a command to OpenSSL for connections to the upstream.',
  alpn: 'the protocols that are offered to the upstream by ALPN.'
}

const listenParameters: Readonly<Record<string, string>> = {
  ssl: 'TLS is spoken on this address, for every server that shares it.',
  quic: 'HTTP/3 over QUIC, which always is TLS 1.3.',
  default_server: 'the server for requests and handshakes that name none of the others.',
  http2: 'HTTP/2 on this address; since 1.25.1 the directive `http2` does it.',
  proxy_protocol: 'every connection begins with the PROXY protocol.'
}

function describeVariable(file: SourceFile, directive: Directive, offset: number) {
  const word = [directive.name, ...directive.args].find(it => offset >= it.start && offset <= it.end)
  if (!word) return undefined
  const written = file.text.slice(word.start, word.end)
  for (const match of written.matchAll(/\$\{?(ssl_\w+)\}?/g)) {
    const start = word.start + match.index
    const end = start + match[0].length
    const text = lookUp(variables, match[1]!)
    if (offset < start || offset > end || !text) continue
    return {
      span: { start, end },
      markdown: `\`$${match[1]}\`: ${text}\n\n[nginx: variables](${documentation}/http/ngx_http_ssl_module.html#variables)`
    }
  }
  return undefined
}

const variables: Readonly<Record<string, string>> = {
  ssl_client_verify: '`SUCCESS`, `NONE` when no certificate came, or `FAILED:reason`; never the bare word `FAILED`.',
  ssl_client_s_dn:
    'the subject of the client certificate, with commas and the last attribute first: `CN=name,OU=unit,O=organization`. Set for unverified certificates too.',
  ssl_client_i_dn: 'the issuer of the client certificate, with commas and the last attribute first.',
  ssl_client_s_dn_legacy: 'the subject of the client certificate in the slash form of old: `/C=…/O=…/CN=…`.',
  ssl_client_i_dn_legacy: 'the issuer of the client certificate in the slash form of old.',
  ssl_client_cert:
    'the client certificate as PEM with a tab before each line but the first. For headers `$ssl_client_escaped_cert` is the better one.',
  ssl_client_escaped_cert: 'the client certificate as PEM, percent-encoded: fit for a header.',
  ssl_client_raw_cert: 'the client certificate as PEM, line ends and all.',
  ssl_client_fingerprint: 'the SHA-1 fingerprint of the client certificate.',
  ssl_client_serial: 'the serial number of the client certificate.',
  ssl_client_sigalg: 'the algorithm by which the client signed in the handshake.',
  ssl_client_v_start: 'when the client certificate becomes valid.',
  ssl_client_v_end: 'when the client certificate expires.',
  ssl_client_v_remain: 'the days until the client certificate expires.',
  ssl_protocol: 'the TLS version of the connection.',
  ssl_cipher: 'the cipher suite of the connection.',
  ssl_ciphers: 'the cipher suites that the client offers.',
  ssl_curve: 'the group of the key exchange.',
  ssl_curves: 'the groups that the client offers.',
  ssl_sigalg: 'the algorithm by which the server signed in the handshake.',
  ssl_early_data: '`1` while a request came as early data and the handshake is not complete.',
  ssl_server_name: 'the name that the client asked for by SNI.',
  ssl_session_id: 'the identifier of the session.',
  ssl_session_reused: '`r` when the session was resumed, `.` otherwise.',
  ssl_alpn_protocol: 'the protocol agreed upon by ALPN.',
  ssl_preread_server_name: 'the name that the client asks for by SNI, read without ending TLS.',
  ssl_preread_protocol: 'the highest TLS version that the client offers.',
  ssl_preread_alpn_protocols: 'the protocols that the client offers by ALPN.',
  ssl_ech_status: 'what became of Encrypted Client Hello.',
  ssl_ech_outer_server_name: 'the name in the open part of an Encrypted Client Hello.'
}
