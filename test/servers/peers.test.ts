/** Predictions about Node, Go and Java against the real ones. A difference found: the real one is right. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { listenersOf } from '../../server/src/core/endpoints.js'
import type { CredentialRef, Setting, TlsEndpoint, TlsVersion, VerifierId } from '../../server/src/core/model.js'
import type { Location } from '../../server/src/core/text.js'
import { diskRead } from '../../server/src/files/disk.js'
import { clientFromEndpoint } from '../../server/src/handshake/client-side.js'
import { predict } from '../../server/src/handshake/predict.js'
import type { Prediction } from '../../server/src/handshake/prediction.js'
import { installed } from '../path/tools.js'
import { makeWorld, newTally, type Observed, type World } from './oracle.js'
import { oraclePki } from './oracle-pki.js'
import { type Outcome, type Peer, type PeerProduct, type PeerWords, peerCommand, startPeer } from './peers.js'
import { type PeerCase, type PeerSide, peerMatrix } from './peers-matrix.js'

const more = `
server-ca-and-server-int.pem: [server-ca, server-int]
server-ca-and-int.pem: [server-ca, int]
server-ed.pem: {issuer: server-ca, key: ed25519, san: [a.test]}
server-ed.key: {key: server-ed}
`

const nowhere: Location = { path: '/', start: 0, end: 0 }
const written = <T>(value: T): Setting<T> => ({ value, origin: 'written', at: nowhere, name: 'it' })

const verifiers: Readonly<Record<PeerProduct, VerifierId>> = { node: 'openssl', go: 'go', java: 'java' }

/** The side in the words of the model, as a dialect would lower it. */
function endpointOf(product: PeerProduct, role: TlsEndpoint['role'], side: Filled, world: World): TlsEndpoint {
  const file = (name: string): CredentialRef => ({ kind: 'file', path: join(world.folder, name), written: name, at: nowhere, name: 'it' })
  const keys = side.key?.split(',') ?? []
  const identities = (side.cert?.split(',') ?? []).map((it, at) => ({
    certificate: file(`${it}.pem`),
    key: file(`${keys[at]}.key`),
    passphrase: false
  }))
  const { verify, versions, name } = side
  const demanded = verify === 'none' ? 'ignore' : verify === 'require' || verify === 'any' ? 'require' : 'request'
  const isRequestVerified = verify === 'request' && product === 'java'
  const verified = verify === 'require' || verify === 'given' || isRequestVerified
  return {
    dialect: 'node',
    product,
    role,
    label: product,
    verifier: verifiers[product],
    protocol: 'tcp',
    at: nowhere,
    block: nowhere,
    addresses: [{ at: nowhere, host: '127.0.0.1', port: 1, transport: 'tcp', tls: true, isDefault: true }],
    serverNames: role === 'client' && name ? [written(name)] : [],
    tls: written(true),
    identities,
    peer: {
      certificate: written(role === 'client' ? 'require' : demanded),
      verifyChain: written(verified),
      verifyNames: role === 'client' && name ? [written(name)] : [],
      trustAnchors: side.ca === undefined ? [] : [{ ...file(`${side.ca}.pem`), intended: true, announced: true }],
      crls: side.crl === undefined ? [] : [file(`${side.crl}.crl`)]
    },
    minVersion: written<TlsVersion>(`TLSv${versions[0]}`),
    maxVersion: written<TlsVersion>(`TLSv${versions[1]}`),
    acceptsPlaintext: written(false),
    incomplete: false
  }
}

type Filled = PeerSide & Required<Pick<PeerSide, 'verify' | 'versions'>>

const bothVersions = ['1.2', '1.3'] as const

/** What is the same in most cases need not be said in each. */
const serverOf = (side: PeerSide): Filled => ({ cert: 'server', key: 'server', verify: 'none', versions: bothVersions, ...side })
const clientOf = (side: PeerSide): Filled => ({ ca: 'server-ca', verify: 'require', versions: bothVersions, name: 'a.test', ...side })

function wordsOf({ cert, key, ca, crl, name, verify, versions }: Filled, world: World): PeerWords {
  const files = (names: string, extension: string) =>
    names
      .split(',')
      .map(it => join(world.folder, `${it}.${extension}`))
      .join(',')
  return {
    verify,
    min: versions[0],
    max: versions[1],
    ...(cert !== undefined && { cert: files(cert, 'pem') }),
    ...(key !== undefined && { key: files(key, 'key') }),
    ...(ca !== undefined && { ca: files(ca, 'pem') }),
    ...(crl !== undefined && { crl: files(crl, 'crl') }),
    ...(name !== undefined && { name })
  }
}

function predictMeeting(server: TlsEndpoint, client: TlsEndpoint): Prediction {
  const read = diskRead()
  const [listener] = listenersOf([server])
  const ctx = { read, at: new Date(), configurations: [[server]], answer: () => ({ kind: 'content' }) as const }
  return predict(clientFromEndpoint(client, {}, read), listener!, ctx)
}

const alertNumbers: Readonly<Record<string, string>> = {
  40: 'handshake failure',
  42: 'bad certificate',
  43: 'unsupported certificate',
  44: 'certificate revoked',
  45: 'certificate expired',
  46: 'certificate unknown',
  48: 'unknown ca',
  51: 'decrypt error',
  70: 'protocol version',
  116: 'certificate required'
}
/** Go's own names for alerts. */
const goAlerts: Readonly<Record<string, string>> = {
  'protocol version not supported': 'protocol version',
  'unknown certificate authority': 'unknown ca',
  'expired certificate': 'certificate expired',
  'revoked certificate': 'certificate revoked',
  'unknown certificate': 'certificate unknown',
  'error decrypting message': 'decrypt error'
}

