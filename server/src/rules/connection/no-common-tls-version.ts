import type { Setting, TlsVersion } from '../../core/model.js'
import { tlsVersions } from '../../core/model.js'
import { defineRule, rfc } from '../../core/rule.js'
import { serversOf, speakTls, told } from './sides.js'

/** A default differs from version to version, and nobody has written it: only what is written is held against anybody. */
const isWritten = ({ origin }: Setting<unknown>): boolean => origin === 'written' || origin === 'inherited'
const above = (lowest: Setting<TlsVersion>, highest: Setting<TlsVersion>): boolean =>
  isWritten(lowest) && isWritten(highest) && tlsVersions.indexOf(lowest.value) > tlsVersions.indexOf(highest.value)

export default defineRule({
  id: 'no-common-tls-version',
  subject: 'connection',
  title: 'Client and server have no version of TLS in common',
  category: 'protocol',
  severity: 'error',
  citations: [rfc(8446, '4.2.1')],
  check(meeting, ctx) {
    const { client } = meeting
    const servers = serversOf(meeting)
    if (!speakTls(meeting)) return
    const tooOld = servers.every(it => above(it.minVersion, client.maxVersion))
    const tooNew = servers.every(it => above(client.minVersion, it.maxVersion))
    if (!tooOld && !tooNew) return
    const server = servers[0]!
    const [ofClient, ofServer] = tooOld ? [client.maxVersion, server.minVersion] : [client.minVersion, server.maxVersion]
    ctx.report({
      ...told(meeting, { client: ofClient.at, server: ofServer.at }),
      message: tooOld
        ? `${client.label} speaks ${ofClient.value} at most, and ${server.label} ${ofServer.value} at least: no handshake succeeds`
        : `${client.label} speaks ${ofClient.value} at least, and ${server.label} ${ofServer.value} at most: no handshake succeeds`
    })
  }
})
