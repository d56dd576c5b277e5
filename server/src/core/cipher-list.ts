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

/** What the parts of a suite are called as groups. */
const parts: Readonly<Record<string, string>> = {
  RSA: 'kRSA aRSA RSA',
  DHE: 'kDHE kEDH DHE EDH DH aRSA',
  DSS: 'kDHE kEDH DHE EDH DH aDSS DSS',
  ECDHE: 'kECDHE kEECDH ECDHE EECDH ECDH aRSA',
  ECDSA: 'kECDHE kEECDH ECDHE EECDH ECDH aECDSA ECDSA',
  ADH: 'aNULL ADH kDHE kEDH DH COMPLEMENTOFDEFAULT',
  AECDH: 'aNULL AECDH kECDHE kEECDH ECDH COMPLEMENTOFDEFAULT',
  PSK: 'kPSK aPSK PSK',
  'ECDHE-PSK': 'kECDHEPSK aPSK PSK',
  'DHE-PSK': 'kDHEPSK aPSK PSK',
  'RSA-PSK': 'kRSAPSK aRSA PSK',
  NULL: 'eNULL NULL COMPLEMENTOFALL',
  GCM128: 'AES AES128 AESGCM HIGH',
  GCM256: 'AES AES256 AESGCM HIGH',
  AES128: 'AES AES128 HIGH',
  AES256: 'AES AES256 HIGH',
  CAMELLIA128: 'CAMELLIA CAMELLIA128 HIGH',
  CAMELLIA256: 'CAMELLIA CAMELLIA256 HIGH',
  RC4: 'RC4 MEDIUM',
  EXP40: 'EXP EXPORT EXPORT40',
  EXP56: 'EXP EXPORT EXPORT56',
  DES: 'DES LOW',
  '3DES': '3DES MEDIUM',
  SHA: 'SHA SHA1',
  TLSv1: 'TLSv1 TLSv1.0'
}

/** Weak suites, with key exchange, encryption, hash and version, as OpenSSL has or had them: those that differ by their groups. */
const table: Readonly<Record<Weakness, string>> = {
  'no encryption': `
    NULL-MD5 RSA NULL MD5 SSLv3
    NULL-SHA RSA NULL SHA SSLv3
    NULL-SHA256 RSA NULL SHA256 TLSv1.2
    ECDHE-RSA-NULL-SHA ECDHE NULL SHA TLSv1
    ECDHE-ECDSA-NULL-SHA ECDSA NULL SHA TLSv1
    AECDH-NULL-SHA AECDH NULL SHA TLSv1
    PSK-NULL-SHA PSK NULL SHA SSLv3
    PSK-NULL-SHA256 PSK NULL SHA256 TLSv1
    PSK-NULL-SHA384 PSK NULL SHA384 TLSv1
    DHE-PSK-NULL-SHA DHE-PSK NULL SHA SSLv3
    DHE-PSK-NULL-SHA256 DHE-PSK NULL SHA256 TLSv1
    DHE-PSK-NULL-SHA384 DHE-PSK NULL SHA384 TLSv1
    RSA-PSK-NULL-SHA RSA-PSK NULL SHA SSLv3
    RSA-PSK-NULL-SHA256 RSA-PSK NULL SHA256 TLSv1
    RSA-PSK-NULL-SHA384 RSA-PSK NULL SHA384 TLSv1
    ECDHE-PSK-NULL-SHA ECDHE-PSK NULL SHA TLSv1
    ECDHE-PSK-NULL-SHA256 ECDHE-PSK NULL SHA256 TLSv1
    ECDHE-PSK-NULL-SHA384 ECDHE-PSK NULL SHA384 TLSv1`,
  'no authentication': `
    ADH-AES256-GCM-SHA384 ADH GCM256 AEAD TLSv1.2
    ADH-AES128-GCM-SHA256 ADH GCM128 AEAD TLSv1.2
    ADH-AES256-SHA256 ADH AES256 SHA256 TLSv1.2
    ADH-AES128-SHA256 ADH AES128 SHA256 TLSv1.2
    ADH-CAMELLIA256-SHA256 ADH CAMELLIA256 SHA256 TLSv1.2
    ADH-CAMELLIA128-SHA256 ADH CAMELLIA128 SHA256 TLSv1.2
    ADH-AES256-SHA ADH AES256 SHA SSLv3
    ADH-AES128-SHA ADH AES128 SHA SSLv3
    ADH-CAMELLIA256-SHA ADH CAMELLIA256 SHA SSLv3
    ADH-CAMELLIA128-SHA ADH CAMELLIA128 SHA SSLv3
    AECDH-AES256-SHA AECDH AES256 SHA TLSv1
    AECDH-AES128-SHA AECDH AES128 SHA TLSv1`,
  'export grade': `
    EXP-RC4-MD5 RSA EXP40 RC4 MD5 SSLv3
    EXP-DES-CBC-SHA RSA EXP40 DES SHA SSLv3
    EXP1024-DES-CBC-SHA RSA EXP56 DES SHA SSLv3
    EXP1024-RC4-SHA RSA EXP56 RC4 SHA SSLv3
    EXP-EDH-RSA-DES-CBC-SHA DHE EXP40 DES SHA SSLv3`,
  RC4: `
    RC4-MD5 RSA RC4 MD5 SSLv3
    RC4-SHA RSA RC4 SHA SSLv3
    ECDHE-RSA-RC4-SHA ECDHE RC4 SHA TLSv1
    ECDHE-ECDSA-RC4-SHA ECDSA RC4 SHA TLSv1
    PSK-RC4-SHA PSK RC4 SHA SSLv3`,
  'single DES': `
    DES-CBC-SHA RSA DES SHA SSLv3
    EDH-RSA-DES-CBC-SHA DHE DES SHA SSLv3`,
  '3DES': `
    DES-CBC3-SHA RSA 3DES SHA SSLv3
    EDH-RSA-DES-CBC3-SHA DHE 3DES SHA SSLv3
    DHE-RSA-DES-CBC3-SHA DHE 3DES SHA SSLv3
    EDH-DSS-DES-CBC3-SHA DSS 3DES SHA SSLv3
    DHE-DSS-DES-CBC3-SHA DSS 3DES SHA SSLv3
    ECDHE-RSA-DES-CBC3-SHA ECDHE 3DES SHA TLSv1
    ECDHE-ECDSA-DES-CBC3-SHA ECDSA 3DES SHA TLSv1
    PSK-3DES-EDE-CBC-SHA PSK 3DES SHA SSLv3`
}

