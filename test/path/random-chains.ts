/**
 * Random certification paths with everything that goes wrong in them: written with the DER of `test/der.ts` alone, so that
 * no library's idea of a proper certificate stands between us and the verifiers that are compared.
 */
import { createHash, createPublicKey, sign as cryptoSign, type KeyObject } from 'node:crypto'
import { ascii, type Bytes, bits, boolean, der, explicit, implicit, integer, octets, oid, sequence, set, time } from '../der.js'
import { type KeyKind, pooledKey } from '../key-pool.js'

/** One question to all verifiers. */
export interface RandomCase {
  readonly seed: number
  readonly endEntity: Bytes
  readonly intermediates: readonly Bytes[]
  readonly trustAnchors: readonly Bytes[]
  readonly crls: readonly Bytes[]
  readonly purpose: 'client' | 'server' | 'any'
  readonly at: Date
  readonly maxDepth?: number
  readonly partialChain: boolean
  /** What was done to it, for a person who looks at a difference. */
  readonly story: readonly string[]
}

interface Random {
  (): number
  chance(probability: number): boolean
  pick<T>(values: readonly T[]): T
  below(limit: number): number
  shuffle<T>(values: readonly T[]): T[]
}

/** Mulberry32: small, and the same everywhere. */
export function random(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return Object.assign(next, {
    chance: (probability: number) => next() < probability,
    pick: <T>(values: readonly T[]) => values[below(values.length)]!,
    below,
    shuffle: <T>(values: readonly T[]) => {
      const shuffled = [...values]
      for (let at = shuffled.length - 1; at > 0; at--) {
        const other = below(at + 1)
        ;[shuffled[at], shuffled[other]] = [shuffled[other]!, shuffled[at]!]
      }
      return shuffled
    }
  })
}

interface Key {
  readonly kind: KeyKind
  readonly index: number
}

interface Extra {
  readonly oid: string
  readonly critical: boolean
  readonly value: Bytes
}

/** A certificate in the making. */
interface Plan {
  name: string
  subjectText: string
  subject: Bytes
  issuer: Bytes
  key: Key
  signer: Key
  hash: 'sha1' | 'sha256' | 'sha384'
  version: 1 | 3
  notBefore: Date
  notAfter: Date
  serial: number
  ca: boolean | undefined
  bcCritical: boolean
  pathLength: number | undefined
  ku: readonly string[] | undefined
  eku: readonly string[] | undefined
  san: readonly Bytes[]
  permitted: readonly Bytes[]
  excluded: readonly Bytes[]
  ski: string | undefined
  aki: string | undefined
  akiBySerial: 'right' | 'wrong' | undefined
  akiSerial: { readonly issuer: Bytes; readonly serial: number } | undefined
  extra: readonly Extra[]
  brokenSignature: boolean
}

const now = new Date('2026-06-01T00:00:00Z')
const past = new Date('2020-01-01T00:00:00Z')
const future = new Date('2040-01-01T00:00:00Z')

const attributes: Readonly<Record<string, string>> = {
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
  E: '1.2.840.113549.1.9.1'
}

/** `O=Acme, CN=x` as a Name; a value in capitals or with blanks is as it stands. */
export function name(text: string, stringTag = 0x0c): Bytes {
  const relatives = text.split(', ').filter(it => it !== '')
  return sequence(
    ...relatives.map(it => {
      const [type = '', value = ''] = it.split('=')
      return set(sequence(oid(attributes[type]!), der(type === 'E' ? 0x16 : stringTag, ascii(value))))
    })
  )
}

const keyIdOf = (key: Key) => createHash('sha1').update(spkiOf(key)).digest('hex')
const publicKeys = new Map<string, Bytes>()
function spkiOf(key: Key): Bytes {
  const id = `${key.kind} ${key.index}`
  const known = publicKeys.get(id)
  if (known) return known
  const made = createPublicKey(privateKey(key)).export({ type: 'spki', format: 'der' })
  publicKeys.set(id, made)
  return made
}
const privateKey = (key: Key): KeyObject => pooledKey(key.kind, key.index)

const usageBits = ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment', 'keyAgreement', 'keyCertSign', 'cRLSign']
const purposes: Readonly<Record<string, string>> = {
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
  code: '1.3.6.1.5.5.7.3.3',
  email: '1.3.6.1.5.5.7.3.4',
  any: '2.5.29.37.0'
}

