import { addressBytes, spiffeFault } from '../x509/names.js'

export const keyKinds = ['ec', 'rsa', 'ed25519'] as const
export type KeyKind = (typeof keyKinds)[number]

/** What somebody wrote of the PKI that they want. */
export interface PkiWishes {
  /** DNS names and IP addresses that the server is reached as; the first is what it is called. */
  readonly serverNames: readonly string[]
  readonly clientName: string
  /** A SPIFFE ID for the client, or a trust domain in which server and client get one each. */
  readonly spiffe?: string
  /** How long the certificates of server and client are valid; those of the CAs last ten years, or as long as that. */
  readonly days: number
  readonly key: KeyKind
  readonly now: Date
  /** Of the PKCS#12 file; made up when it is absent. */
  readonly password?: string
}

export interface ServerName {
  readonly type: 'dns' | 'ip'
  readonly value: string
}

/** The same, understood. */
export interface DevelopmentPki extends Pick<PkiWishes, 'clientName' | 'days' | 'key' | 'now' | 'password'> {
  readonly serverNames: readonly ServerName[]
  readonly serverSpiffeId?: string
  readonly clientSpiffeId?: string
}

export const defaultWishes = { serverNames: ['localhost', '127.0.0.1', '::1'], clientName: 'client', days: 365, key: 'ec' } as const

/** What the words ask for, or why no certificate can say it. */
export function readWishes({ serverNames, clientName, spiffe, password, ...rest }: PkiWishes): DevelopmentPki | { readonly fault: string } {
  const names: ServerName[] = []
  for (const text of serverNames) {
    const name = readServerName(text)
    if (!name) return { fault: `${JSON.stringify(text)} is neither a DNS name nor an IP address` }
    names.push(name)
  }
  if (names.length === 0) return { fault: 'the server needs a name' }
  if (!/^[^\p{Cc}]{1,64}$/u.test(clientName)) return { fault: 'the name of the client has to have 1 to 64 characters' }
  // Java derives keys from no other password.
  if (password !== undefined && !/^[ -~]{1,64}$/.test(password)) return { fault: 'the password has to have 1 to 64 ASCII characters' }
  const ids = spiffe === undefined ? {} : readSpiffe(spiffe, names[0]!.value, clientName)
  return 'fault' in ids ? ids : { ...rest, ...(password !== undefined && { password }), serverNames: names, clientName, ...ids }
}

/** A wildcard may stand for the first label; names beyond ASCII have to be written as they travel (`xn--…`). */
function readServerName(text: string): ServerName | undefined {
  if (addressBytes(text)) return { type: 'ip', value: text.replace(/^\[|\]$/g, '') }
  const isName = text.length <= 253 && /^(\*\.)?[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?(\.[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?)*$/i.test(text)
  // What looks like an address and is none would never be matched.
  return isName && !/^[\d.]+$/.test(text) ? { type: 'dns', value: text.toLowerCase() } : undefined
}

type SpiffeIds = Pick<DevelopmentPki, 'serverSpiffeId' | 'clientSpiffeId'>

function readSpiffe(text: string, server: string, client: string): SpiffeIds | { readonly fault: string } {
  const id = text.startsWith('spiffe:') ? text : `spiffe://${text}`
  const fault = spiffeFault(id)
  if (fault !== undefined) return { fault: `${JSON.stringify(text)} is no SPIFFE ID: ${fault}` }
  if (/^spiffe:\/\/[^/]+\/./.test(id)) return { clientSpiffeId: id }
  const segment = (name: string) => name.replace(/[^\w.-]+/g, '-').replace(/^\.+/, '-')
  return { serverSpiffeId: `${id}/server/${segment(server)}`, clientSpiffeId: `${id}/client/${segment(client)}` }
}
