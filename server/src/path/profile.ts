import type { Certificate, GeneralName } from '../x509/certificate.js'
import { nameConstraintsOf, policyQualifiersOf } from './extensions.js'
import type { FailureCode } from './failures.js'
import type { Finding, Validation } from './validate.js'

/** What RFC 5280 demands of those who issue certificates. OpenSSL looks at some of it with -x509_strict, others never do. */
export function* checkProfile(ctx: Validation, depth: number): Iterable<Finding> {
  const certificate = ctx.path[depth]!
  for (const [code, isBroken] of rules) if (isBroken(certificate)) yield { code, depth }
}

type Rule = readonly [code: FailureCode, isBroken: (certificate: Certificate) => boolean]

const isCritical = (certificate: Certificate, oid: string) => certificate.extensions.get(oid)?.critical === true
const isEmptyName = (name: Certificate['subject']) => name.attributes.length === 0
const statesCa = (certificate: Certificate) => certificate.basicConstraints?.ca === true

const rules: readonly Rule[] = [
  // 4.2: an extension must not appear twice.
  ['invalid-or-inconsistent-certificate-extension', it => it.repeated.length > 0 || it.malformed.length > 0],
  // 4.1.2.4 and 4.1.2.6.
  ['issuer-name-empty', it => isEmptyName(it.issuer)],
  ['subject-name-empty', it => isEmptyName(it.subject) && (statesCa(it) || it.subjectAltNames === undefined)],
  // 4.1.2.2: a positive integer of at most 20 octets.
  ['invalid-or-inconsistent-certificate-extension', it => !/^(?!0*$)[0-9A-F]{1,40}$/.test(it.serialNumber)],
  // 4.2.1.1 and 4.2.1.2.
  ['authority-key-identifier-marked-critical', it => isCritical(it, '2.5.29.35')],
  ['subject-key-identifier-marked-critical', it => isCritical(it, '2.5.29.14')],
  ['missing-subject-key-identifier', it => it.version === 3 && statesCa(it) && it.subjectKeyIdentifier === undefined],
  ['missing-authority-key-identifier', it => it.version === 3 && !it.selfIssued && it.authorityKeyIdentifier?.keyIdentifier === undefined],
  // 4.2.1.3 and 4.2.1.9.
  ['key-usage-keycertsign-invalid-for-non-ca-cert', it => !statesCa(it) && it.keyUsage?.has('keyCertSign') === true],
  ['basic-constraints-of-ca-cert-not-marked-critical', it => statesCa(it) && !isCritical(it, '2.5.29.19')],
  ['path-length-invalid-for-non-ca-cert', it => it.basicConstraints?.ca === false && it.basicConstraints.pathLength !== undefined],
  [
    'path-length-given-without-key-usage-keycertsign',
    it => it.basicConstraints?.pathLength !== undefined && it.keyUsage !== undefined && !it.keyUsage.has('keyCertSign')
  ],
  // 4.2.1.6.
  ['empty-subject-alternative-name-extension', it => it.subjectAltNames?.length === 0],
  ['invalid-or-inconsistent-certificate-extension', it => it.subjectAltNames?.some(isMalformedName) === true],
  [
    'subject-empty-and-subject-alt-name-extension-not-critical',
    it => isEmptyName(it.subject) && it.subjectAltNames !== undefined && !isCritical(it, '2.5.29.17')
  ],
  // 4.2.1.10: critical, in CA certificates only, never empty.
  ['unsupported-or-invalid-name-constraint-syntax', hasBadNameConstraints],
  // 4.2.1.4: whoever cannot interpret a qualifier must not process a critical extension.
  ['unhandled-critical-extension', hasUnknownQualifier],
  // That policyConstraints must be critical (4.2.1.11) is left out: NIST's own suite has them otherwise.
  // 4.2.2.1.
  ['unhandled-critical-extension', it => isCritical(it, '1.3.6.1.5.5.7.1.1')]
]

function isMalformedName(name: GeneralName): boolean {
  if (name.type === 'dns') return !isPreferredSyntax(name.value)
  if (name.type === 'email') return !/^[^@\s]+@[^@\s]+$/.test(name.value)
  return name.type === 'ip' && !/^[0-9a-f.:]+$/.test(name.value)
}

/** RFC 1034 3.5 as RFC 1123 2.1 changes it; a wildcard may stand for the first label. */
function isPreferredSyntax(name: string): boolean {
  const labels = name.split('.')
  const plain = labels[0] === '*' ? labels.slice(1) : labels
  return plain.length > 0 && plain.every(it => it.length < 64 && /^[a-z0-9-]+$/i.test(it) && !it.startsWith('-') && !it.endsWith('-'))
}

function hasBadNameConstraints(certificate: Certificate): boolean {
  const constraints = nameConstraintsOf(certificate)
  if (constraints === undefined) return false
  if (constraints === 'malformed' || !statesCa(certificate) || !isCritical(certificate, '2.5.29.30')) return true
  const subtrees = [...constraints.permitted, ...constraints.excluded]
  return subtrees.length === 0 || subtrees.some(it => it.name.type === 'dns' && /^\.|\*/.test(it.name.value))
}

/** CPS pointers and user notices are the only ones that RFC 5280 knows. */
function hasUnknownQualifier(certificate: Certificate): boolean {
  const qualifiers = policyQualifiersOf(certificate)
  if (!isCritical(certificate, '2.5.29.32') || qualifiers === undefined) return false
  return qualifiers === 'malformed' || qualifiers.some(it => it !== '1.3.6.1.5.5.7.2.1' && it !== '1.3.6.1.5.5.7.2.2')
}
