/** cert-manager's Certificate: what is asked of an issuer, and when it is asked again. https://cert-manager.io/docs/reference/api-docs/ */
import type { CertificateRequest, Named } from '../../core/mesh.js'
import { brief } from '../../core/words.js'
import { itemsAt, mapAt, scalarAt, textAt, type YamlScalar } from '../yaml/syntax.js'
import { labelOf, placeIn, type Resource } from './resources.js'

export const isCertificateRequest = ({ kind, group }: Resource): boolean => kind === 'Certificate' && group === 'cert-manager.io'
export const isIssuer = ({ kind, group }: Resource): boolean =>
  (kind === 'Issuer' || kind === 'ClusterIssuer') && group === 'cert-manager.io'

/** Who else has a part in it. */
export interface Around {
  /** The issuers that a name may stand for. */
  readonly issuers: readonly Resource[]
  /** The clients that present what is in this Secret. */
  clientsOf(secret: string, namespace: string): readonly Named[]
}

export function readRequest(resource: Resource, around: Around): CertificateRequest {
  const named = { label: labelOf(resource), at: resource.at }
  if (resource.conditional) return { ...named, usageFlaws: [], windowFlaws: [] }
  return { ...named, usageFlaws: usageFlaws(resource, around), windowFlaws: windowFlaws(resource) }
}

type UsageFlaw = CertificateRequest['usageFlaws'][number]
type WindowFlaw = CertificateRequest['windowFlaws'][number]

const purposes = [
  'any',
  'server auth',
  'client auth',
  'code signing',
  'email protection',
  's/mime',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'timestamping',
  'ocsp signing',
  'microsoft sgc',
  'netscape sgc'
]
const keyUsages = [
  'signing',
  'digital signature',
  'content commitment',
  'key encipherment',
  'key agreement',
  'data encipherment',
  'cert sign',
  'crl sign',
  'encipher only',
  'decipher only'
]
const known: ReadonlySet<string> = new Set([...purposes, ...keyUsages])

function usageFlaws(resource: Resource, around: Around): readonly UsageFlaw[] {
  const spec = mapAt(resource.node, 'spec')
  const entry = spec?.entry('usages')
  const usages = itemsAt(spec, 'usages').flatMap(it => (it.kind === 'scalar' ? [it] : []))
  if (!entry || usages.length === 0) return []
  const unknown = usages.flatMap(it => unknownUsage(resource, it))
  const words = usages.map(it => it.text)
  if (usages.some(it => it.dynamic)) return unknown
  const asked = usages.find(it => it.text === 'client auth')
  if (asked) {
    const issuer = publicIssuer(resource, around.issuers)
    return issuer ? [...unknown, { ...placeIn(resource, asked.span), kind: 'public issuer', issuer }] : unknown
  }
  // Without any purpose a certificate is good for all of them.
  if (words.includes('any') || !words.some(it => purposes.includes(it))) return unknown
  const secret = textAt(spec, 'secretName')
  const [client] = secret === undefined || resource.namespace === undefined ? [] : around.clientsOf(secret, resource.namespace)
  return client ? [...unknown, { ...placeIn(resource, entry.keySpan), kind: 'no client auth', client }] : unknown
}

function unknownUsage(resource: Resource, scalar: YamlScalar): readonly UsageFlaw[] {
  if (scalar.dynamic || known.has(scalar.text)) return []
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '')
  const meant = [...known].find(it => plain(it) === plain(scalar.text))
  return [{ ...placeIn(resource, scalar.span), kind: 'unknown', text: brief(scalar.text), ...(meant ? { meant } : {}) }]
}

/** CAs that anybody's programs trust: they certify servers only, by now or soon. */
const publicAcme = /\b(?:letsencrypt\.org|pki\.goog|zerossl\.com|buypass\.(?:com|no)|ssl\.com)\//

function publicIssuer({ node, namespace }: Resource, issuers: readonly Resource[]): Named | undefined {
  const reference = mapAt(node, 'spec', 'issuerRef')
  const [name, kind] = [textAt(reference, 'name'), textAt(reference, 'kind') ?? 'Issuer']
  const found = issuers.filter(it => it.name === name && it.kind === kind && (kind === 'ClusterIssuer' || it.namespace === namespace))
  const [only, another] = found
  if (!only || another || !publicAcme.test(`${textAt(only.node, 'spec', 'acme', 'server') ?? ''}/`)) return undefined
  return { label: labelOf(only), at: only.at }
}

const hour = 3600
/** What cert-manager does where nothing is written, and the least that it takes. */
const defaultDuration = 2160 * hour
const leastDuration = hour
const leastRenewBefore = 300

function windowFlaws(resource: Resource): readonly WindowFlaw[] {
  const spec = mapAt(resource.node, 'spec')
  const [duration, renewBefore] = [scalarAt(spec, 'duration'), scalarAt(spec, 'renewBefore')]
  const [lasts, early] = [secondsOf(duration), secondsOf(renewBefore)]
  const flaw = (scalar: YamlScalar, kind: WindowFlaw['kind'], other = ''): WindowFlaw => ({
    ...placeIn(resource, scalar.span),
    kind,
    text: brief(scalar.text),
    other
  })
  const flaws: WindowFlaw[] = []
  for (const it of [duration, renewBefore])
    if (it && !it.dynamic && it.text !== '' && secondsOf(it) === undefined) flaws.push(flaw(it, 'unit'))
  if (duration && lasts !== undefined && lasts < leastDuration) flaws.push(flaw(duration, 'short'))
  if (renewBefore && early !== undefined && early < leastRenewBefore) flaws.push(flaw(renewBefore, 'late'))
  const whole = duration ? lasts : resource.incomplete ? undefined : defaultDuration
  if (renewBefore && early !== undefined && whole !== undefined && early >= whole)
    flaws.push(flaw(renewBefore, 'early', duration ? brief(duration.text) : '2160h'))
  return flaws
}

const units: Readonly<Record<string, number>> = { h: hour, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 }

/** As Go writes durations. */
function secondsOf(scalar: YamlScalar | undefined): number | undefined {
  if (!scalar || scalar.dynamic || !/^(?:\d+(?:\.\d*)?(?:h|ms|m|s|us|\u00b5s|ns))+$/.test(scalar.text)) return undefined
  return [...scalar.text.matchAll(/([\d.]+)([a-z\u00b5]+)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * units[unit!]!, 0)
}
