import { domainToASCII } from 'node:url'
import type { Certificate } from './certificate.js'

/** What a client expects to find in the peer's certificate (RFC 9525). */
export interface Reference {
  readonly type: 'dns' | 'ip' | 'uri' | 'email'
  readonly value: string
}

/** What a certificate presents; the common name counts for nobody who follows RFC 9525. */
export interface PresentedIdentifiers {
  readonly dns: readonly string[]
  readonly ip: readonly string[]
  readonly uri: readonly string[]
  readonly email: readonly string[]
}

export function identifiers(certificate: Certificate): PresentedIdentifiers {
  const names = certificate.subjectAltNames ?? []
  const of = (type: Reference['type']) => names.filter(it => it.type === type).map(it => it.value)
  return { dns: of('dns'), ip: of('ip'), uri: of('uri'), email: of('email') }
}

/** Does any presented identifier match? Says what RFC 9525 says; single verifiers take more or less. */
export function presents(certificate: Certificate, reference: Reference): boolean {
  const presented = identifiers(certificate)[reference.type]
  return presented.some(it => matchers[reference.type](it, reference.value))
}

/** RFC 9525 6.3: the wildcard is the whole left-most label and stands for exactly one label. */
export function matchesDns(presented: string, reference: string): boolean {
  const pattern = asciiName(presented)
  const host = asciiName(reference)
  if (pattern === '' || host === '' || host.includes('*')) return false
  if (!pattern.includes('*')) return pattern === host
  if (!pattern.startsWith('*.') || pattern.includes('*', 1)) return false
  const dot = host.indexOf('.')
  return dot > 0 && dot < host.length - 1 && host.slice(dot) === pattern.slice(1)
}

/** Lower case, A-labels, without the dot of the root. Unchanged where it is no name of IDNA, as `_sip.example.com` is. */
function asciiName(name: string): string {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name
  const isAscii = /^[\x21-\x7e]*$/.test(bare)
  return isAscii ? bare.toLowerCase() : domainToASCII(bare)
}

/** Addresses however they are spelled: `2001:DB8:0::1`, `[2001:db8::1]` and `2001:db8::1` are one. */
export function matchesIp(presented: string, reference: string): boolean {
  const one = addressBytes(presented)
  const other = addressBytes(reference)
  return one !== undefined && one.join() === other?.join()
}

/** The octets of an address; `undefined` when it is none. */
export function addressBytes(text: string): readonly number[] | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  return bare.includes(':') ? ipv6Bytes(bare) : ipv4Bytes(bare)
}

/** Without leading zeros, which some read as octal. */
function ipv4Bytes(text: string): readonly number[] | undefined {
  const octets = text.split('.').map(it => (/^(?:0|[1-9]\d{0,2})$/.test(it) ? Number(it) : 256))
  return octets.length === 4 && octets.every(it => it < 256) ? octets : undefined
}

function ipv6Bytes(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [front, back] = [groupBytes(halves[0]!, halves.length === 1), groupBytes(halves[1] ?? '', true)]
  if (!front || !back) return undefined
  const zeros = 16 - front.length - back.length
  if (halves.length === 1 ? zeros !== 0 : zeros < 2) return undefined
  return [...front, ...new Array<number>(zeros).fill(0), ...back]
}

/** Groups of hex digits; the very last of an address may be an IPv4 address. */
function groupBytes(text: string, isEnd: boolean): readonly number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  const bytes = groups.map((group, index) => {
    if (isEnd && index === groups.length - 1 && group.includes('.')) return ipv4Bytes(group)
    const value = /^[\da-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16) : undefined
    return value === undefined ? undefined : [value >> 8, value & 0xff]
  })
  return bytes.every(it => it !== undefined) ? (bytes as readonly (readonly number[])[]).flat() : undefined
}

/** Scheme and host without regard to case, the rest to the letter. */
export function matchesUri(presented: string, reference: string): boolean {
  return foldUri(presented) === foldUri(reference)
}

const foldUri = (uri: string) => uri.replace(/^[a-z][a-z\d+.-]*:(?:\/\/[^/?#]*)?/i, it => it.toLowerCase())

/** The host without regard to case, what stands before it to the letter (RFC 5280 7.5). */
export function matchesEmail(presented: string, reference: string): boolean {
  const [one, other] = [foldEmail(presented), foldEmail(reference)]
  return one !== undefined && one === other
}

function foldEmail(address: string): string | undefined {
  const at = address.lastIndexOf('@')
  return at > 0 && at < address.length - 1 ? address.slice(0, at + 1) + asciiName(address.slice(at + 1)) : undefined
}

const matchers = { dns: matchesDns, ip: matchesIp, uri: matchesUri, email: matchesEmail } as const

export const isSpiffe = (uri: string): boolean => /^spiffe:/i.test(uri)

/** What breaks the rules of SPIFFE IDs in this URI, as a clause; `undefined` when nothing does. */
export function spiffeFault(uri: string): string | undefined {
  if (uri.length > 2048) return 'it is longer than 2048 characters'
  const parts = /^spiffe:\/\/([^/?#]*)([^?#]*)(.*)$/is.exec(uri)
  if (!parts) return 'it does not start with spiffe://'
  const [, domain = '', path = '', rest = ''] = parts
  return domainFault(domain) ?? (rest === '' ? pathFault(path) : `it has a ${rest[0] === '?' ? 'query' : 'fragment'}`)
}

function domainFault(domain: string): string | undefined {
  if (domain === '') return 'its trust domain is empty'
  if (domain.includes('@')) return 'it names a user'
  if (/:\d*$/.test(domain)) return 'it has a port'
  if (domain.length > 255) return 'its trust domain is longer than 255 characters'
  if (/[A-Z]/.test(domain)) return 'its trust domain is not in lower case'
  return /^[a-z\d._-]+$/.test(domain)
    ? undefined
    : 'its trust domain has characters other than letters, digits, dots, hyphens and underscores'
}

function pathFault(path: string): string | undefined {
  if (path === '') return undefined
  const segments = path.slice(1).split('/')
  if (path.endsWith('/')) return 'its path ends with a slash'
  if (segments.includes('')) return 'its path has an empty segment'
  if (segments.includes('.') || segments.includes('..')) return 'its path has a relative segment'
  return segments.every(it => /^[\w.-]+$/.test(it))
    ? undefined
    : 'its path has characters other than letters, digits, dots, hyphens and underscores'
}
