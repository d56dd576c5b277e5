/** Which words of a command are options, and which of these take the word behind them. */
import type { Command, Word } from './shell.js'

export interface Option {
  /** As in the program's manual: `--cert`, `-connect`. */
  readonly name: string
  /** The word that it is written in. */
  readonly word: Word
  /** Absent for a flag. */
  readonly value?: Word
}

export interface Options {
  readonly options: readonly Option[]
  /** Words that belong to no option. */
  readonly rest: readonly Word[]
  /** False when a word is not understood, so that what follows it may be its value. */
  readonly certain: boolean
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** https://curl.se/docs/manpage.html, as of 8.17: options with a value. */
const curlValues = words(`
  abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to continue-at cookie
  cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw data-urlencode delegation dns-interface
  dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine etag-compare etag-save expect100-timeout form
  form-string ftp-account ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip
  header help hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time key key-type krb libcurl
  limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy
  oauth2-bearer output output-dir parallel-max parallel-max-host pass pinnedpubkey preproxy proto proto-default proto-redir proxy
  proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass
  proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user proxy1.0
  pubkey quote random-file range rate referer request request-target resolve retry retry-delay retry-max-time sasl-authzid
  service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service socks5-hostname speed-limit speed-time stderr telnet-option
  tftp-blksize time-cond tls-max tls13-ciphers tlsauthtype tlspassword tlsuser tr-encoding trace trace-ascii trace-config unix-socket
  upload-file upload-flags url url-query user user-agent variable vlan-priority write-out`)

/** Options without a value that matter here, or are likely beside those that do; `no-` before any of them turns it off. */
const curlFlags = words(`
  anyauth append basic ca-native cert-status compressed compressed-ssh create-dirs crlf digest disable disallow-username-in-url
  fail fail-early fail-with-body false-start form-escape get globoff head http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3
  http3-only ignore-content-length include insecure ipv4 ipv6 junk-session-cookies list-only location location-trusted manual
  negotiate netrc netrc-optional next alpn buffer clobber keepalive npn progress-meter sessionid ntlm parallel parallel-immediate
  path-as-is post301 post302 post303 progress-bar proxy-insecure proxytunnel raw remote-header-name remote-name remote-name-all
  remote-time remove-on-error retry-all-errors retry-connrefused show-error show-headers silent skip-existing ssl ssl-allow-beast
  ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2 sslv3 styled-output suppress-connect-headers tcp-fastopen
  tcp-nodelay tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 trace-ids trace-time use-ascii verbose version xattr haproxy-protocol
  doh-cert-status doh-insecure tls-earlydata out-null mptcp`)

const curlLetters: Readonly<Record<string, string>> = {
  E: 'cert',
  K: 'config',
  C: 'continue-at',
  b: 'cookie',
  c: 'cookie-jar',
  d: 'data',
  D: 'dump-header',
  F: 'form',
  P: 'ftp-port',
  H: 'header',
  h: 'help',
  m: 'max-time',
  o: 'output',
  x: 'proxy',
  U: 'proxy-user',
  Q: 'quote',
  r: 'range',
  e: 'referer',
  X: 'request',
  Y: 'speed-limit',
  y: 'speed-time',
  t: 'telnet-option',
  z: 'time-cond',
  T: 'upload-file',
  u: 'user',
  A: 'user-agent',
  w: 'write-out',
  k: 'insecure',
  ':': 'next',
  '1': 'tlsv1',
  '2': 'sslv2',
  '3': 'sslv3'
}
const otherLetters = /^[046BIGJLMNOSRVZafgijlnpqsv#]$/

export function readCurl(command: Command): Options {
  const options: Option[] = []
  const rest: Word[] = []
  let certain = true
  let onlyWords = false
  for (let at = 1; at < command.length; at++) {
    const word = command[at]!
    const { value } = word
    if (onlyWords || !value.startsWith('-') || value === '-') rest.push(word)
    // What an unquoted variable comes to may be several words, or none.
    else if (value === '--') onlyWords = true
    else if (value.startsWith('--')) {
      const name = value.slice(2)
      const positive = name.replace(/^no-/, '')
      if (curlValues.has(name)) options.push({ name: `--${name}`, word, ...valueAt(command, ++at) })
      else if (curlFlags.has(name) || curlFlags.has(positive)) options.push({ name: `--${name}`, word })
      else certain = false
    } else {
      for (let letter = 1; letter < value.length; letter++) {
        const long = curlLetters[value[letter]!]
        if (long === undefined) {
          if (!otherLetters.test(value[letter]!)) certain = false
          continue
        }
        const name = `--${long}`
        if (!curlValues.has(long)) options.push({ name, word: part(word, letter, letter + 1) })
        else if (letter + 1 < value.length) options.push({ name, word, value: part(word, letter + 1, value.length) })
        else options.push({ name, word, ...valueAt(command, ++at) })
        if (curlValues.has(long)) break
      }
    }
  }
  return { options, rest, certain }
}

const valueAt = (command: Command, at: number): { readonly value?: Word } => (command[at] ? { value: command[at] } : {})

/** A part of a word; where quotes or escapes stand in it, its place is that of the whole. */
export function part(word: Word, from: number, to: number): Word {
  const value = word.value.slice(from, to)
  const isPlain = word.end - word.start === word.value.length
  return isPlain ? { ...word, value, start: word.start + from, end: word.start + to } : { ...word, value }
}

/** https://docs.openssl.org/3.5/man1/openssl-s_client/: options with a value. */
const opensslValues = words(`
  engine ssl_client_engine ssl_config ctlogfile host port connect bind proxy proxy_user proxy_pass unix maxfraglen max_send_frag
  split_send_frag max_pipelines read_buf cert certform cert_chain key keyform pass verify nameopt CApath CAfile CAstore requestCAfile
  dane_tlsa_domain dane_tlsa_rrdata psk_identity psk psk_session name sess_out sess_in starttls xmpphost msgfile keymatexport
  keymatexportlen keylogfile servername serverinfo alpn mtu nextprotoneg early_data use_srtp srpuser srppass srp_strength rand
  writerand sigalgs client_sigalgs groups curves named_curve cipher ciphersuites min_protocol max_protocol record_padding policy
  purpose verify_name verify_depth auth_level attime verify_hostname verify_email verify_ip CRL CRLform chainCAfile chainCApath
  chainCAstore verifyCAfile verifyCApath verifyCAstore xkey xcert xchain xcertform xkeyform provider-path provider propquery`)

/** Options have one dash, or two. */
export function readOpenssl(command: Command): Options {
  const options: Option[] = []
  const rest: Word[] = []
  for (let at = 2; at < command.length; at++) {
    const word = command[at]!
    const name = /^--?([A-Za-z0-9][\w-]*)$/.exec(word.value)?.[1]
    if (name === undefined) rest.push(word)
    else if (opensslValues.has(name)) options.push({ name: `-${name}`, word, ...valueAt(command, ++at) })
    else options.push({ name: `-${name}`, word })
  }
  return { options, rest, certain: !command.some(it => it.dynamic && it.value.startsWith('$')) }
}

export const lastOf = ({ options }: Options, ...names: readonly string[]): Option | undefined =>
  options.findLast(it => names.includes(it.name))
