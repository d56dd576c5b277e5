/**
 * Reads cipher lists as OpenSSL writes them (https://docs.openssl.org/3.0/man1/openssl-ciphers/#cipher-list-format), in so
 * far as weak suites go. Groups such as `ALL` or `HIGH` bring none: current builds leave the weak ones out of them.
 */
export interface WeakCipher {
  /** As written: `RC4`, `DES-CBC3-SHA`. */
  readonly word: string
  /** Where it starts in the list. */
  readonly offset: number
  readonly weakness: Weakness
}

export type Weakness = 'no encryption' | 'no authentication' | 'export grade' | 'RC4' | 'single DES' | '3DES'

/** Nobody writes a longer one. */
const maxLength = 10_000

/** The words that still enable weak suites when the whole list has been read. */
export function weakCiphers(list: string): readonly WeakCipher[] {
  if (list.length > maxLength) return []
  let enabled: { readonly suite: Suite; readonly cipher: WeakCipher }[] = []
  const killed = new Set<string>()
  for (const { 0: token, index } of list.matchAll(/[^:,; \t\r\n]+/g)) {
    // A plus in front only moves what is there to the end.
    if (token.startsWith('+')) continue
    if (token.startsWith('!') || token.startsWith('-')) {
      const word = token.slice(1)
      if (token.startsWith('!')) killed.add(word)
      enabled = enabled.filter(it => !isMeant(it.suite, word))
      continue
    }
    for (const suite of weakSuitesOf(token)) {
      if ([...killed].some(it => isMeant(suite, it)) || enabled.some(it => it.suite.name === suite.name)) continue
      enabled.push({ suite, cipher: { word: token, offset: index, weakness: suite.weakness } })
    }
  }
  return [...new Map(enabled.map(({ cipher }) => [cipher.offset, cipher])).values()].sort((a, b) => a.offset - b.offset)
}

/** One weak suite with every name of a group that holds it. */
interface Suite {
  readonly name: string
  readonly weakness: Weakness
  readonly groups: ReadonlySet<string>
}

const suite = (name: string, weakness: Weakness, groups: string): Suite => ({ name, weakness, groups: new Set(groups.split(' ')) })

/** The weak suites that differ by the groups they are in; the names of others are told by their look. */
const suites: readonly Suite[] = [
  suite('NULL-MD5', 'no encryption', 'eNULL NULL kRSA aRSA RSA MD5 SSLv3 COMPLEMENTOFALL'),
  suite('NULL-SHA', 'no encryption', 'eNULL NULL kRSA aRSA RSA SHA SHA1 SSLv3 COMPLEMENTOFALL'),
  suite('NULL-SHA256', 'no encryption', 'eNULL NULL kRSA aRSA RSA SHA256 TLSv1.2 COMPLEMENTOFALL'),
  suite('ECDHE-RSA-NULL-SHA', 'no encryption', 'eNULL NULL kECDHE kEECDH ECDHE EECDH ECDH aRSA SHA SHA1 TLSv1 TLSv1.0 COMPLEMENTOFALL'),
  suite('ADH-AES128-SHA', 'no authentication', 'aNULL ADH kDHE kEDH DH AES AES128 SHA SHA1 SSLv3 HIGH COMPLEMENTOFDEFAULT'),
  suite('ADH-AES128-GCM-SHA256', 'no authentication', 'aNULL ADH kDHE kEDH DH AES AES128 AESGCM AEAD TLSv1.2 HIGH COMPLEMENTOFDEFAULT'),
  suite('ADH-RC4-MD5', 'no authentication', 'aNULL ADH kDHE kEDH DH RC4 MD5 SSLv3 MEDIUM COMPLEMENTOFDEFAULT'),
  suite(
    'AECDH-AES128-SHA',
    'no authentication',
    'aNULL AECDH kECDHE kEECDH ECDH AES AES128 SHA SHA1 TLSv1 TLSv1.0 HIGH COMPLEMENTOFDEFAULT'
  ),
  suite('EXP-RC4-MD5', 'export grade', 'EXP EXPORT EXPORT40 RC4 MD5 kRSA aRSA RSA SSLv3'),
  suite('EXP-DES-CBC-SHA', 'export grade', 'EXP EXPORT EXPORT40 DES SHA SHA1 kRSA aRSA RSA SSLv3'),
  suite('EXP1024-DES-CBC-SHA', 'export grade', 'EXP EXPORT EXPORT56 DES SHA SHA1 kRSA aRSA RSA SSLv3'),
  suite('EXP-EDH-RSA-DES-CBC-SHA', 'export grade', 'EXP EXPORT EXPORT40 DES SHA SHA1 kDHE kEDH DHE EDH DH aRSA SSLv3'),
  suite('RC4-MD5', 'RC4', 'RC4 MD5 kRSA aRSA RSA SSLv3 MEDIUM'),
  suite('RC4-SHA', 'RC4', 'RC4 SHA SHA1 kRSA aRSA RSA SSLv3 MEDIUM'),
  suite('ECDHE-RSA-RC4-SHA', 'RC4', 'RC4 SHA SHA1 kECDHE kEECDH ECDHE EECDH ECDH aRSA SSLv3 TLSv1 TLSv1.0 MEDIUM'),
  suite('ECDHE-ECDSA-RC4-SHA', 'RC4', 'RC4 SHA SHA1 kECDHE kEECDH ECDHE EECDH ECDH aECDSA ECDSA SSLv3 TLSv1 TLSv1.0 MEDIUM'),
  suite('DES-CBC-SHA', 'single DES', 'DES LOW SHA SHA1 kRSA aRSA RSA SSLv3'),
  suite('EDH-RSA-DES-CBC-SHA', 'single DES', 'DES LOW SHA SHA1 kDHE kEDH DHE EDH DH aRSA SSLv3'),
  suite('DES-CBC3-SHA', '3DES', '3DES SHA SHA1 kRSA aRSA RSA SSLv3 MEDIUM'),
  suite('EDH-RSA-DES-CBC3-SHA', '3DES', '3DES SHA SHA1 kDHE kEDH DHE EDH DH aRSA SSLv3 MEDIUM'),
  suite('EDH-DSS-DES-CBC3-SHA', '3DES', '3DES SHA SHA1 kDHE kEDH DHE EDH DH aDSS DSS SSLv3 MEDIUM'),
  suite('ECDHE-RSA-DES-CBC3-SHA', '3DES', '3DES SHA SHA1 kECDHE kEECDH ECDHE EECDH ECDH aRSA SSLv3 TLSv1 TLSv1.0 MEDIUM'),
  suite('ECDHE-ECDSA-DES-CBC3-SHA', '3DES', '3DES SHA SHA1 kECDHE kEECDH ECDHE EECDH ECDH aECDSA ECDSA SSLv3 TLSv1 TLSv1.0 MEDIUM')
]
const byName = new Map(suites.map(it => [it.name, it]))