function usages(names: readonly string[]): Bytes {
  let value = 0
  for (const it of names) value |= 0x80 >> usageBits.indexOf(it)
  let unused = 0
  while (value !== 0 && ((value >> unused) & 1) === 0) unused++
  return bits(Buffer.from([value]), unused)
}

export const dns = (text: string) => implicit(2, ascii(text))
export const mail = (text: string) => implicit(1, ascii(text))
export const uri = (text: string) => implicit(6, ascii(text))
export const ip = (...octetValues: readonly number[]) => implicit(7, Buffer.from(octetValues))
export const directory = (text: string) => explicit(4, name(text))

const extension = (id: string, critical: boolean, value: Bytes) => sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value))

function extensionsOf(plan: Plan): readonly Bytes[] {
  const list: Bytes[] = []
  if (plan.ca !== undefined || plan.pathLength !== undefined) {
    const content = [...(plan.ca ? [boolean(true)] : []), ...(plan.pathLength === undefined ? [] : [integer(plan.pathLength)])]
    list.push(extension('2.5.29.19', plan.bcCritical, sequence(...content)))
  }
  if (plan.ku) list.push(extension('2.5.29.15', true, usages(plan.ku)))
  if (plan.eku) list.push(extension('2.5.29.37', false, sequence(...plan.eku.map(it => oid(purposes[it]!)))))
  if (plan.san.length > 0) list.push(extension('2.5.29.17', false, sequence(...plan.san)))
  if (plan.permitted.length + plan.excluded.length > 0) {
    const subtrees = (number: number, bases: readonly Bytes[]) =>
      bases.length === 0 ? [] : [explicit(number, ...bases.map(it => sequence(it)))]
    list.push(extension('2.5.29.30', true, sequence(...subtrees(0, plan.permitted), ...subtrees(1, plan.excluded))))
  }
  if (plan.ski !== undefined) list.push(extension('2.5.29.14', false, octets(Buffer.from(plan.ski, 'hex'))))
  if (plan.aki !== undefined || plan.akiSerial) {
    const parts: Bytes[] = []
    if (plan.aki !== undefined) parts.push(implicit(0, Buffer.from(plan.aki, 'hex')))
    if (plan.akiSerial) parts.push(explicit(1, explicit(4, plan.akiSerial.issuer)), implicit(2, serialBytes(plan.akiSerial.serial)))
    list.push(extension('2.5.29.35', false, sequence(...parts)))
  }
  for (const it of plan.extra) list.push(extension(it.oid, it.critical, it.value))
  return list
}

const serialBytes = (serial: number) => Buffer.from([0x11, (serial >> 8) & 0xff, serial & 0xff])

function algorithmOf(key: Key, hash: Plan['hash']): Bytes {
  if (key.kind === 'ed25519') return sequence(oid('1.3.101.112'))
  const rsa = key.kind.startsWith('rsa')
  const arcs = {
    sha1: rsa ? '1.2.840.113549.1.1.5' : '1.2.840.10045.4.1',
    sha256: rsa ? '1.2.840.113549.1.1.11' : '1.2.840.10045.4.3.2',
    sha384: rsa ? '1.2.840.113549.1.1.12' : '1.2.840.10045.4.3.3'
  }
  return sequence(oid(arcs[hash]), ...(rsa ? [Buffer.from([5, 0])] : []))
}

function signedBytes(tbs: Bytes, algorithm: Bytes, key: Key, hash: Plan['hash'], broken: boolean): Bytes {
  const signature = cryptoSign(key.kind === 'ed25519' ? null : hash, tbs, privateKey(key))
  if (broken) signature[signature.length - 1]! ^= 1
  return sequence(tbs, algorithm, bits(signature))
}

function write(plan: Plan): Bytes {
  const algorithm = algorithmOf(plan.signer, plan.hash)
  const extensions = plan.version === 3 ? extensionsOf(plan) : []
  const tbs = sequence(
    ...(plan.version === 3 ? [explicit(0, integer(2))] : []),
    integer(serialBytes(plan.serial)),
    algorithm,
    plan.issuer,
    sequence(time(plan.notBefore), time(plan.notAfter)),
    plan.subject,
    spkiOf(plan.key),
    ...(extensions.length > 0 ? [explicit(3, sequence(...extensions))] : [])
  )
  return signedBytes(tbs, algorithm, plan.signer, plan.hash, plan.brokenSignature)
}

