/** Configurations from public repositories, made to run on loopback with certificates of ours: their structure stays as it was found. */
import { basename } from 'node:path'

/** A configuration that listens on ports of this machine only. */
export interface Adapted {
  readonly text: string
  /** Files beside it, such as certificate lists. */
  readonly lists: Readonly<Record<string, string>>
  /** Ports that take TLS, with the names that are asked for there. */
  readonly listeners: readonly { readonly port: number; readonly names: readonly string[] }[]
}

/** Where everything is that was elsewhere. */
export interface Ground {
  readonly folder: string
  /** Gives out ports. */
  nextPort(): number
  /** What answers in place of the upstreams. */
  readonly plainUpstream: number
  readonly tlsUpstream: number
}

/** What each directive that names a file names instead; `''`: it goes. */
const nginxFiles: Readonly<Record<string, string>> = {
  ssl_certificate: 'server.pem',
  ssl_certificate_key: 'server.key',
  ssl_client_certificate: 'root.pem',
  ssl_trusted_certificate: 'root.pem',
  ssl_crl: 'all.crl',
  proxy_ssl_certificate: 'chain.pem',
  proxy_ssl_certificate_key: 'leaf.key',
  proxy_ssl_trusted_certificate: 'server-ca.pem',
  proxy_ssl_crl: 'server.crl',
  grpc_ssl_certificate: 'chain.pem',
  grpc_ssl_certificate_key: 'leaf.key',
  grpc_ssl_trusted_certificate: 'server-ca.pem'
}

/** Directives that need something else of the machine they were written for. */
const left =
  /^(?:user|pid|daemon|master_process|worker_\w+|load_module|include|error_log|access_log|log_format|ssl_dhparam|ssl_password_file|ssl_session_ticket_key|ssl_stapling\w*|ssl_conf_command|resolver|http2|http3|quic\w*|modsecurity\w*|auth_basic_user_file|js_\w+|lua_\w+|more_\w+|brotli\w*|geoip\w*|zone|sticky|random|keepalive|limit_\w+|status_zone|proxy_cache_path|root|set_real_ip_from|real_ip_\w+|rewrite_log|types_hash\w*|server_names_hash\w*|variables_hash\w*|map_hash\w*|health_check|match|opentelemetry\w*|otel\w*|ssl_engine|pcre_jit|thread_pool|env|debug_connection|use|multi_accept|accept_mutex|proxy_temp_path|client_body_temp_path|fastcgi_cache_path|uwsgi_temp_path|scgi_temp_path|fastcgi_temp_path|open_file_cache\w*|aio\w*|directio\w*|sendfile\w*|perl\w*|app_protect\w*)$/

