import type { Location } from '../../core/text.js'
import { isDynamic, type Node, valueAt } from './configuration.js'
import { readAddress } from './listen.js'
import type { Prefix } from './names.js'
import { type Scope, scopeOf } from './scopes.js'
import type { Server } from './server.js'

/** A place that passes requests on: `proxy_pass` and its relatives. */
export interface Pass {
  readonly node: Node
  readonly at: Location
  readonly target: string
  /** `undefined` when a variable decides. */
  readonly tls: boolean | undefined
  /** The settings of its module: `proxy_ssl_`; absent where the module knows no TLS. */
  readonly prefix?: Exclude<Prefix, 'ssl_'>
  /** Which directive sets what it hands on. */
  readonly header?: string
  /** The host and port as written, without scheme and path. */
  readonly authority: string
  readonly host?: string
  readonly port?: number
  readonly scope: Scope
}

interface PassKind {
  readonly prefix?: Pass['prefix']
  readonly header?: string
  readonly secure?: string
  readonly plain?: string
  readonly ports?: readonly [plain: number, secure: number]
}

const httpPasses: ReadonlyMap<string, PassKind> = new Map([
  ['proxy_pass', { prefix: 'proxy_ssl_', header: 'proxy_set_header', secure: 'https://', plain: 'http://', ports: [80, 443] }],
  ['grpc_pass', { prefix: 'grpc_ssl_', header: 'grpc_set_header', secure: 'grpcs://', plain: 'grpc://', ports: [80, 443] }],
  ['uwsgi_pass', { prefix: 'uwsgi_ssl_', header: 'uwsgi_param', secure: 'suwsgi://', plain: 'uwsgi://' }],
  ['fastcgi_pass', { header: 'fastcgi_param' }],
  ['scgi_pass', { header: 'scgi_param' }]
])
const streamPasses: ReadonlyMap<string, PassKind> = new Map([['proxy_pass', { prefix: 'proxy_ssl_' }]])

export function passesOf(server: Server): Pass[] {
  const passes: Pass[] = []
  const kinds = server.protocol === 'http' ? httpPasses : streamPasses
  const { all } = server
  for (let at = 0; at < all.length; at++) {
    const node = all[at]!
    const kind = kinds.get(node.name)
    const target = node.values[0]
    if (kind && target) passes.push(readPass(node, target, kind, server))
  }
  return passes
}

function readPass(node: Node, target: string, kind: PassKind, server: Server): Pass {
  const { header, paths, defaults } = server.scope
  const lower = target.toLowerCase()
  const secure = kind.secure !== undefined && lower.startsWith(kind.secure)
  const scheme = /^[a-z]+:\/\//.exec(lower)?.[0] ?? ''
  // `$scheme://backend` and `$url` may be either.
  const variable = scheme === '' && isDynamic(/^[^/]*/.exec(target)![0]) && (kind.plain === 'http://' || lower.includes('://'))
  const authority = authorityIn(target.slice(scheme.length))
  const { host, port } = readAddress(authority, kind.ports?.[secure ? 1 : 0])
  const named = host === '*' && /^\d+$/.test(authority) ? authority : host
  return {
    node,
    at: valueAt(node),
    target,
    tls: variable ? undefined : secure,
    ...(kind.prefix ? { prefix: kind.prefix } : {}),
    ...(kind.header ? { header: kind.header } : {}),
    authority,
    ...(named === undefined || isDynamic(authority) ? {} : { host: named }),
    ...(port === undefined ? {} : { port }),
    scope: scopeOf(node.parent ?? node, header, paths, defaults)
  }
}

/** `backend:8443` of `backend:8443/path`; all of `unix:/path/to:/uri` up to its second colon. */
function authorityIn(rest: string): string {
  if (!/^unix:/i.test(rest)) return /^[^/?]*/.exec(rest)![0]
  const end = rest.indexOf(':', 5)
  return end < 0 ? rest : rest.slice(0, end)
}
