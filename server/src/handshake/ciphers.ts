/**
 * Which keys a cipher list leaves a suite for, up to TLS 1.2, as OpenSSL reads such lists:
 * https://docs.openssl.org/3.0/man1/openssl-ciphers/#cipher-list-format
 */
import type { Certificate } from '../x509/certificate.js'

/** Is there a suite for this certificate's key? Nothing when that is not to be told. */
export function hasSuiteFor({ publicKey: { algorithm } }: Certificate, list: string): boolean | undefined {
  const left = suitesOf(list)
  if (!left || left.length === 0) return undefined
  if (algorithm !== 'RSA' && algorithm !== 'RSA-PSS') return left.some(it => it.groups.has('aECDSA'))
  // A key exchange over plain Diffie-Hellman needs parameters, which are elsewhere.
  if (left.some(it => it.groups.has('aRSA') && !it.groups.has('kDHE'))) return true
  return left.some(it => it.groups.has('aRSA')) ? undefined : false
}

interface Suite {
  readonly name: string
  readonly groups: ReadonlySet<string>
}

const exchanges: Readonly<Record<string, string>> = {
  'ECDHE-ECDSA-': 'kECDHE kEECDH ECDHE EECDH ECDH aECDSA ECDSA',
  'ECDHE-RSA-': 'kECDHE kEECDH ECDHE EECDH ECDH aRSA',
  'DHE-RSA-': 'kDHE kEDH DHE EDH DH aRSA',
  '': 'kRSA aRSA RSA'
}
const newest = 'TLSv1.2 HIGH'
const encryptions: Readonly<Record<string, string>> = {
  'AES256-GCM-SHA384': `AES AES256 AESGCM AEAD ${newest}`,
  'AES128-GCM-SHA256': `AES AES128 AESGCM AEAD ${newest}`,
  'CHACHA20-POLY1305': `CHACHA20 AEAD ${newest}`,
  'AES256-SHA384': `AES AES256 SHA384 ${newest}`,
  'AES256-SHA256': `AES AES256 SHA256 ${newest}`,
  'AES128-SHA256': `AES AES128 SHA256 ${newest}`,
  'AES256-SHA': 'AES AES256 SHA SHA1 HIGH',
  'AES128-SHA': 'AES AES128 SHA SHA1 HIGH'
}

/** Those that clients offer by default; others meet nobody. */
const offered: readonly Suite[] = Object.entries(exchanges).flatMap(([exchange, exchangeGroups]) =>
  Object.entries(encryptions)
    .filter(([encryption]) => exists(exchange, encryption))
    .map(([encryption, groups]) => {
      const version = groups.includes('TLSv1.2') ? '' : exchange.startsWith('ECDHE') ? 'TLSv1 TLSv1.0' : 'SSLv3'
      return { name: `${exchange}${encryption}`, groups: new Set(`ALL DEFAULT ${exchangeGroups} ${groups} ${version}`.split(' ')) }
    })
)

function exists(exchange: string, encryption: string): boolean {
  if (encryption === 'CHACHA20-POLY1305') return exchange !== ''
  if (encryption === 'AES256-SHA384') return exchange.startsWith('ECDHE')
  return encryption !== 'AES256-SHA256' || !exchange.startsWith('ECDHE')
}

/** Nobody writes a longer one. */
const maxLength = 10_000
/** Words that choose by rules of their own. */
const special = /^@SECLEVEL=[3-9]|^SUITEB|^FIPS|^PROFILE|^kDHEr|^CBC/

/** `!` takes away for good, `-` for the time being, `+` only moves; what nobody knows is passed over. */
function suitesOf(list: string): readonly Suite[] | undefined {
  if (list.length > maxLength) return undefined
  let left: readonly Suite[] = []
  let allowed = offered
  for (const word of list.split(/[:,; \t\r\n]+/)) {
    if (special.test(word)) return undefined
    const bare = word.replace(/^[!+-]/, '')
    if (word.startsWith('!')) allowed = allowed.filter(it => !isMeant(it, bare))
    if (word.startsWith('!') || word.startsWith('-')) left = left.filter(it => !isMeant(it, bare))
    else if (!word.startsWith('+')) left = [...new Set([...left, ...allowed.filter(it => isMeant(it, bare))])]
  }
  return left
}

const isMeant = ({ name, groups }: Suite, word: string): boolean =>
  name === word || (word !== '' && word.split('+').every(it => groups.has(it)))

const curves: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp256r1: 'P-256',
  'P-256': 'P-256',
  secp384r1: 'P-384',
  'P-384': 'P-384',
  secp521r1: 'P-521',
  'P-521': 'P-521'
}

/** Is a client's key on none of the curves that a server wants, which in TLS 1.2 bound keys as well as the exchange? */
export function isOnOtherCurve({ publicKey: { algorithm, curve } }: Certificate, groups: string): boolean {
  if (algorithm !== 'EC' || curve === undefined || !/^[\w:.-]+$/.test(groups) || groups === 'auto') return false
  return Object.values(curves).includes(curve) && !groups.split(':').some(it => curves[it] === curve)
}