let serials = 1

function authority(label: string, subject: string, key: Key, issuer: Plan | undefined): Plan {
  return {
    name: label,
    subjectText: subject,
    subject: name(subject),
    issuer: issuer ? issuer.subject : name(subject),
    key,
    signer: issuer ? issuer.key : key,
    hash: 'sha256',
    version: 3,
    notBefore: past,
    notAfter: future,
    serial: serials++ & 0xffff,
    ca: true,
    bcCritical: true,
    pathLength: undefined,
    ku: ['keyCertSign', 'cRLSign'],
    eku: undefined,
    san: [],
    permitted: [],
    excluded: [],
    ski: keyIdOf(key),
    aki: keyIdOf(issuer ? issuer.key : key),
    akiBySerial: undefined,
    akiSerial: undefined,
    extra: [],
    brokenSignature: false
  }
}

function endEntity(subject: string, key: Key, issuer: Plan): Plan {
  return {
    ...authority('leaf', subject, key, issuer),
    ca: undefined,
    ku: ['digitalSignature'],
    eku: ['client', 'server'],
    san: [dns('api.example.com'), ip(10, 0, 0, 1), mail('api@example.com'), uri('https://api.example.com/x')]
  }
}

/** What went wrong, how often compared with the others, and what it makes of the certificate. */
type Change = readonly [words: string, weight: number, change: (plan: Plan, any: Random) => Partial<Plan>]

const withExtra = (plan: Plan, id: string, critical: boolean, value: Bytes) => ({ extra: [...plan.extra, { oid: id, critical, value }] })

const anyCertificate: readonly Change[] = [
  ['expired', 2, () => ({ notAfter: new Date('2025-01-01T00:00:00Z') })],
  ['not yet valid', 1, () => ({ notBefore: new Date('2030-01-01T00:00:00Z') })],
  ['ends at this very second', 0.3, () => ({ notAfter: now })],
  ['begins at this very second', 0.3, () => ({ notBefore: now })],
  [
    'eku',
    3,
    (_, any) => ({
      eku: any.pick([undefined, ['client'], ['server'], ['any'], ['code'], ['any', 'client'], ['email', 'server'], ['client', 'server']])
    })
  ],
  ['no key identifiers', 2, () => ({ ski: undefined, aki: undefined })],
  ['no aki', 1, () => ({ aki: undefined })],
  ['no ski', 1, () => ({ ski: undefined })],
  ['other aki', 1, () => ({ aki: strangeKeyId })],
  ['aki by serial', 0.7, (_, any) => ({ akiBySerial: any.chance(0.7) ? 'right' : 'wrong' })],
  ['signature broken', 1, () => ({ brokenSignature: true })],
  ['sha1', 0.7, () => ({ hash: 'sha1' })],
  ['unknown critical extension', 1, (plan, any) => withExtra(plan, '1.2.3.4.5', any.chance(0.7), Buffer.from([5, 0]))],
  [
    'critical key identifier',
    0.3,
    plan => ({ ...withExtra(plan, '2.5.29.14', true, octets(Buffer.from(keyIdOf(plan.key), 'hex'))), ski: undefined })
  ],
  [
    'malformed extension',
    0.4,
    (plan, any) => withExtra(plan, any.pick(['2.5.29.18', '2.5.29.31', '2.16.840.1.113730.1.1']), false, Buffer.from([4, 0]))
  ],
  ['policies', 0.3, plan => withExtra(plan, '2.5.29.32', true, sequence(sequence(oid('1.2.3.4'))))],
  ['version 1', 0.5, () => ({ version: 1 })],
  [
    'netscape type',
    0.4,
    (plan, any) => withExtra(plan, '2.16.840.1.113730.1.1', false, bits(Buffer.from([any.pick([0x80, 0x40, 0xc0, 0x04, 0x02, 0x20])])))
  ],
  ['subject in other string type', 0.5, plan => ({ subject: name(plan.subjectText, 0x13) })],
  ['subject in capitals', 0.3, plan => ({ subject: name(plan.subjectText.replace(/Acme/, 'ACME ')) })]
]

