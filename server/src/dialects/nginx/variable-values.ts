/** What nginx's variables hold while a request is answered; `undefined` where that cannot be known from here. */
import type { ClientRequest } from '../../core/answering.js'
import type { Name } from '../../x509/certificate.js'
import { attributeNames } from '../../x509/oids.js'
import type { Node } from './configuration.js'
import { safePattern } from './patterns.js'

export interface Values {
  readonly request: ClientRequest
  /** `map` blocks by the variable that they make. */
  readonly maps: ReadonlyMap<string, Node>
  /** What `set` has set so far. */
  readonly set: Map<string, string | undefined>
  readonly serverName: string
}

const mostMaps = 10

/** The text with its variables replaced. */
export function valueOfText(text: string, values: Values, depth = 0): string | undefined {
  let known = true
  const value = text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string | undefined, bare: string | undefined) => {
    const found = lookUpVariable((braced ?? bare)!.toLowerCase(), values, depth)
    if (found === undefined) known = false
    return found ?? ''
  })
  return known ? value : undefined
}

export function lookUpVariable(name: string, values: Values, depth = 0): string | undefined {
  if (values.set.has(name)) return values.set.get(name)
  const map = values.maps.get(name)
  if (map) return depth > mostMaps ? undefined : valueOfMap(map, values, depth + 1)
  return ofRequest(name, values)
}

function ofRequest(name: string, { request, serverName }: Values): string | undefined {
  const { certificate, tls } = request
  switch (name) {
    case 'ssl_client_verify':
      return tls ? request.verified : ''
    case 'ssl_client_s_dn':
      return certificate ? commaForm(certificate.subject) : ''
    case 'ssl_client_i_dn':
      return certificate ? commaForm(certificate.issuer) : ''
    case 'ssl_client_serial':
      return certificate ? certificate.serialNumber : ''
    case 'ssl_client_fingerprint':
      return certificate ? certificate.sha1 : ''
    case 'ssl_server_name':
      return request.serverName ?? ''
    case 'ssl_protocol':
      return tls ? request.version : ''
    case 'https':
      return tls ? 'on' : ''
    case 'scheme':
      return tls ? 'https' : 'http'
    case 'host':
      return request.host ?? serverName
    case 'http_host':
      return request.host
    case 'server_name':
      return serverName
    case 'request_method':
      return 'GET'
    case 'uri':
    case 'request_uri':
    case 'document_uri':
      return request.path
    default:
      return undefined
  }
}

/** `CN=name,O=organization`, the last attribute first. Names with characters that would be escaped are left alone. */
function commaForm({ attributes }: Name): string | undefined {
  const parts = attributes.map(({ oid, value }) => ({ type: attributeNames.get(oid), value }))
  if (parts.some(it => it.type === undefined || !/^[A-Za-z0-9][\w .:/@*-]*$/.test(it.value) || it.value.endsWith(' '))) return undefined
  return parts
    .reverse()
    .map(it => `${it.type}=${it.value}`)
    .join(',')
}

/** Literal keys come first, without regard to case, then patterns in order, then the default. */
function valueOfMap(map: Node, values: Values, depth: number): string | undefined {
  const source = valueOfText(map.values[0] ?? '', values, depth)
  if (source === undefined || map.incomplete) return undefined
  const special = map.children.find(it => /^(?:hostnames|include)$/.test(it.name))
  if (special) return undefined
  const entries = map.children.filter(it => it.directive.args.length === 1 && it.name !== 'default')
  const entryValue = (it: Node) => valueOfText(it.values[0]!, values, depth)
  const literal = entries.find(it => !it.name.startsWith('~') && it.name.replace(/^\\/, '').toLowerCase() === source.toLowerCase())
  if (literal) return entryValue(literal)
  for (const it of entries) {
    const key = it.name
    if (!key.startsWith('~')) continue
    const pattern = safePattern(key.replace(/^~\*?/, ''), key.startsWith('~*'))
    if (!pattern) return undefined
    if (pattern.test(source)) return entryValue(it)
  }
  const standard = map.children.find(it => it.name === 'default')
  return standard ? entryValue(standard) : ''
}

/** Does a text, or a map behind it, read what is known of the client's certificate? */
export function readsCertificate(text: string, values: Values, depth = 0): boolean {
  return [...text.matchAll(/\$\{?(\w+)/g)].some(([, found]) => {
    const name = found!.toLowerCase()
    if (name.startsWith('ssl_client_')) return true
    const map = values.maps.get(name)
    return map !== undefined && depth < mostMaps && readsCertificate(map.values[0] ?? '', values, depth + 1)
  })
}