const suites: readonly Suite[] = (Object.entries(table) as [Weakness, string][]).flatMap(([weakness, rows]) =>
  rows
    .trim()
    .split('\n')
    .map(row => {
      const [name, ...words] = row.trim().split(' ')
      return suite(name!, weakness, words.map(it => parts[it] ?? it).join(' '))
    })
)
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

function suite(name: string, weakness: Weakness, groups: string): Suite {
  return { name, weakness, groups: new Set(groups.split(' ')) }
}

/** Also by the names of the standards: `TLS_RSA_WITH_3DES_EDE_CBC_SHA`. */
function suiteNamed(word: string): Suite | undefined {
  const known = byName.get(word)
  if (known) return known
  const words = word.split(/[-_]/)
  if (words.length < 2) return undefined
  const weakness = weaknessOf(words)
  return weakness && suite(word, weakness.weakness, weakness.groups)
}

function weaknessOf(words: readonly string[]): { readonly weakness: Weakness; readonly groups: string } | undefined {
  const has = (...names: readonly string[]) => words.some(it => names.includes(it))
  const mac = has('MD5') ? 'MD5' : has('SHA') ? 'SHA SHA1' : ''
  if (has('EXP', 'EXP1024', 'EXPORT', 'EXPORT1024')) return { weakness: 'export grade', groups: `EXP EXPORT ${mac}` }
  if (has('NULL') && !has('SCSV')) return { weakness: 'no encryption', groups: `eNULL NULL ${mac}` }
  if (has('ADH', 'AECDH', 'anon')) return { weakness: 'no authentication', groups: `aNULL ${words[0]} ${mac}` }
  if (has('RC4')) return { weakness: 'RC4', groups: `RC4 MEDIUM ${mac}` }
  if (has('3DES', 'CBC3')) return { weakness: '3DES', groups: `3DES MEDIUM ${mac}` }
  return has('DES') ? { weakness: 'single DES', groups: `DES LOW ${mac}` } : undefined
}
