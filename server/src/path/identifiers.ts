import type { Certificate, GeneralName } from '../x509/certificate.js'
import type { FailureCode } from './failures.js'
import type { Finding, Validation } from './validate.js'
import type { Knobs } from './verifier.js'
import type { ReferenceIdentifier } from './verify.js'

const mismatches: { readonly [type in ReferenceIdentifier['type']]: FailureCode } = {
  dns: 'hostname-mismatch',
  uri: 'hostname-mismatch',
  email: 'email-address-mismatch',
  ip: 'ip-address-mismatch'
}

/** RFC 9525: does any reference identifier match a presented one? */
export function* checkIdentifiers(ctx: Validation, depth: number): Iterable<Finding> {
  const references = ctx.question.names ?? []
  const [first] = references
  if (depth > 0 || !first) return
  if (!references.some(it => matchesIdentifier(ctx.path[0]!, it, ctx.knobs))) yield { code: mismatches[first.type], depth }
}

export function matchesIdentifier(certificate: Certificate, reference: ReferenceIdentifier, knobs: Knobs): boolean {
  const presented = certificate.subjectAltNames?.filter(it => it.type === reference.type) ?? []
  if (presented.some(it => matches(it, reference, knobs))) return true
  if (presented.length > 0 || knobs.commonName === 'never') return false
  if (reference.type === 'dns') return valuesOf(certificate, '2.5.4.3').some(it => matchesDns(it, reference.value, knobs))
  if (reference.type === 'email') return valuesOf(certificate, '1.2.840.113549.1.9.1').some(it => matchesEmail(it, reference.value))
  return false
}

const valuesOf = (certificate: Certificate, oid: string) => certificate.subject.attributes.filter(it => it.oid === oid).map(it => it.value)

function matches(presented: GeneralName, reference: ReferenceIdentifier, knobs: Knobs): boolean {
  switch (reference.type) {
    case 'dns':
      return matchesDns(presented.value, reference.value, knobs)
    case 'ip':
      return sameAddress(presented.value, reference.value)
    case 'email':
      return matchesEmail(presented.value, reference.value)
    case 'uri':
      return presented.value === reference.value
  }
}

/** The host is compared without case, the local part with. */
function matchesEmail(presented: string, reference: string): boolean {
  const at = presented.lastIndexOf('@')
  if (at < 0 || at !== reference.lastIndexOf('@')) return false
  return presented.slice(0, at) === reference.slice(0, at) && presented.slice(at).toLowerCase() === reference.slice(at).toLowerCase()
}

function matchesDns(presented: string, reference: string, knobs: Knobs): boolean {
  const name = presented.toLowerCase()
  const wanted = (knobs.trailingDot === 'ignored' ? reference.replace(/\.$/, '') : reference).toLowerCase()
  if (knobs.leadingDot === 'any-subdomain' && wanted.length > 1 && wanted.startsWith('.')) return name.endsWith(wanted)
  if (!name.includes('*')) return name === wanted && wanted !== ''
  if (knobs.wildcards === 'part-of-label') return matchesOpensslWildcard(name, wanted)
  return (knobs.wildcards === 'whole-label' || name.split('.').length > 2) && matchesWholeLabel(name, wanted)
}

/** RFC 9525 6.3: the wildcard is the whole left-most label and stands for exactly one. */
function matchesWholeLabel(pattern: string, host: string): boolean {
  const dot = host.indexOf('.')
  return pattern.startsWith('*.') && !pattern.includes('*', 1) && dot > 0 && host.slice(dot) === pattern.slice(1)
}

/** OpenSSL also takes `api*.example.com` and `*api.example.com`, but wants two dots in the pattern. */
function matchesOpensslWildcard(pattern: string, host: string): boolean {
  if (!/^(?:[a-z0-9-]*\*|\*[a-z0-9-]*)(?:\.[a-z0-9-]+){2,}$/.test(pattern)) return pattern === host
  const labels = pattern.split('.')
  if (labels.some(it => it.startsWith('-') || it.endsWith('-')) || labels[0]!.startsWith('xn--')) return pattern === host
  const star = pattern.indexOf('*')
  const prefix = pattern.slice(0, star)
  const suffix = pattern.slice(star + 1)
  if (host.length < prefix.length + suffix.length || !host.startsWith(prefix) || !host.endsWith(suffix)) return false
  const matched = host.slice(prefix.length, host.length - suffix.length)
  const isWholeLabel = prefix === '' && suffix.startsWith('.')
  if (isWholeLabel && matched === '') return false
  if (!isWholeLabel && host.startsWith('xn--')) return false
  return matched === '*' || /^[a-z0-9-]*$/.test(matched)
}

/** Compares addresses however they are written: `2001:DB8:0::1` and `2001:db8::1` are one. */
function sameAddress(presented: string, reference: string): boolean {
  const wanted = addressBytes(reference)
  const given = addressBytes(presented)
  return wanted !== undefined && given !== undefined && wanted.join() === given.join()
}

function addressBytes(text: string): readonly number[] | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  return bare.includes(':') ? ipv6Bytes(bare) : ipv4Bytes(bare)
}

function ipv4Bytes(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  const octets = parts.map(it => (/^\d{1,3}$/.test(it) ? Number(it) : Number.NaN))
  return octets.length === 4 && octets.every(it => it <= 255) ? octets : undefined
}

function ipv6Bytes(text: string): readonly number[] | undefined {
  const [head = '', tail, ...more] = text.split('::')
  if (more.length > 0) return undefined
  const front = groupBytes(head)
  const back = tail === undefined ? [] : groupBytes(tail)
  if (!front || !back) return undefined
  const missing = 16 - front.length - back.length
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined
  return [...front, ...Array<number>(missing).fill(0), ...back]
}

function groupBytes(text: string): readonly number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  for (const group of text.split(':')) {
    const inner = group.includes('.') ? ipv4Bytes(group) : undefined
    if (inner) bytes.push(...inner)
    else if (/^[0-9a-f]{1,4}$/i.test(group)) bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff)
    else return undefined
  }
  return bytes
}