export function adaptNginx(written: string, context: string | undefined, ground: Ground): Adapted {
  const ports = new Map<string, number>()
  const portOf = (address: string) => {
    const known = ports.get(address) ?? ground.nextPort()
    ports.set(address, known)
    return known
  }
  const secure = new Map<number, Set<string>>()
  const secureGroups = new Set([...written.matchAll(/_pass\s+(?:https|grpcs):\/\/([\w.-]+)/g)].map(it => it[1]))
  let group: string | undefined
  let ofServer = new Map<number, boolean>()
  let names: readonly string[] = []
  const endServer = () => {
    for (const [port, tls] of ofServer) if (tls) secure.set(port, new Set([...(secure.get(port) ?? []), ...names]))
    ofServer = new Map()
    names = []
  }
  const adapted = written.replace(
    /(#[^\n]*)|(\bserver\s*\{)|(\bupstream\s+\S+\s*\{)|(^|[;{}\s])([a-z][\w]*)\s+((?:"[^"]*"|'[^']*'|[^;{}"'#])*);/g,
    (whole, comment, server, upstream, before, name, value) => {
      if (upstream !== undefined) group = /upstream\s+(\S+)/.exec(upstream)?.[1]
      if (comment !== undefined || upstream !== undefined) return whole
      if (server !== undefined) {
        endServer()
        return whole
      }
      const words: readonly string[] = value.trim().split(/\s+/)
      if (name === 'listen') {
        const [address = '', ...flags] = words
        if (address.startsWith('unix:') || flags.includes('quic') || flags.includes('udp')) return before
        const number = /(?:^|:)(\d+)$/.exec(address)?.[1] ?? '80'
        const port = portOf(number)
        if (ofServer.has(port)) return before
        const kept = flags.filter(it => it === 'ssl' || it === 'default_server' || it === 'default')
        ofServer.set(port, flags.includes('ssl'))
        return `${before}listen 127.0.0.1:${port}${kept.map(it => ` ${it}`).join('')};`
      }
      if (name === 'server_name') names = words.filter(it => /^[\w.-]+$/.test(it) && it !== '_')
      if (name in nginxFiles) return value.includes('$') ? whole : `${before}${name} ${ground.folder}/${nginxFiles[name]};`
      if (name === 'server') return `${before}server 127.0.0.1:${secureGroups.has(group) ? ground.tlsUpstream : ground.plainUpstream};`
      if (/^(?:proxy|grpc)_pass$/.test(name) && !value.includes('$')) return `${before}${name} ${upstreamFor(value.trim(), ground)};`
      if (/^(?:fastcgi|uwsgi|scgi|memcached)_pass$/.test(name)) return `${before}return 200 content;`
      return left.test(name) ? before : whole
    }
  )
  endServer()
  const listens = context === 'server' ? `listen 127.0.0.1:${portOf('443')} ssl; ` : ''
  if (listens !== '') secure.set(portOf('443'), new Set())
  const body = wrapped(adapted, context, listens)
  return {
    text: `pid nginx.pid;\nerror_log error.log info;\n${body}\n`,
    lists: {},
    listeners: [...secure].map(([port, known]) => ({ port, names: [...known] }))
  }
}

function wrapped(text: string, context: string | undefined, listens: string): string {
  if (context === 'server') return `events {}\nhttp {\n  server {\n ${listens}\n${text}\n  }\n}`
  if (context === 'http') return `events {}\nhttp {\n${text}\n}`
  return /\bevents\s*\{/.test(text) ? text : `events {}\n${text}`
}

/** The scheme counts and the path, and a group of servers keeps its name. */
function upstreamFor(target: string, { plainUpstream, tlsUpstream }: Ground): string {
  const [, scheme = 'http', host = '', rest = ''] = /^["']?(https?|grpcs?):\/\/([^/"']*)([^"']*)/.exec(target) ?? []
  if (!host.includes('.') && !host.includes(':') && host !== 'localhost') return `${scheme}://${host}${rest}`
  return `${scheme}://127.0.0.1:${scheme.endsWith('s') ? tlsUpstream : plainUpstream}${rest}`
}

const haproxyLeft =
  /^\s*(?:log\b|stats\s+(?:socket|timeout)|chroot\b|user\b|group\b|daemon\b|pidfile\b|nbproc\b|nbthread\b|maxconn\b|lua-|errorfile\b|setenv\b|presetenv\b|ca-base\b|crt-base\b|ssl-dh-param-file\b|log-format|error-log-format|hard-stop-after\b|master-worker\b|server-state|option\s+(?:httplog|tcplog|httpchk|ssl-hello-chk|log-health-checks)|http-check\b|tcp-check\b|cpu-map\b|thread-groups\b|unix-bind\b|email-alert|cookie\b|stick|filter\b|http-request\s+(?:lua|use-service)|issuers-chain-path\b|retries\b)/

export function adaptHaproxy(written: string, ground: Ground): Adapted {
  const lists: Record<string, string> = {}
  const bound = new Map<string, number>()
  const secure = new Map<number, readonly string[]>()
  const lines = written.split('\n').map(it => it.replace(/\s+$/, ''))
  const addressOf = (it: string) => it.replace(/^["']|["']$/g, '')
  for (const it of lines) {
    const [, address] = /^\s*bind\s+(\S+)/.exec(it) ?? []
    if (address !== undefined && !bound.has(addressOf(address))) bound.set(addressOf(address), ground.nextPort())
  }
  const format = 'HANDSHAKE %cp [%[ssl_c_err],%[ssl_c_ca_err]] %[ssl_fc_err_str]'
  const adapted = lines.flatMap(it => {
    const bare = it.replace(/(^|\s)#.*$/, '')
    const bind = /^(\s*)bind\s+(\S+)(.*)$/.exec(bare)
    if (bind) {
      const port = bound.get(addressOf(bind[2]!))!
      if (/\sssl\b/.test(bind[3]!)) secure.set(port, [])
      return [`${bind[1]}bind 127.0.0.1:${port}${bindOptions(bind[3]!, ground, lists)}`]
    }
    const server = /^(\s*(?:server\s+\S+|default-server))(?:\s+(\S+))?(.*)$/.exec(bare)
    if (server) {
      const isDefault = /default-server/.test(server[1]!)
      const options = serverOptions(`${isDefault ? ` ${server[2] ?? ''}` : ''}${server[3]}`, ground)
      if (isDefault) return [`${server[1]}${options}`]
      const own = bound.get(addressOf(server[2] ?? ''))
      return [`${server[1]} 127.0.0.1:${own ?? (/\sssl\b/.test(options) ? ground.tlsUpstream : ground.plainUpstream)}${options}`]
    }
    if (haproxyLeft.test(bare)) return []
    if (/^(?:\s*)global\b/.test(bare)) return [bare, '  log stdout format raw local0']
    if (/^\s*(?:frontend|listen)\s/.test(bare)) return [bare, '  log global', `  error-log-format "${format}"`]
    return [bare]
  })
  const text = adapted.join('\n')
  const head = /^\s*global\b/m.test(text) ? '' : 'global\n  log stdout format raw local0\n'
  const timeouts = /timeout\s+client/.test(text)
    ? ''
    : 'defaults\n  mode http\n  timeout client 5s\n  timeout server 5s\n  timeout connect 5s\n'
  return { text: `${head}${timeouts}${text}\n`, lists, listeners: [...secure].map(([port, names]) => ({ port, names })) }
}

const both = /(\s)(crt|ca-file|ca-verify-file|crl-file|crt-list|ca-sign-file|tls-ticket-keys|ocsp-update|alpn|npn|proto)(\s+)("[^"]*"|\S+)/g

function bindOptions(options: string, { folder }: Ground, lists: Record<string, string>): string {
  return options
    .replace(
      /\s(?:accept-proxy|transparent|defer-accept|tfo|generate-certificates|quic-\S+|user\s+\S+|group\s+\S+|mode\s+\d+|process\s+\S+|thread\s+\S+|interface\s+\S+|name\s+\S+)/g,
      ''
    )
    .replace(both, (_, blank, name, gap) => {
      if (name === 'crt') return `${blank}crt${gap}${folder}/server-both.pem`
      if (name === 'crl-file') return `${blank}crl-file${gap}${folder}/all.crl`
      if (name === 'ca-file' || name === 'ca-verify-file') return `${blank}${name}${gap}${folder}/root.pem`
      if (name !== 'crt-list') return ''
      lists['wild-list.txt'] = `${folder}/server-both.pem [verify required ca-file ${folder}/root.pem] a.test\n${folder}/server-both.pem\n`
      return `${blank}crt-list${gap}${folder}/wild-list.txt`
    })
}

function serverOptions(options: string, { folder }: Ground): string {
  return options
    .replace(
      /\s(?:check(?:-\S+)?|send-proxy\S*|resolvers\s+\S+|resolve-\S+\s+\S+|init-addr\s+\S+|cookie\s+\S+|track\s+\S+|on-\S+\s+\S+|agent-\S+(?:\s+\S+)?|observe\s+\S+)(?=\s|$)/g,
      ''
    )
    .replace(both, (_, blank, name, gap) => {
      if (name === 'crt') return `${blank}crt${gap}${folder}/chain-both.pem`
      if (name === 'crl-file') return `${blank}crl-file${gap}${folder}/server.crl`
      return name === 'ca-file' ? `${blank}ca-file${gap}${folder}/server-ca.pem` : ''
    })
}

export const titleOf = (path: string): string => basename(path)