const authorityOnly: readonly Change[] = [
  ['path length', 3, (_, any) => ({ pathLength: any.below(3) })],
  ['no CA', 1, () => ({ ca: false })],
  ['no basic constraints', 1, () => ({ ca: undefined, pathLength: undefined })],
  ['basic constraints not critical', 0.5, () => ({ bcCritical: false })],
  [
    'ku',
    2,
    (_, any) => ({
      ku: any.pick([undefined, ['digitalSignature'], ['keyCertSign'], ['cRLSign'], ['keyCertSign', 'cRLSign', 'digitalSignature']])
    })
  ],
  ['permitted', 3, (_, any) => ({ permitted: [any.pick(subtrees), ...(any.chance(0.4) ? [any.pick(subtrees)] : [])] })],
  ['excluded', 2, (_, any) => ({ excluded: [any.pick(subtrees)] })],
  ['weak key', 0.5, plan => keyed(plan, { kind: 'rsa1024', index: 0 })]
]

const subtrees = [
  dns('example.com'),
  dns('.example.com'),
  dns('api.example.com'),
  dns('other.test'),
  dns(''),
  mail('example.com'),
  mail('.example.com'),
  mail('api@example.com'),
  mail('x@example.com'),
  uri('api.example.com'),
  uri('.example.com'),
  uri('other.test'),
  ip(10, 0, 0, 0, 255, 0, 0, 0),
  ip(192, 168, 0, 0, 255, 255, 0, 0),
  directory('O=Acme'),
  directory('O=Other'),
  directory('')
]

const oddNames = [
  dns('*.example.com'),
  dns('API.EXAMPLE.COM'),
  mail('nobody'),
  mail('Api@Example.com'),
  uri('urn:x:y'),
  uri('spiffe://example.com/a'),
  ip(1, 2, 3),
  dns('a.other.test'),
  directory('O=Acme, CN=y')
]

const endEntityOnly: readonly Change[] = [
  [
    'ku',
    2,
    (_, any) => ({
      ku: any.pick([
        undefined,
        ['keyEncipherment'],
        ['keyAgreement'],
        ['nonRepudiation'],
        ['keyCertSign'],
        ['digitalSignature', 'keyEncipherment']
      ])
    })
  ],
  ['no names', 1, () => ({ san: [] })],
  ['a CA', 0.5, () => ({ ca: true })],
  ['says it is no CA', 0.5, () => ({ ca: false })],
  ['odd names', 1, (_, any) => ({ san: any.shuffle(oddNames).slice(0, 2) })],
  ['weak key', 0.5, plan => keyed(plan, { kind: 'rsa1024', index: 1 })]
]

const keyed = (plan: Plan, key: Key): Partial<Plan> => ({ key, ...(plan.ski !== undefined && { ski: keyIdOf(key) }) })

function choose(any: Random, changes: readonly Change[]): Change {
  let rest = any() * changes.reduce((sum, it) => sum + it[1], 0)
  for (const change of changes) {
    rest -= change[1]
    if (rest <= 0) return change
  }
  return changes[0]!
}

const kinds: readonly KeyKind[] = ['p256', 'p256', 'p256', 'rsa2048', 'p384', 'ed25519']

