/** Reads the third-party suites of `../shared/x509` and asks our verifiers what the suites ask. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VerifierId } from '../../server/src/core/model.js'
import { sourceFile } from '../../server/src/core/text.js'
import { type PathQuestion, type PathVerdict, type ReferenceIdentifier, verifyPath } from '../../server/src/path/verify.js'
import type { Certificate } from '../../server/src/x509/certificate.js'
import { type PemBlock, parsePem } from '../../server/src/x509/pem.js'
import { repository } from '../files.js'

export interface Case {
  readonly suite: string
  readonly id: string
  readonly expected: 'SUCCESS' | 'FAILURE'
  /** What other implementations answer, by column of reference-results.json. */
  readonly answers: Readonly<Record<string, string>>
  /** Whether the case is plain RFC 5280, as the README of the data defines it. */
  readonly generic: boolean
  ask(verifier: VerifierId): Answer
}

export type Answer = { readonly result: 'SUCCESS' | 'FAILURE' | 'UNDECIDED' | 'UNREADABLE'; readonly verdict?: PathVerdict }

const data = join(repository, '../shared/x509')
export const hasData = (): boolean => existsSync(data)
const json = (name: string): unknown => JSON.parse(readFileSync(join(data, name), 'utf8'))

const textOf = (pem: string): PemBlock | undefined => parsePem(sourceFile('/conformance.pem', pem)).blocks[0]
const certificateOf = (pem: string): Certificate | undefined => parsePem(sourceFile('/conformance.pem', pem)).certificates[0]

interface LimboCase {
  readonly id: string
  readonly features: readonly string[]
  readonly conflicts_with: readonly string[]
  readonly validation_kind: 'SERVER' | 'CLIENT'
  readonly trusted_certs: readonly string[]
  readonly untrusted_intermediates: readonly string[]
  readonly peer_certificate: string
  readonly validation_time: string | null
  readonly expected_result: 'SUCCESS' | 'FAILURE'
  readonly expected_peer_name: { readonly kind: string; readonly value: string } | null
  readonly expected_peer_names: readonly { readonly kind: string; readonly value: string }[]
  readonly max_chain_depth: number | null
  readonly crls: readonly string[]
}

const kinds: Readonly<Record<string, ReferenceIdentifier['type']>> = { DNS: 'dns', IP: 'ip', RFC822: 'email' }

/** Certificates without a date of their own are valid from 1970 to 2969. */
const anyTime = '2026-06-01T00:00:00Z'

export function limboCases(): readonly Case[] {
  const { results } = json('limbo/reference-results.json') as { results: Record<string, Record<string, string>> }
  return ['limbo-core', 'limbo-bettertls'].flatMap(suite => {
    const { testcases } = json(`limbo/${suite}.json`) as { testcases: readonly LimboCase[] }
    return testcases.map(it => limboCase(suite, it, results[it.id] ?? {}))
  })
}

function limboCase(suite: string, it: LimboCase, answers: Readonly<Record<string, string>>): Case {
  const generic =
    !it.id.startsWith('webpki::') &&
    !it.features.some(feature => feature.startsWith('pedantic-') || feature === 'rfc5280-incompatible-with-webpki') &&
    it.conflicts_with.length === 0
  const names = [...(it.expected_peer_name ? [it.expected_peer_name] : []), ...it.expected_peer_names].map(name => ({
    type: kinds[name.kind]!,
    value: name.value
  }))
  return {
    suite,
    id: it.id,
    expected: it.expected_result,
    answers,
    generic,
    ask(verifier) {
      const endEntity = certificateOf(it.peer_certificate)
      const trustAnchors = it.trusted_certs.map(certificateOf)
      const intermediates = it.untrusted_intermediates.map(certificateOf).filter(isPresent)
      if (!endEntity) return { result: 'UNREADABLE' }
      const question: PathQuestion = {
        endEntity,
        intermediates,
        trustAnchors: trustAnchors.filter(isPresent),
        purpose: it.validation_kind === 'SERVER' ? 'server' : 'client',
        verifier,
        at: new Date(it.validation_time ?? anyTime),
        // The suite trusts certificates that did not issue themselves; `openssl verify` needs -partial_chain for them, and asks
        // for no strength by itself.
        partialChain: trustAnchors.some(anchor => anchor?.selfIssued === false),
        ...(verifier === 'openssl' && { securityLevel: 0 as const }),
        ...(it.max_chain_depth !== null && { maxDepth: it.max_chain_depth }),
        ...(it.crls.length > 0 && { crls: it.crls.map(textOf).filter(isPresent) })
      }
      return all(names.length === 0 ? [question] : names.map(name => ({ ...question, names: [name] })))
    }
  }
}

interface PkitsCase {
  readonly id: string
  readonly section: string
  readonly path: readonly string[]
  readonly crls: readonly string[]
  readonly initial_policy_set: readonly string[]
  readonly initial_explicit_policy: boolean
  readonly initial_policy_mapping_inhibit: boolean
  readonly initial_any_policy_inhibit: boolean
  readonly validation_time: string
  readonly expected: 'SUCCESS' | 'FAILURE'
}

