/** ClientHello and ServerHello: does anybody answer, in which version, and which of the servers? */
import { isKnown } from '../core/endpoints.js'
import { type Conversation, type Ended, end, endUnknown, type Greeted, reject, say } from './conversation.js'
import type { Step } from './prediction.js'
import { chooseServer, isUnknown } from './select.js'
import { commonVersion, versionText } from './versions.js'

export function greet(talk: Conversation, speaksTls: boolean): Greeted | Ended {
  const { client, listener, server, ctx } = talk
  if (client.unknown) return endUnknown(talk, client.unknown.reason, client.unknown.at)
  const unfit = ownFault(talk)
  if (unfit) return unfit
  const hello: Step = { from: 'client', message: 'ClientHello', says: helloText(talk), ok: true }
  const greeting = say(talk, hello)
  if (!speaksTls) return refusePlainServer(greeting)
  const chosen = chooseServer(listener, client.serverName, server, ctx.read)
  if (isUnknown(chosen)) return endUnknown(greeting, chosen.unknown, chosen.endpoint.at)
  const { endpoint, byName } = chosen
  const unsure = [endpoint.minVersion, endpoint.maxVersion].find(it => it.origin === 'unknown')
  if (unsure) return endUnknown(greeting, `${unsure.name} is known only when it runs`, unsure.at)
  const range = { minVersion: endpoint.minVersion.value, maxVersion: endpoint.maxVersion.value }
  const version = commonVersion(client, range)
  if (!version) {
    const offered = `${versionText(range.minVersion)} to ${versionText(range.maxVersion)}`
    const message = `${endpoint.label} speaks ${offered}, the client ${versionText(client.minVersion)} to ${versionText(client.maxVersion)}`
    // Whoever speaks 1.2 at most lists no versions: the server takes it for older ones too, and answers in its own.
    const isOld = server.oldVersions !== undefined && client.maxVersion === 'TLSv1.2' && range.maxVersion < 'TLSv1.2'
    return reject(greeting, {
      side: 'server',
      error: { openssl: null, text: isOld ? server.oldVersions! : (server.words.versions?.(client, range) ?? 'unsupported protocol') },
      alert: isOld ? 'internal error' : 'protocol version',
      because: [{ at: endpoint.maxVersion.at, message, rule: 'no-common-tls-version' }]
    })
  }
  if (endpoint.rejectsHandshake || (endpoint.rejectsUnknownNames && !byName)) {
    const message =
      client.serverName === undefined ? 'a handshake without a name is turned away' : `a handshake for ${client.serverName} is turned away`
    return reject(greeting, {
      side: 'server',
      error: { openssl: null, text: 'callback failed' },
      alert: 'unrecognized name',
      because: [{ at: endpoint.at, message, rule: null }]
    })
  }
  const { applicationProtocols } = endpoint
  if (client.applicationProtocols && applicationProtocols && !client.applicationProtocols.some(it => applicationProtocols.includes(it))) {
    const message = `${endpoint.label} speaks ${applicationProtocols.join(', ')}, and ${client.label} nothing but ${client.applicationProtocols.join(', ')}`
    return reject(greeting, {
      side: 'server',
      error: { openssl: null, text: 'no application protocol' },
      alert: 'no application protocol',
      because: [{ at: endpoint.at, message, rule: null }]
    })
  }
  const why = byName
    ? `for ${client.serverName}`
    : client.serverName === undefined
      ? 'as the default, for want of a name'
      : `as the default: no server is called ${client.serverName}`
  const answered: Step = {
    from: 'server',
    message: 'ServerHello',
    says: `${versionText(version)}; ${endpoint.label} answers ${why}`,
    ok: true,
    at: endpoint.at
  }
  return { ...say(greeting, answered), choice: chosen, version }
}

function helloText({ client: { serverName, minVersion, maxVersion } }: Conversation): string {
  const versions = minVersion === maxVersion ? versionText(maxVersion) : `${versionText(minVersion)} to ${versionText(maxVersion)}`
  return `${versions}, ${serverName === undefined ? 'without server_name' : `server_name ${serverName}`}`
}

const texts = {
  'other-key': 'key values mismatch',
  'other-kind': 'no certificate assigned',
  missing: 'no private key assigned',
  fits: undefined,
  unchecked: undefined
} as const

/** A client whose certificate and key are no pair does not get as far as connecting. */
function ownFault(talk: Conversation): Ended | undefined {
  const { presents, behaviour } = talk.client
  if (presents.kind !== 'chain') return undefined
  const isPair = presents.key === 'fits' || presents.key === 'unchecked'
  const keyFaults =
    isPair || (presents.key === 'other-kind' && behaviour.otherKindOfKey === 'sends-nothing') ? undefined : texts[presents.key]
  const text = behaviour.ownFault ? behaviour.ownFault(presents) : keyFaults
  if (text === undefined) return undefined
  const subject = presents.chain[0].subject.display
  const messages: Readonly<Partial<Record<typeof presents.key, string>>> = {
    'other-key': `the key is not that of ${subject}, the first certificate of the file`,
    'other-kind': `the key is of another kind than that of ${subject}, the first certificate of the file`,
    missing: `there is no private key for ${subject}`
  }
  const message = messages[presents.key] ?? `${talk.client.label} does not take the certificate of ${subject} for its own`
  return end(say(talk, { from: 'client', message: 'Close', says: message, ok: false, at: presents.chain[0].at() }), {
    result: 'rejected',
    side: 'client',
    httpStatus: behaviour.failureStatus,
    error: { openssl: null, text },
    because: [{ at: presents.chain[0].at(), message, rule: isPair ? null : 'key-does-not-match-certificate' }]
  })
}

/** The server takes the ClientHello for a broken request, and answers in plain text. */
function refusePlainServer(talk: Conversation): Ended {
  const { endpoint, address } = talk.listener.servers[0]!
  if (!isKnown(endpoint, endpoint.tls)) return endUnknown(talk, `whether ${endpoint.label} speaks TLS is not known`, endpoint.at)
  return reject(talk, {
    side: 'client',
    error: { openssl: null, text: 'wrong version number' },
    because: [{ at: address.at, message: `${endpoint.label} does not speak TLS on this address`, rule: 'tls-not-enabled' }]
  })
}
