/** Who meets whom among Node, Go and Java: each product's server with its own client, and across where one sends what another would not. */
import type { PeerProduct, PeerWords } from './peers.js'

/** Names of files of the oracle's folder, without extension; the key bears the name of the first certificate. */
export interface PeerSide {
  readonly cert?: string
  readonly key?: string
  readonly ca?: string
  readonly crl?: string
  readonly verify?: PeerWords['verify']
  readonly versions?: readonly [min: '1.2' | '1.3', max: '1.2' | '1.3']
  /** Clients: whom they ask for; `''` for nobody. */
  readonly name?: string
}

export interface PeerCase {
  readonly name: string
  readonly server: PeerSide
  readonly client: PeerSide
}

const only12 = ['1.2', '1.2'] as const
const only13 = ['1.3', '1.3'] as const

/** Client certificates against a server that demands one of `root`. */
const clients = [
  '',
  'direct',
  'chain leaf',
  'full leaf',
  'lone leaf',
  'stranger-lone stranger',
  'stranger-chain stranger',
  'stranger-full stranger',
  'self',
  'self-eku',
  'expired',
  'future',
  'expired-stranger',
  'expired-eku',
  'eku-server',
  'eku-any',
  'eku-both',
  'eku-none',
  'eku-email',
  'ku-encipherment',
  'ku-agreement',
  'ku-repudiation',
  'rsa',
  'ed',
  'ec384',
  'ec521',
  'v1',
  'ca-leaf',
  'ca-client',
  'sha1',
  'of-expired',
  'of-future',
  'of-eku',
  'of-any',
  'of-no-ca',
  'of-no-sign',
  'of-no-bc',
  'of-v1',
  'of-pathlen',
  'of-names',
  'of-names-good',
  'of-excluded',
  'forged',
  'forged-with-ids',
  'of-deep3',
  'of-deep2-unordered of-deep2',
  'lone-deep2 of-deep2',
  'unrelated direct',
  'ten leaf',
  'of-expired-root',
  'of-root-eku',
  'of-root-no-sign',
  'of-root-no-ca'
]

const servers = [
  'server',
  'server-rsa',
  'server-ed',
  'server-expired',
  'server-future',
  'server-client-eku',
  'server-any-eku',
  'server-no-eku',
  'server-ke',
  'server-rsa-ke',
  'server-cn',
  'server-ip',
  'server-self',
  'server-lone',
  'server-chain server-lone'
]

const filesOf = (words: string): Pick<PeerSide, 'cert' | 'key'> => {
  const [cert, key = cert] = words.split(' ')
  return cert ? { cert, key: key! } : {}
}

const meetingOf = (name: string, server: PeerSide, client: PeerSide = {}): PeerCase => ({ name, server, client })

const versionsAt = (at: number) => ({ versions: at % 2 === 0 ? only12 : only13 })

const asked: readonly PeerCase[] = [
  ...clients.map((it, at) =>
    meetingOf(`demanded × ${it || 'none'}`, { verify: 'require', ca: 'root' }, { ...filesOf(it), ...versionsAt(at) })
  ),
  ...['', 'expired', 'eku-server', 'self', 'stranger-full stranger'].flatMap(it =>
    [only12, only13].map(versions =>
      meetingOf(`demanded, TLS ${versions[0]} × ${it || 'none'}`, { verify: 'require', ca: 'root', versions }, filesOf(it))
    )
  ),
  ...clients
    .filter((_, at) => at % 4 === 1)
    .map((it, at) => meetingOf(`demanded of many × ${it}`, { verify: 'require', ca: 'all-roots' }, { ...filesOf(it), ...versionsAt(at) })),
  ...['direct', 'chain leaf', 'lone leaf', 'stranger-lone stranger', 'lone-deep2 of-deep2'].flatMap(it =>
    ['root-and-int', 'int', 'other-root', 'self', 'root-and-deep'].map((ca, at) =>
      meetingOf(`demanded of ${ca} × ${it}`, { verify: 'require', ca }, { ...filesOf(it), ...versionsAt(at) })
    )
  ),
  ...['', 'direct', 'expired', 'stranger-chain stranger', 'eku-server'].map(it =>
    meetingOf(`asked for × ${it || 'none'}`, { verify: 'request', ca: 'root' }, filesOf(it))
  ),
  ...['', 'direct'].map(it => meetingOf(`not asked for × ${it || 'none'}`, { verify: 'none' }, filesOf(it))),
  meetingOf(
    'a lone leaf, completed from the trust store or not',
    { verify: 'require', ca: 'root' },
    { cert: 'lone', key: 'leaf', ca: 'server-ca-and-int' }
  ),
  ...[only12, only13].map(versions =>
    meetingOf(
      `key of another certificate, TLS ${versions[0]}`,
      { verify: 'require', ca: 'root', versions },
      { cert: 'direct', key: 'leaf' }
    )
  ),
  meetingOf('key of another kind', { verify: 'require', ca: 'root' }, { cert: 'direct', key: 'rsa' })
]