export function pkitsCases(): readonly Case[] {
  const { testcases, certs, crls } = json('pkits/pkits.json') as {
    testcases: readonly PkitsCase[]
    certs: Record<string, string>
    crls: Record<string, string>
  }
  return testcases.map(it => ({
    suite: `pkits ${it.section}`,
    id: it.id,
    expected: it.expected,
    answers: {},
    generic: true,
    ask(verifier) {
      const path = it.path.map(name => certificateOf(certs[name]!))
      const [anchor, ...rest] = path
      const endEntity = rest.at(-1)
      if (!anchor || !endEntity) return { result: 'UNREADABLE' }
      return all([
        {
          endEntity,
          intermediates: rest.slice(0, -1).filter(isPresent),
          trustAnchors: [anchor],
          purpose: 'any',
          verifier,
          at: new Date(it.validation_time),
          crls: it.crls.map(name => textOf(crls[name]!)).filter(isPresent),
          policies: {
            acceptable: it.initial_policy_set,
            requireExplicit: it.initial_explicit_policy,
            inhibitMapping: it.initial_policy_mapping_inhibit,
            inhibitAny: it.initial_any_policy_inhibit
          }
        }
      ])
    }
  }))
}

interface ChainCase {
  readonly id: string
  readonly validation_kind: 'SERVER' | 'CLIENT'
  readonly key_purpose: string
  readonly plain: boolean
  readonly trusted_certs: readonly string[]
  readonly untrusted_intermediates: readonly string[]
  readonly peer_certificate: string
  readonly validation_time: string
  readonly expected_result: 'SUCCESS' | 'FAILURE'
}

/** The ordinary cases of BoringSSL's chain tests: one anchor, a plain purpose, no further inputs. */
export function chainCases(): readonly Case[] {
  const { testcases } = json('chains/chains.json') as { testcases: readonly ChainCase[] }
  return testcases
    .filter(it => it.plain)
    .map(it => ({
      suite: 'boringssl chains',
      id: it.id,
      expected: it.expected_result,
      answers: {},
      generic: true,
      ask(verifier) {
        const endEntity = certificateOf(it.peer_certificate)
        if (!endEntity) return { result: 'UNREADABLE' }
        const trustAnchors = it.trusted_certs.map(certificateOf).filter(isPresent)
        return all([
          {
            endEntity,
            intermediates: it.untrusted_intermediates.map(certificateOf).filter(isPresent),
            trustAnchors,
            purpose: it.key_purpose.startsWith('SERVER') ? 'server' : it.key_purpose.startsWith('CLIENT') ? 'client' : 'any',
            verifier,
            partialChain: trustAnchors.some(anchor => !anchor.selfIssued),
            at: new Date(it.validation_time)
          }
        ])
      }
    }))
}

interface CrlCase {
  readonly id: string
  readonly certificate: string
  readonly issuer: string
  readonly crl: string
  readonly validation_time: string
  readonly expected: 'GOOD' | 'REVOKED' | 'UNKNOWN'
}

/** BoringSSL asks whether a list says that a certificate is good; revoked and unknown are both a no. */
export function crlCases(): readonly Case[] {
  const { testcases } = json('chains/crl-check.json') as { testcases: readonly CrlCase[] }
  return testcases.map(it => ({
    suite: 'boringssl crls',
    id: it.id,
    expected: it.expected === 'GOOD' ? 'SUCCESS' : 'FAILURE',
    answers: {},
    generic: true,
    ask(verifier) {
      const endEntity = certificateOf(it.certificate)
      const issuer = certificateOf(it.issuer)
      const crl = textOf(it.crl)
      if (!endEntity || !issuer || !crl) return { result: 'UNREADABLE' }
      const verdict = verifyPath({
        endEntity,
        intermediates: [],
        trustAnchors: [issuer],
        purpose: 'any',
        verifier,
        at: new Date(it.validation_time),
        partialChain: true,
        crls: [crl]
      })
      // Only what is said of the end entity's revocation counts: the suite gives no list for the issuer, and old keys.
      const about = verdict.reported.filter(error => error.depth === 0 && /crl|revoked/.test(error.code))
      return { result: about.length === 0 ? 'SUCCESS' : 'FAILURE', verdict }
    }
  }))
}

const isPresent = <T>(it: T | undefined): it is T => it !== undefined

/** Every question has to be answered with yes. */
export function all(questions: readonly PathQuestion[]): Answer {
  let verdict: PathVerdict | undefined
  for (const question of questions) {
    verdict = verifyPath(question)
    if (verdict.undecided) return { result: 'UNDECIDED', verdict }
    if (!verdict.verified) return { result: 'FAILURE', verdict }
  }
  return { result: 'SUCCESS', verdict: verdict! }
}