/** The same case for the same seed, but for the randomness inside of ECDSA signatures and of keys. */
export function randomCase(seed: number): RandomCase {
  const any = random(seed)
  const story: string[] = []
  const keyFor = (index: number): Key => ({ kind: any.pick(kinds), index: index % 5 })
  const root = authority('root', 'O=Acme, CN=Root', keyFor(0), undefined)
  const plans = [root]
  const levels = any.below(4)
  for (let level = 0; level < levels; level++) {
    // Now and then a self-issued CA, which renews its issuer's key.
    const selfIssued = any.chance(0.1)
    const above = plans.at(-1)!
    const made = authority(`ca${level}`, `O=Acme, CN=CA ${level}`, keyFor(level + 1), above)
    if (selfIssued) made.subject = above.subject
    plans.push(made)
  }
  const leafSubject = any.pick([
    'O=Acme, CN=api.example.com',
    'O=Acme, CN=A Client',
    'O=Other, CN=www.other.test',
    'O=Acme, CN=x, E=api@example.com',
    ''
  ])
  const leaf = endEntity(leafSubject, keyFor(4), plans.at(-1)!)
  const changes = any.pick([0, 1, 1, 1, 2, 2, 3])
  for (let count = 0; count < changes; count++) mutate(any, any.chance(0.3) ? leaf : any.pick(plans), leaf, story)
  follow(plans, leaf)
  const more = alternatives(any, plans, story)
  if (any.chance(0.05)) {
    story.push('self-signed leaf')
    leaf.issuer = leaf.subject
    leaf.signer = leaf.key
    leaf.aki = leaf.ski
  }
  const trusted = any.pick(['root', 'root', 'root', 'root', 'all', 'none', 'intermediate', 'leaf', 'random'])
  story.push(`trust ${trusted}`)
  const authorities = [...plans, ...more]
  const trustedPlans =
    trusted === 'root'
      ? [root, ...more.filter(() => any.chance(0.3))]
      : trusted === 'all'
        ? any.shuffle(authorities)
        : trusted === 'none'
          ? [authority('stranger', 'CN=Stranger', keyFor(3), undefined)]
          : trusted === 'intermediate'
            ? [any.pick(plans)]
            : trusted === 'leaf'
              ? [leaf, ...(any.chance(0.3) ? [root] : [])]
              : any.shuffle(authorities).slice(0, 1 + any.below(authorities.length))
  const sent = any.shuffle(authorities.filter(it => (it === root ? any.chance(0.3) : any.chance(0.88))))
  const written = new Map<Plan, Bytes>()
  const bytesOf = (plan: Plan): Bytes => {
    const known = written.get(plan)
    if (known) return known
    const made = write(plan)
    written.set(plan, made)
    return made
  }
  return {
    seed,
    endEntity: bytesOf(leaf),
    intermediates: sent.map(bytesOf),
    trustAnchors: trustedPlans.map(bytesOf),
    crls: any.chance(0.25) ? writeLists(any, [...authorities, leaf], story) : [],
    purpose: any.pick(['client', 'client', 'server', 'any']),
    at: now,
    ...(any.chance(0.25) && { maxDepth: any.below(4) }),
    partialChain: any.chance(0.2),
    story
  }
}

function mutate(any: Random, plan: Plan, leaf: Plan, story: string[]): void {
  const own = plan === leaf ? endEntityOnly : authorityOnly
  const [words, , change] = choose(any, any.chance(0.5) ? own : anyCertificate)
  story.push(`${plan.name}: ${words}`)
  Object.assign(plan, change(plan, any))
}

const strangeKeyId = '0102030405'

/** Changes of name or key go down to what was issued, or every such path would end at once. */
function follow(plans: readonly Plan[], leaf: Plan): void {
  const all = [...plans, leaf]
  for (const [index, plan] of all.entries()) {
    const issuer = index === 0 ? plan : all[index - 1]!
    plan.signer = issuer.key
    plan.issuer = issuer.subject
    if (plan.aki !== undefined && plan.aki !== strangeKeyId) plan.aki = keyIdOf(issuer.key)
    if (plan.akiBySerial) plan.akiSerial = { issuer: issuer.issuer, serial: plan.akiBySerial === 'right' ? issuer.serial : 7 }
  }
}

/** Cross certificates, renewed and re-keyed CAs, impostors. */
function alternatives(any: Random, plans: readonly Plan[], story: string[]): Plan[] {
  const more: Plan[] = []
  while (any.chance(0.35) && more.length < 4) {
    const plan = any.pick(plans)
    const kind = any.pick(['renewed', 're-keyed', 'cross', 'impostor', 'duplicate', 'expired twin'])
    story.push(`${kind} ${plan.name}`)
    const twin: Plan = { ...plan, name: `${kind} ${plan.name}`, serial: serials++ & 0xffff }
    if (kind === 'renewed') twin.notAfter = new Date('2045-01-01T00:00:00Z')
    if (kind === 'expired twin') twin.notAfter = any.pick([new Date('2024-01-01T00:00:00Z'), new Date('2023-01-01T00:00:00Z')])
    if (kind === 're-keyed' || kind === 'impostor') {
      twin.key = { kind: any.chance(0.5) ? plan.key.kind : any.pick(kinds), index: 4 }
      if (twin.ski !== undefined) twin.ski = keyIdOf(twin.key)
      if (kind === 'impostor') twin.ski = any.chance(0.5) ? undefined : plan.ski
      if (Buffer.from(plan.issuer).equals(plan.subject)) {
        twin.signer = twin.key
        if (twin.aki !== undefined) twin.aki = twin.ski
      }
    }
    if (kind === 'cross') {
      const old = authority('old root', 'O=Old, CN=Old Root', { kind: any.pick(kinds), index: 3 }, undefined)
      twin.issuer = old.subject
      twin.signer = old.key
      if (twin.aki !== undefined) twin.aki = keyIdOf(old.key)
      more.push(old)
    }
    more.push(twin)
  }
  return more
}

