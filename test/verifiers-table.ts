import type { Knobs, Verifier } from '../server/src/path/verifier.js'
import { verifierIds, verifiers } from '../server/src/path/verifiers/index.js'

/** The differences that people run into; every other knob stands in the lists below. */
const questions: readonly (readonly [words: string, answer: (it: Verifier) => string])[] = [
  ['A trusted intermediate without its root ends a path', it => yes(it.anchors !== 'self-signed')],
  [
    'An end entity that is trusted itself, without its CA',
    it =>
      ({
        unchecked: 'accepted as it is',
        'path-of-one': 'accepted',
        'as-anchor': 'accepted, whatever its purpose',
        'as-issuer': 'accepted if it signed itself'
      })[it.trustedEndEntity]
  ],
  [
    'Of several issuers of one name',
    it =>
      ({ 'first-issuer': 'takes the first that fits', 'sent-chain': 'takes the first that was sent', backtracking: 'tries all' })[it.search]
  ],
  ['Names are compared', it => (it.nameComparison === 'folded' ? 'case and blanks folded' : 'byte by byte')],
  [
    'A key identifier that does not agree',
    it => ({ 'must-agree': 'rules an issuer out', hint: 'only orders the search', ignored: 'is not looked at' })[it.keyIdentifiers]
  ],
  [
    'Most CA certificates between end entity and anchor, if nothing is set',
    it => (it.depth >= 100 ? 'no limit that matters' : String(it.depth))
  ],
  ['The anchor’s own dates count', it => yes(it.anchorChecks.has('validity'))],
  ['At the very second of notAfter', it => (it.atNotAfter === 'expired' ? 'expired' : 'valid')],
  [
    'Extended key usage of CAs restricts what is below',
    it => ({ all: 'yes, anchor included', intermediates: 'that of intermediates', none: 'no' })[it.purposeAbove]
  ],
  ['anyExtendedKeyUsage alone suffices', it => yes(it.anyPurpose === 'suffices')],
  ['An end entity may be a CA', it => yes(it.endEntityCa === 'allowed')],
  ['Self-issued CAs count against a path length', it => yes(it.selfIssuedCounts)],
  ['Kinds of names that constraints are checked for', it => [...it.constraintTypes].join(', ')],
  ['The common name serves as a host name', it => yes(it.commonName === 'fallback')],
  [
    'A wildcard in a host name',
    it =>
      ({
        'whole-label': 'is a whole label',
        'under-two-labels': 'is a whole label, over two more',
        'part-of-label': 'may be part of a label'
      })[it.wildcards]
  ],
  ['Security level, on OpenSSL’s scale', it => (it.securityLevel === 0 ? 'none' : String(it.securityLevel))],
  ['CRLs', it => ({ ignored: 'not looked at', plain: 'complete ones of the issuer', full: 'indirect and delta ones too' })[it.crls]],
  [
    'OCSP responses that are given',
    it =>
      it.ocsp === 'ignored'
        ? 'not looked at'
        : `${it.ocsp.needed === 'whole-path' ? 'needed for all but the anchor' : 'needed for the end entity'}${it.ocsp.inLieuOfCrl ? ', in lieu of a CRL' : ''}`
  ]
]

const yes = (it: boolean): string => (it ? 'yes' : 'no')

/** docs/verifiers.md, from the records of knobs themselves. */
export function verifiersTable(): string {
  const all = verifierIds.map(it => verifiers[it])
  const differing = questions.filter(([, answer]) => new Set(all.map(answer)).size > 1)
  return `${[
    '# Verifiers',
    'Made by `npm run rules` from the records in [server/src/path/verifiers](../server/src/path/verifiers). A verifier is one product’s way of judging a certification path; one builder and one validator serve all of them, and all that differs stands here.',
    '## What differs',
    table(
      ['', ...all.map(it => it.title)],
      differing.map(([words, answer]) => [words, ...all.map(answer)])
    ),
    'The lists below give every setting with the place where it is to be read: a function of the product, a clause, or the measurement.',
    ...all.map(section)
  ].join('\n\n')}\n`
}

function section(verifier: Verifier): string {
  const knobs = (Object.keys(verifier.sources) as (keyof Knobs)[]).filter(it => it !== 'words').sort()
  const rows = knobs.map(it => [`\`${it}\``, settingOf(verifier[it]), cell(verifier.sources[it])])
  return [`## ${verifier.title}`, `\`--verifier ${verifier.id}\``, table(['knob', 'setting', 'where it is written'], rows)].join('\n\n')
}

function settingOf(value: unknown): string {
  if (value instanceof Set) return value.size === 0 ? 'none' : [...value].map(it => `\`${String(it)}\``).join(' ')
  if (value === Number.POSITIVE_INFINITY) return 'no limit'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(settingOf).join(', ')
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, part]) => `${name}: ${settingOf(part)}`)
      .join('; ')
  return `\`${String(value)}\``
}

const cell = (text: string) => text.replaceAll('|', '\\|')

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => ':--'), ...rows].map(it => `| ${it.join(' | ')} |`).join('\n')
