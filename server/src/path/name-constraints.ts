import { memo } from '../core/text.js'
import type { Certificate, GeneralName, Name } from '../x509/certificate.js'
import { type NameConstraints, nameConstraintsOf, type Subtree } from './extensions.js'
import type { FailureCode } from './failures.js'
import type { Finding, Validation } from './validate.js'
import type { Knobs } from './verifier.js'

/** RFC 5280 4.2.1.10: are the names of the certificate at this depth within what every CA above it allows? */
export function* checkNameConstraints(ctx: Validation, depth: number): Iterable<Finding> {
  const certificate = ctx.path[depth]!
  // RFC 5280 6.1.3 (b): a self-issued certificate is free, unless it is the last of the path.
  if (ctx.knobs.selfIssuedFree && depth > 0 && certificate.selfIssued) return
  if (ctx.knobs.constrainedCertificates === 'end-entity' && depth > 0) return
  for (let above = ctx.path.length - 1; above > depth; above--) {
    const code = violationOf(ctx, depth, above)
    if (code) yield { code, depth }
  }
}

/** The same from above: do all names below keep to what the CA at this depth allows? */
export function* checkNameConstraintsBelow(ctx: Validation, depth: number): Iterable<Finding> {
  for (let below = depth - 1; below >= 0; below--) {
    if (ctx.knobs.selfIssuedFree && below > 0 && ctx.path[below]!.selfIssued) continue
    const code = violationOf(ctx, below, depth)
    if (code) yield { code, depth: below }
  }
}

function violationOf(ctx: Validation, depth: number, above: number): FailureCode | undefined {
  const constraints = nameConstraintsOf(ctx.path[above]!)
  if (constraints === undefined) return undefined
  if (constraints === 'malformed') return 'unsupported-or-invalid-name-constraint-syntax'
  if (isEndless(ctx.path[depth]!, constraints)) {
    ctx.doubt(`${ctx.path[depth]!.subject.display} has more names than can be held against the name constraints above it`)
    return undefined
  }
  return violation(ctx.path[depth]!, constraints, depth, ctx.knobs)
}

/** Comparisons that we are willing to make; DNS names do not count, because they are looked up. */
const mostComparisons = 1 << 22

function isEndless(certificate: Certificate, { permitted, excluded }: NameConstraints): boolean {
  const names = constrainedNames(certificate)
  if (names.length * (permitted.length + excluded.length) <= mostComparisons) return false
  const subtrees = [...permitted, ...excluded].filter(it => it.name.type !== 'dns').length
  return names.filter(it => it.type !== 'dns').length * subtrees > mostComparisons
}

function violation(certificate: Certificate, constraints: NameConstraints, depth: number, knobs: Knobs): FailureCode | undefined {
  const isOther = (it: Subtree) => !knobs.constraintTypes.has(it.name.type)
  if (knobs.otherConstraints === 'if-excluding' && constraints.excluded.some(isOther)) return 'excluded-subtree-violation'
  const all = constrainedNames(certificate)
  const names = knobs.constrainedNames === 'alternative' ? all.slice(subjectNames(certificate)) : all
  const subtrees = constraints.permitted.length + constraints.excluded.length
  if (certificate.subject.attributes.length + (certificate.subjectAltNames?.length ?? 0) > 0 && tooMany(certificate, subtrees, knobs))
    return 'unspecified'
  if (knobs.oddNames === 'refused' && names.some(it => it.type === 'email' && !/^[^@]+@[^@]+$/.test(it.value)))
    return 'unsupported-or-invalid-name-syntax'
  for (const name of names) {
    const code = nameViolation(name, constraints, knobs)
    if (code) return code
  }
  return depth === 0 && knobs.commonNameConstrained ? commonNameViolation(certificate, constraints, knobs) : undefined
}

/** Many names against many subtrees is how a certificate keeps a verifier busy. */
function tooMany(certificate: Certificate, subtrees: number, knobs: Knobs): boolean {
  const names = certificate.subject.attributes.length + (certificate.subjectAltNames?.length ?? 0)
  return subtrees > Math.floor(knobs.nameComparisonLimit / names)
}

/** A name as constraints see it. */
interface Presented {
  readonly type: GeneralName['type']
  readonly value: string
  readonly name?: Name
  /** The octets of an address. */
  readonly content?: Uint8Array
}