/** CRLs of most CAs, current or not, good or not. Without one at least, revocation would not be looked at. */
function writeLists(any: Random, plans: readonly Plan[], story: string[]): readonly Bytes[] {
  const lists: Bytes[] = []
  for (const issuer of plans.filter(it => it.ca)) {
    if (any.chance(0.15)) story.push(`no CRL of ${issuer.name}`)
    else lists.push(writeList(any, issuer, plans, story))
    if (any.chance(0.15)) lists.push(writeList(any, issuer, plans, story))
  }
  return lists.length > 0 ? any.shuffle(lists) : [writeList(any, plans[0]!, plans, story)]
}

function writeList(any: Random, issuer: Plan, plans: readonly Plan[], story: string[]): Bytes {
  const told = (probability: number, words: string): boolean => {
    const happens = any.chance(probability)
    if (happens) story.push(`CRL of ${issuer.name}: ${words}`)
    return happens
  }
  const revoked = plans.filter(it => Buffer.from(it.issuer).equals(issuer.subject) && told(0.12, `revokes ${it.name}`))
  const thisUpdate = told(0.08, 'from the future')
    ? new Date('2030-01-01T00:00:00Z')
    : any.pick([new Date('2026-05-01T00:00:00Z'), new Date('2026-05-02T00:00:00Z')])
  const nextUpdate = told(0.1, 'out of date') ? new Date('2026-05-20T00:00:00Z') : new Date('2031-01-01T00:00:00Z')
  const signer = told(0.06, 'other key') ? { kind: issuer.key.kind, index: 4 } : issuer.key
  const algorithm = algorithmOf(signer, 'sha256')
  const extensions = [
    ...authorityKeyIdentifier(told(0.04, 'other aki') ? strangeKeyId : any.chance(0.7) ? issuer.ski : undefined),
    extension('2.5.29.20', false, integer(any.below(100))),
    ...(told(0.04, 'unknown critical extension') ? [extension('1.2.3.4.6', true, Buffer.from([5, 0]))] : []),
    ...(told(0.05, 'delta') ? [extension('2.5.29.27', true, integer(1))] : []),
    ...(told(0.15, 'scope') ? [extension('2.5.29.28', true, scopeOf(any))] : [])
  ]
  const entries = revoked.map(it =>
    sequence(
      integer(serialBytes(it.serial)),
      time(past),
      ...(any.chance(0.3) ? [sequence(extension('2.5.29.21', false, der(0x0a, Buffer.from([any.pick([1, 6, 8])]))))] : [])
    )
  )
  const tbs = sequence(
    integer(1),
    algorithm,
    issuer.subject,
    time(thisUpdate),
    ...(told(0.05, 'no nextUpdate') ? [] : [time(nextUpdate)]),
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    explicit(0, sequence(...extensions))
  )
  return signedBytes(tbs, algorithm, signer, 'sha256', told(0.04, 'broken signature'))
}

const authorityKeyIdentifier = (id: string | undefined) =>
  id === undefined ? [] : [extension('2.5.29.35', false, sequence(implicit(0, Buffer.from(id, 'hex'))))]

const yes = Buffer.from([0xff])

/** IssuingDistributionPoint. */
function scopeOf(any: Random): Bytes {
  return any.pick([
    sequence(implicit(1, yes)),
    sequence(implicit(2, yes)),
    sequence(implicit(1, yes), implicit(2, yes)),
    sequence(implicit(4, yes)),
    sequence(implicit(3, Buffer.from([1, 0x60]))),
    sequence(explicit(0, explicit(0, implicit(6, ascii('http://crl.example/a'))))),
    sequence()
  ])
}