const judged: readonly PeerCase[] = [
  ...servers.flatMap(it => [only12, only13].map(versions => meetingOf(`${it} judged, TLS ${versions[0]}`, { ...filesOf(it), versions }))),
  ...['z.test', 'x.example.test', 'x.y.example.test', 'example.test', 'A.TEST'].map(name => meetingOf(`${name} wanted`, {}, { name })),
  ...['server-cn', 'server-ip'].map(it => meetingOf(`z.test wanted of ${it}`, filesOf(it), { name: 'z.test' })),
  meetingOf('expired and of another name', filesOf('server-expired'), { name: 'z.test' }),
  meetingOf('unknown and of another name', {}, { name: 'z.test', ca: 'root' }),
  meetingOf('server-lone, completed from the trust store or not', { ...filesOf('server-lone'), ca: 'server-ca-and-server-int' }),
  meetingOf('self-signed, trusted', filesOf('server-self'), { ca: 'server-self' }),
  meetingOf('intermediate trusted', filesOf('server-chain server-lone'), { ca: 'server-int' }),
  meetingOf('not judged', filesOf('server-expired'), { verify: 'none' }),
  meetingOf('TLS 1.3 wanted of 1.2', { versions: only12 }, { versions: only13 }),
  meetingOf('TLS 1.2 wanted of 1.3', { versions: only13 }, { versions: only12 })
]

/** Revocation, where the product knows any. */
const revoked: readonly PeerCase[] = ['all', 'root-only', 'int-only', 'other', 'expired'].flatMap(crl =>
  ['direct', 'chain leaf', 'revoked', 'revoked-direct'].map(it =>
    meetingOf(`CRLs ${crl} × ${it}`, { verify: 'require', ca: 'root', crl }, filesOf(it))
  )
)

/** Modes that only Go has. */
const goOnly: readonly PeerCase[] = [
  ...['', 'direct', 'expired', 'eku-server'].map(it =>
    meetingOf(`verified if given × ${it || 'none'}`, { verify: 'given', ca: 'root' }, filesOf(it))
  ),
  ...['', 'direct', 'expired'].map(it => meetingOf(`any demanded × ${it || 'none'}`, { verify: 'any', ca: 'root' }, filesOf(it))),
  meetingOf('any demanded without CAs × stranger', { verify: 'any' }, filesOf('stranger-lone stranger')),
  ...['a.test', 'b.test', 'c.test'].map(name =>
    meetingOf(`${name} chosen among two`, { cert: 'b-only,server', key: 'b-only,server' }, { name })
  )
]

/** A Java client looks at neither, and signs with the key that it has. */
const wrongKey: readonly PeerCase[] = [only12, only13].flatMap(versions =>
  ['direct', 'eku-server'].map(cert =>
    meetingOf(`${cert} with another key, TLS ${versions[0]}`, { verify: 'require', ca: 'root', versions }, { cert, key: 'leaf' })
  )
)

/** A Node client sends whatever it has, so that it shows what the other two make of strangers. */
const strangers: readonly PeerCase[] = asked.filter(it => it.name.startsWith('demanded') && it.client.cert !== 'sha1')

export const peerMatrix: readonly (readonly [server: PeerProduct, client: PeerProduct, cases: readonly PeerCase[]])[] = [
  ['node', 'node', [...asked, ...judged, ...revoked]],
  ['go', 'go', [...asked, ...judged, ...goOnly]],
  ['java', 'java', [...asked, ...judged, ...revoked]],
  ['go', 'node', strangers],
  ['java', 'node', strangers],
  ['node', 'go', judged],
  ['node', 'java', [...judged, ...wrongKey]],
  ['go', 'java', wrongKey]
]
