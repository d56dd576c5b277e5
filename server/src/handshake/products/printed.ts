/** What a client prints when a handshake fails, for those clients that somebody looks at while they run. */
import type { ProductId, TlsVersion } from '../../core/model.js'
import { readByOpenssl } from '../alerts.js'

/** How it ended. */
export interface Ending {
  readonly side: 'client' | 'server'
  /** What that side says. */
  readonly text: string
  /** What the other side sent. */
  readonly alert: string | null
  /** Absent when the two did not get that far. */
  readonly version?: TlsVersion
}

export type Printer = (ending: Ending) => string | undefined

/** Measured on curl 7.88, OpenSSL 3.0 and Node 20; held against what is installed by test/servers/client-prints.test.ts. */
export const printers: Readonly<Partial<Record<ProductId, Printer>>> = {
  curl({ side, text, alert, version }) {
    if (side === 'client') return text === wrongVersion ? `curl: (35) error:0A00010B:SSL routines::${text}` : own(text, 'curl: (')
    // Hung up on after the handshake: in TLS 1.2 it depends on how far the server let that come.
    if (alert === null) return version === 'TLSv1.3' ? hungUpOn : undefined
    const read = readByOpenssl(alert)?.replace(/:SSL alert number \d+$/, '')
    if (read === undefined) return undefined
    // In TLS 1.3 the handshake of the client is over when the server looks at its certificate.
    return version === 'TLSv1.3' ? `curl: (56) OpenSSL SSL_read: ${read}, errno 0` : `curl: (35) ${read}`
  },
  s_client({ side, text, alert }) {
    if (side === 'client') return text === wrongVersion ? `error:0A00010B:SSL routines:ssl3_get_record:${text}` : own(text, 'verify error:')
    return alert === null ? undefined : inFunction(alert)
  },
  node({ side, text, alert, version }) {
    if (side === 'client')
      return /^[A-Z][A-Z\d_]+: /.test(text) ? `Error: ${text.replace(/^([A-Z\d_]+): (.*)$/s, "$2 (code: '$1')")}` : undefined
    const read = alert === null ? undefined : inFunction(alert)
    if (read === undefined) return undefined
    // What breaks the handshake breaks the writing of its next message.
    if (version !== 'TLSv1.3') return `Error: write EPROTO ${read} (code: 'EPROTO')`
    const reason = /ssl3_read_bytes:(.*):SSL alert/.exec(read)![1]!
    return `Error: ${read} (code: 'ERR_SSL_${reason.toUpperCase().replace(/ /g, '_')}')`
  }
}

const wrongVersion = 'wrong version number'

/** The second one where its request was still on the way to the server. */
const hungUpOn = 'curl: (52) Empty reply from server, or curl: (56) Recv failure: Connection reset by peer'

/** Words that are already those that it prints. */
const own = (text: string, start: string): string | undefined => (text.startsWith(start) ? text : undefined)

/** As OpenSSL tells it where its errors name functions. */
const inFunction = (alert: string): string | undefined => readByOpenssl(alert)?.replace('SSL routines::', 'SSL routines:ssl3_read_bytes:')