/** Groups that hold nothing but weak suites. */
const weakGroups = new Set([
  ...['eNULL', 'NULL', 'COMPLEMENTOFALL', 'aNULL', 'ADH', 'AECDH', 'EXP', 'EXPORT', 'EXPORT40', 'EXPORT56'],
  ...['RC4', 'LOW', 'DES', '3DES']
])

/** What a word adds: the suite that it names, or those that are in all groups which it joins by `+`, a weak one among them. */
function weakSuitesOf(word: string): readonly Suite[] {
  const named = suiteNamed(word)
  if (named) return [named]
  return word.split('+').some(it => weakGroups.has(it)) ? suites.filter(it => isMeant(it, word)) : []
}

const isMeant = (suite: Suite, word: string): boolean =>
  suite.name === word || word.split('+').every(it => suite.groups.has(it) || (it === 'ALL' && suite.weakness !== 'no encryption'))

/** Also by the names of the standards: `TLS_RSA_WITH_3DES_EDE_CBC_SHA`. */
function suiteNamed(word: string): Suite | undefined {
  const known = byName.get(word)
  if (known) return known
  const parts = word.split(/[-_]/)
  if (parts.length < 2) return undefined
  const weakness = weaknessOf(parts)
  return weakness && suite(word, weakness.weakness, weakness.groups)
}

function weaknessOf(parts: readonly string[]): { readonly weakness: Weakness; readonly groups: string } | undefined {
  const has = (...names: readonly string[]) => parts.some(it => names.includes(it))
  const mac = has('MD5') ? 'MD5' : has('SHA') ? 'SHA SHA1' : ''
  if (has('EXP', 'EXP1024', 'EXPORT', 'EXPORT1024')) return { weakness: 'export grade', groups: `EXP EXPORT ${mac}` }
  if (has('NULL') && !has('SCSV')) return { weakness: 'no encryption', groups: `eNULL NULL ${mac}` }
  if (has('ADH', 'AECDH', 'anon')) return { weakness: 'no authentication', groups: `aNULL ${parts[0]} ${mac}` }
  if (has('RC4')) return { weakness: 'RC4', groups: `RC4 MEDIUM ${mac}` }
  if (has('3DES', 'CBC3')) return { weakness: '3DES', groups: `3DES MEDIUM ${mac}` }
  return has('DES') ? { weakness: 'single DES', groups: `DES LOW ${mac}` } : undefined
}