const emailAddress = '1.2.840.113549.1.9.1'
const commonName = '2.5.4.3'

/** The subject as a directory name, its email addresses, and every subject alternative name. */
const constrainedNames: (certificate: Certificate) => readonly Presented[] = memo(certificate => {
  const { subject, der } = certificate
  const names: Presented[] = []
  if (subject.attributes.length > 0) names.push({ type: 'directory', value: subject.text, name: subject })
  for (const { oid, value } of subject.attributes) if (oid === emailAddress) names.push({ type: 'email', value })
  for (const name of certificate.subjectAltNames ?? []) {
    const at = name.bytes.start
    const content = name.type === 'ip' ? der.subarray(at + 2, name.bytes.end) : undefined
    names.push({ type: name.type, value: name.value, ...(name.type === 'directory' && { name: name.name }), ...(content && { content }) })
  }
  return names
})

/** How many of them come from the subject. */
const subjectNames = ({ subject }: Certificate) =>
  (subject.attributes.length > 0 ? 1 : 0) + subject.attributes.filter(it => it.oid === emailAddress).length

function nameViolation(name: Presented, { permitted, excluded }: NameConstraints, knobs: Knobs): FailureCode | undefined {
  const outside = permittedViolation(name, permitted, knobs)
  if (outside) return outside
  const index = name.type === 'dns' && !name.value.startsWith('*') && excluded.length > fewSubtrees ? dnsIndex(excluded) : undefined
  if (index) return isWithinAny(name.value, index) ? 'excluded-subtree-violation' : undefined
  for (const subtree of excluded) {
    if (subtree.name.type !== name.type) continue
    if (!subtree.unbounded) return 'name-constraints-minimum-and-maximum-not-supported'
    const result = compare(name, subtree, knobs, 'excluded')
    if (result === true) return 'excluded-subtree-violation'
    if (result !== false) return result
  }
  return undefined
}

/** Below that, going through them is as fast as an index. */
const fewSubtrees = 16

/** The hosts of many subtrees as a set; `undefined` where one has bounds, which is a failure of its own. */
const dnsIndex = memo((subtrees: readonly Subtree[]): ReadonlySet<string> | undefined => {
  const hosts = subtrees.filter(it => it.name.type === 'dns')
  return hosts.every(it => it.unbounded) ? new Set(hosts.map(it => it.name.value.toLowerCase())) : undefined
})

/** Looks up the host and everything it ends in from a dot on, with and without that dot. */
function isWithinAny(name: string, bases: ReadonlySet<string>): boolean {
  const host = name.toLowerCase()
  if (bases.has('') || bases.has(host)) return true
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
    if (bases.has(host.slice(dot)) || bases.has(host.slice(dot + 1))) return true
  }
  return false
}

/** A kind of name that no permitted subtree mentions is free. */
function permittedViolation(name: Presented, permitted: readonly Subtree[], knobs: Knobs): FailureCode | undefined {
  const index = name.type === 'dns' && permitted.length > fewSubtrees ? dnsIndex(permitted) : undefined
  if (index) return index.size === 0 || isWithinAny(name.value, index) ? undefined : 'permitted-subtree-violation'
  let mentioned = false
  let matched = false
  for (const subtree of permitted) {
    if (subtree.name.type !== name.type) continue
    if (!subtree.unbounded) return 'name-constraints-minimum-and-maximum-not-supported'
    if (matched) continue
    mentioned = true
    const result = compare(name, subtree, knobs, 'permitted')
    if (result === true) matched = true
    else if (result !== false) return result
  }
  return mentioned && !matched ? 'permitted-subtree-violation' : undefined
}

/** OpenSSL treats a common name that looks like a host name as one, where no DNS name is given. */
function commonNameViolation(certificate: Certificate, constraints: NameConstraints, knobs: Knobs): FailureCode | undefined {
  if (certificate.subjectAltNames?.some(it => it.type === 'dns')) return undefined
  for (const { oid, value } of certificate.subject.attributes) {
    if (oid !== commonName || !looksLikeHostName(value)) continue
    const code = nameViolation({ type: 'dns', value: value.replace(/\0+$/, '') }, constraints, knobs)
    if (code) return code
  }
  return undefined
}