/** The alert that a side says it got from the other. */
function alertIn(words: string): string | undefined {
  const number = /SSL alert number (\d+)/.exec(words)?.[1]
  if (number !== undefined) return alertNumbers[number]
  const go = /remote error: tls: (.*)/.exec(words)?.[1]
  if (go !== undefined) return goAlerts[go] ?? go
  return /Received fatal alert: (\w+)/.exec(words)?.[1]?.replaceAll('_', ' ')
}

/** Words of a side that only tell that the other hung up on it. */
const isEcho = (words: string): boolean =>
  alertIn(words) !== undefined ||
  /^(?:closed|EOF|unexpected EOF|ECONNRESET|ECONNREFUSED|EPIPE|Broken pipe|Connection reset|Remote host|.*(?:connection refused|broken pipe|connection reset|Connection reset|Socket closed))/.test(
    words
  )

/** Node's messages of OpenSSL come with the place in its source. */
const bare = (words: string): string =>
  /^[0-9A-F]+:error:[0-9A-F]+:SSL routines:[^:]*:([^:]*):/.exec(words)?.[1] ??
  words.replace(/^ERR_OSSL_\w+ /, '').replace(/^(UNSPECIFIED|[A-Z]+(?:_[A-Z]+)+) (?=\S)/, '$1: ')

function observe(served: Outcome, connected: Outcome): Observed {
  if (served.error === undefined && connected.error === undefined) return { result: 'accepted', side: null, text: null, alert: null }
  const own = [served, connected].map(it => it.error).map(it => (it === undefined || isEcho(it) ? undefined : it))
  const side = own[0] !== undefined ? 'server' : own[1] !== undefined ? 'client' : undefined
  const heard = side === 'server' ? connected.error : served.error
  const isLost =
    heard === undefined || /^(?:Broken pipe|Connection reset|ECONNRESET read|write E|.*(?:broken pipe|connection reset))/.test(heard)
  const words = side && own[side === 'server' ? 0 : 1]!
  // Later updates of OpenJDK 17 (seen: 17.0.21) name their alert before the words, and chose others: predicted are those of 17.0.15.
  const renamed = words === undefined ? undefined : /^\([a-z_]+\) (.*)$/s.exec(words)?.[1]
  return {
    result: 'rejected',
    ...(side && words !== undefined && { side, text: renamed ?? bare(words) }),
    // Who is still writing when the other has gone never reads the alert.
    ...(isLost || renamed !== undefined ? {} : { alert: alertIn(heard) ?? null })
  }
}

/** What stands behind a colon or comma are particulars: the time of looking, the name that is not permitted. */
function sameWords(said: string | null, seen: string | null | undefined): string | null | undefined {
  if (typeof seen !== 'string' || said === null) return seen
  return seen.startsWith(said) && /^(?:$|[:,] )/.test(seen.slice(said.length)) ? said : seen
}

async function meet(server: Peer, client: Peer, { server: serving, client: connecting }: PeerCase, world: World): Promise<Observed> {
  const { port, outcome } = await server.serve(wordsOf(serverOf(serving), world))
  const connected = await client.connect({ ...wordsOf(clientOf(connecting), world), port })
  return observe(await outcome, connected)
}

const groups = peerMatrix.map(([server, client, cases]) => ({ server, client, cases, title: `${server} server, ${client} client` }))
const atOnce = 6

test('handshakes among Node, Go and Java come out as predicted', async t => {
  const commands = new Map<PeerProduct, Awaited<ReturnType<typeof peerCommand>>>()
  for (const it of ['node', 'go', 'java'] as const) commands.set(it, await peerCommand(it))
  const goMinor = Number(/go1\.(\d+)/.exec((await installed('go', ['version'])) ?? '')?.[1])
  const idOf = (product: PeerProduct) => (product === 'go' && goMinor < 20 ? 'go1.19' : product)
  const world = makeWorld(oraclePki + more)
  const peers = new Map<PeerProduct, Peer>()
  for (const [product, command] of commands) if (!('missing' in command)) peers.set(product, startPeer(command))
  try {
    for (const { server, client, cases, title } of groups) {
      await t.test(title, async t => {
        const missing = [server, client].map(it => commands.get(it)!).find(it => 'missing' in it)
        if (missing && 'missing' in missing) return t.skip(missing.missing)
        const tally = newTally()
        const waiting = [...cases]
        const work = async () => {
          for (let next = waiting.shift(); next; next = waiting.shift()) {
            const seen = await meet(peers.get(server)!, peers.get(client)!, next, world)
            const said = predictMeeting(
              { ...endpointOf(server, 'server', serverOf(next.server), world), product: idOf(server) },
              { ...endpointOf(client, 'client', clientOf(next.client), world), product: idOf(client) }
            )
            tally.add(next.name, { ...said, configTest: { ok: true } }, { ...seen, text: sameWords(said.error?.text ?? null, seen.text) })
          }
        }
        await Promise.all(Array.from({ length: atOnce }, work))
        t.diagnostic(`${cases.length} handshakes of a ${title}\n${tally.report()}`)
        for (const it of tally.differences) t.diagnostic(it)
        for (const field of ['result', 'side', 'text', 'alert'])
          assert.equal(tally.share(field), 1, `${field}\n${tally.differences.join('\n')}`)
      })
    }
  } finally {
    for (const it of peers.values()) await it.stop()
    world.remove()
  }
})