/** At least two labels of letters, digits, `_` and inner hyphens. */
const looksLikeHostName = (text: string) => /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+\0*$/i.test(text)

type Comparison = boolean | FailureCode

function compare(name: Presented, subtree: Subtree, knobs: Knobs, side: 'permitted' | 'excluded'): Comparison {
  const base = subtree.name
  if (!knobs.constraintTypes.has(base.type)) {
    // Whoever refuses the extension as a whole does not look at its parts.
    return knobs.otherConstraints === 'if-presented' ? 'unsupported-name-constraint-type' : side === 'permitted'
  }
  switch (base.type) {
    case 'directory':
      return name.name !== undefined && isWithinDirectory(name.name.canonical, base.name.canonical)
    case 'dns':
      return compareDns(name.value, base.value, knobs, side)
    case 'email':
      return compareEmail(name.value, base.value, knobs)
    case 'uri':
      return compareUri(name.value, base.value, knobs)
    case 'ip':
      return compareAddress(name.content ?? new Uint8Array(), subtree.content)
    case 'other':
    case 'rid':
      return 'unsupported-name-constraint-type'
  }
}

const isWithinDirectory = (name: string, base: string) => base === '' || name === base || name.startsWith(`${base},`)

function compareDns(name: string, base: string, knobs: Knobs, side: 'permitted' | 'excluded'): Comparison {
  const host = name.toLowerCase()
  const limit = base.toLowerCase()
  if (limit === '') return true
  if (
    side === 'excluded' &&
    knobs.wildcardNames === 'stand-for-all' &&
    host.startsWith('*.') &&
    isWithinDns(limit, host.slice(2)) &&
    limit !== host.slice(2)
  ) {
    return true
  }
  return isWithinDns(host, limit)
}

/** Labels may be added to the left. A leading dot in the base, which RFC 5280 does not know, demands at least one. */
function isWithinDns(host: string, base: string): boolean {
  return host === base || (host.endsWith(base) && (base.startsWith('.') || host[host.length - base.length - 1] === '.'))
}

/** A mailbox, all mailboxes of a host, or with a leading dot those of all hosts of a domain. */
function compareEmail(name: string, base: string, knobs: Knobs): Comparison {
  const at = name.lastIndexOf('@')
  if (at < 0) return 'unsupported-or-invalid-name-syntax'
  const baseAt = base.lastIndexOf('@')
  if (baseAt < 0 && base.startsWith('.')) return name.length > base.length && sameIgnoringCase(name.slice(-base.length), base)
  // The local part keeps its case: RFC 5280 4.2.1.10 and 7.5.
  if (baseAt > 0 && base.slice(0, baseAt) !== name.slice(0, at)) return false
  if (baseAt < 0 && knobs.subdomains === 'all') return isWithinDns(name.slice(at + 1).toLowerCase(), base.toLowerCase())
  return sameIgnoringCase(name.slice(at + 1), base.slice(baseAt + 1))
}

function compareUri(name: string, base: string, knobs: Knobs): Comparison {
  const host = hostOf(name)
  if (!host) return 'unsupported-or-invalid-name-syntax'
  if (base.startsWith('.')) return host.length > base.length && sameIgnoringCase(host.slice(-base.length), base)
  if (knobs.subdomains === 'all') return isWithinDns(host.toLowerCase(), base.toLowerCase())
  return sameIgnoringCase(host, base)
}

/** The host as OpenSSL cuts it out: from `://` to the next colon, else to the next slash. */
function hostOf(uri: string): string | undefined {
  const colon = uri.indexOf(':')
  if (colon < 0 || !uri.startsWith('//', colon + 1)) return undefined
  const authority = uri.slice(colon + 3)
  const port = authority.indexOf(':')
  const end = port >= 0 ? port : authority.indexOf('/')
  return end >= 0 ? authority.slice(0, end) : authority
}

function compareAddress(address: Uint8Array, range: Uint8Array): Comparison {
  if (address.length !== 4 && address.length !== 16) return 'unsupported-or-invalid-name-syntax'
  if (range.length !== 8 && range.length !== 32) return 'unsupported-or-invalid-name-constraint-syntax'
  if (address.length * 2 !== range.length) return false
  return address.every((octet, index) => ((octet ^ range[index]!) & range[index + address.length]!) === 0)
}

const sameIgnoringCase = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
