import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { sourceFile } from '../server/src/core/text.js'
import { verifyPathInput } from '../server/src/path/library.js'
import { verifierIds, verifiers } from '../server/src/path/verifiers/index.js'
import { type PathQuestion, type PathVerdict, verifyPath } from '../server/src/path/verify.js'
import { parsePem } from '../server/src/x509/pem.js'
import { explicit, oid, sequence } from './der.js'
import { makePki } from './pki.js'
import { verifiersTable } from './verifiers-table.js'

type Question = Partial<Omit<PathQuestion, 'endEntity' | 'intermediates' | 'trustAnchors' | 'crls'>> & {
  readonly leaf?: string
  readonly sent?: readonly string[]
  readonly trust: readonly string[]
  readonly crls?: readonly string[]
  readonly elsewhere?: never
}

const now = new Date('2026-06-01T00:00:00Z')

/** Certificates in words, then a question about them by name. */
function judge(pki: string, { leaf = 'leaf', sent = [], trust, crls, ...rest }: Question): PathVerdict {
  const files = makePki(pki)
  const blocks = (name: string) => parsePem(sourceFile(`/${name}`, files.get(`${name}.pem`) ?? files.get(name) ?? ''))
  const certificates = (names: readonly string[]) => names.flatMap(it => blocks(it).certificates)
  return verifyPath({
    endEntity: certificates([leaf])[0]!,
    intermediates: certificates(sent),
    trustAnchors: certificates(trust),
    purpose: 'client',
    verifier: 'openssl',
    at: now,
    ...rest,
    ...(crls && { crls: crls.flatMap(it => blocks(it).blocks) })
  })
}

/** `20@0 21@0`: what OpenSSL's callback sees, in its order. */
const reported = (verdict: PathVerdict) => verdict.reported.map(it => `${it.openssl}@${it.depth}`).join(' ')

const chain = `
root.pem:
ca.pem: {issuer: root}
leaf.pem: {issuer: ca, eku: client}
`

describe('what nginx (the last number) and HAProxy (the first) say of clients, as measured on running servers', () => {
  const facts: readonly (readonly [words: string, pki: string, question: Question, numbers: string])[] = [
    ['a complete chain', chain, { sent: ['ca'], trust: ['root'] }, ''],
    ['a lone leaf, its issuer in the bundle', chain, { trust: ['root', 'ca'] }, ''],
    ['a lone leaf, its issuer neither trusted nor sent', chain, { trust: ['root'] }, '20@0 21@0'],
    ['the issuer sent, its root not trusted', `${chain}other.pem:`, { sent: ['ca'], trust: ['other'] }, '20@1'],
    ['the root sent, not trusted', `${chain}other.pem:`, { sent: ['ca', 'root'], trust: ['other'] }, '19@2'],
    ['a self-signed leaf, not trusted', 'leaf.pem: {ca: false}\nroot.pem:', { trust: ['root'] }, '18@0'],
    ['a self-signed leaf that is trusted itself', 'leaf.pem: {ca: false}', { trust: ['leaf'] }, ''],
    ['only the intermediate trusted', chain, { trust: ['ca'] }, '2@1'],
    ['only the intermediate trusted, the root sent', chain, { sent: ['root'], trust: ['ca'] }, '2@1'],
    ['the intermediate trusted with partial chains', chain, { trust: ['ca'], partialChain: true }, ''],
    ['the leaf itself trusted, lone', chain, { trust: ['leaf'] }, '20@0 21@0'],
    ['an expired leaf', chain.replace('eku: client', 'eku: client, notAfter: 2024-01-01'), { sent: ['ca'], trust: ['root'] }, '10@0'],
    [
      'an expired leaf of an unknown CA',
      chain.replace('eku: client', 'eku: client, notAfter: 2024-01-01'),
      { trust: ['root'] },
      '20@0 21@0 10@0'
    ],
    [
      'an expired serverAuth leaf',
      chain.replace('eku: client', 'eku: server, notAfter: 2024-01-01'),
      { sent: ['ca'], trust: ['root'] },
      '26@0 10@0'
    ],
    ['anyExtendedKeyUsage alone', chain.replace('eku: client', 'eku: any'), { sent: ['ca'], trust: ['root'] }, '26@0'],
    [
      'a CA with CA:FALSE',
      chain.replace('issuer: root', 'issuer: root, ca: false, ku: keyCertSign'),
      { sent: ['ca'], trust: ['root'] },
      '79@1 26@1'
    ],
    [
      'a CA without keyCertSign',
      chain.replace('issuer: root', 'issuer: root, ku: cRLSign'),
      { sent: ['ca'], trust: ['root'] },
      '79@1 26@1 32@1'
    ],
    [
      'a CA restricted to serverAuth',
      chain.replace('issuer: root', 'issuer: root, eku: server'),
      { sent: ['ca'], trust: ['root'] },
      '26@1'
    ],
    [
      'a path length exceeded',
      'root.pem:\nupper.pem: {issuer: root, pathLength: 0}\nca.pem: {issuer: upper}\nleaf.pem: {issuer: ca, eku: client}',
      { sent: ['ca', 'upper'], trust: ['root'] },
      '25@2'
    ],
    [
      'a name outside of the permitted',
      chain.replace('issuer: root', 'issuer: root, permitted: [example.com]').replace('eku: client', 'eku: client, san: [a.other.test]'),
      { sent: ['ca'], trust: ['root'] },
      '47@0'
    ],
    [
      'an excluded name',
      chain.replace('issuer: root', 'issuer: root, excluded: [other.test]').replace('eku: client', 'eku: client, san: [a.other.test]'),
      { sent: ['ca'], trust: ['root'] },
      '48@0'
    ],
    [
      'an issuer of the right name with another key and no key identifiers',
      'root.pem: {ca: true, noKeyIdentifiers: true}\nthief.pem: {subject: CN=root, noKeyIdentifiers: true}\nleaf.pem: {issuer: thief, eku: client, noKeyIdentifiers: true}',
      { trust: ['root'] },
      '7@0'
    ],
    [
      'the same with key identifiers',
      'root.pem:\nthief.pem: {subject: CN=root}\nleaf.pem: {issuer: thief, eku: client}',
      { trust: ['root'] },
      '20@0 21@0'
    ],
    ['an RSA 1024 leaf', chain.replace('eku: client', 'eku: client, key: rsa1024'), { sent: ['ca'], trust: ['root'] }, '66@0'],
    ['an RSA 1024 leaf of an unknown CA', chain.replace('eku: client', 'eku: client, key: rsa1024'), { trust: ['root'] }, '66@0 66@0 21@0'],
    ['an RSA 1024 CA', chain.replace('issuer: root', 'issuer: root, key: rsa1024'), { sent: ['ca'], trust: ['root'] }, '67@1'],
    ['a SHA-1 signature', chain.replace('eku: client', 'eku: client, hash: sha1'), { sent: ['ca'], trust: ['root'] }, '68@0'],
    ['a chain longer than the depth', chain, { sent: ['ca'], trust: ['root'], maxDepth: 0 }, '22@1 20@1'],
    ['the same with the CA in the bundle', chain, { trust: ['root', 'ca'], maxDepth: 0 }, '22@1 2@1']
  ]
  for (const [words, pki, question, numbers] of facts) {
    test(words, () => {
      const verdict = judge(pki, question)
      assert.equal(reported(verdict), numbers)
      assert.equal(verdict.verified, numbers === '')
    })
  }
})

describe('trust settings in the bundle', () => {
  const files = makePki(chain)
  const certificate = (text: string) => parsePem(sourceFile('/x', text)).certificates[0]!
  /** What `openssl x509 -trustout` appends: trusted and rejected purposes. */
  const withTrust = (name: string, ...settings: readonly Uint8Array[]) => {
    const body = Buffer.concat([certificate(files.get(name)!).der, sequence(...settings)]).toString('base64')
    return certificate(`-----BEGIN TRUSTED CERTIFICATE-----\n${body.replace(/.{64}(?=.)/g, '$&\n')}\n-----END TRUSTED CERTIFICATE-----\n`)
  }
  const clientAuth = oid('1.3.6.1.5.5.7.3.2')
  const serverAuth = oid('1.3.6.1.5.5.7.3.1')
  const ask = (...trustAnchors: PathQuestion['trustAnchors']) =>
    verifyPath({
      endEntity: certificate(files.get('leaf.pem')!),
      intermediates: [certificate(files.get('ca.pem')!)],
      trustAnchors,
      purpose: 'client',
      verifier: 'openssl',
      at: now
    })
  const root = certificate(files.get('root.pem')!)
  test('a root that is rejected for clients: nginx says 26', () => {
    assert.equal(reported(ask(withTrust('root.pem', explicit(0, clientAuth)))), '28@2 28@2 26@2')
  })
  test('a root that is trusted for servers only', () => {
    assert.equal(reported(ask(withTrust('root.pem', sequence(serverAuth)))), '28@2 28@2 26@2')
  })
  test('an intermediate that is trusted for clients ends the path', () => {
    const verdict = ask(withTrust('ca.pem', sequence(clientAuth)), root)
    assert.equal(verdict.verified, true)
    assert.equal(verdict.path.length, 2)
  })
})

describe('revocation', () => {
  const lists = `${chain}root.crl: {crl: root}\nca.crl: {crl: ca}\n`
  const asked = { sent: ['ca'], trust: ['root'] }
  const facts: readonly (readonly [words: string, pki: string, crls: readonly string[], numbers: string])[] = [
    ['a list of every CA', lists, ['root.crl', 'ca.crl'], ''],
    ['the root’s list missing', lists, ['ca.crl'], '3@1 3@2'],
    ['a revoked leaf', lists.replace('crl: ca', 'crl: ca, revoked: [leaf]'), ['root.crl', 'ca.crl'], '23@0'],
    ['a revoked CA', lists.replace('crl: root', 'crl: root, revoked: [ca]'), ['root.crl', 'ca.crl'], '23@1'],
    ['a list out of date', lists.replace('crl: ca', 'crl: ca, nextUpdate: 2025-01-01'), ['root.crl', 'ca.crl'], '12@0'],
    ['a list signed by another', lists.replace('crl: ca', 'crl: ca, signedBy: root'), ['root.crl', 'ca.crl'], '8@0'],
    ['a CA that may not sign lists', lists.replace('issuer: root', 'issuer: root, ku: keyCertSign'), ['root.crl', 'ca.crl'], '35@0']
  ]
  for (const [words, pki, crls, numbers] of facts) {
    test(words, () => assert.equal(reported(judge(pki, { ...asked, crls })), numbers))
  }
})

describe('explanations', () => {
  test('name the certificate that is missing, its key and where to get it', () => {
    const verdict = judge(chain.replace('eku: client', 'eku: client, aia: "http://pki.example/ca.der"'), { trust: ['root'] })
    const [error] = verdict.errors
    assert.equal(error?.code, 'unable-to-get-local-issuer-certificate')
    assert.match(
      error?.hint ?? '',
      /^Add the certificate of ca \(key identifier [0-9a-f]{40}\): the issuer offers it at http:\/\/pki\.example\/ca\.der$/
    )
  })
  test('say when the missing certificate lies elsewhere in the workspace', () => {
    const files = makePki(chain)
    const read = (name: string) => parsePem(sourceFile(`/deploy/${name}`, files.get(name)!)).certificates[0]!
    const verdict = verifyPath({
      endEntity: read('leaf.pem'),
      intermediates: [],
      trustAnchors: [read('root.pem')],
      purpose: 'client',
      verifier: 'openssl',
      at: now,
      elsewhere: [read('ca.pem')]
    })
    assert.match(verdict.errors[0]?.hint ?? '', /it is in \/deploy\/ca\.pem$/)
  })
  test('put what ends the path before what follows from it', () => {
    const verdict = judge(chain.replace('eku: client', 'eku: server, notAfter: 2024-01-01'), { trust: ['root'] })
    assert.deepEqual(
      verdict.errors.map(it => it.openssl),
      [20, 10, 26]
    )
  })
  test('show the most promising path of those that were tried', () => {
    const pki = 'root.pem:\nold.pem: {subject: CN=ca, issuer: root, notAfter: 2024-01-01}\nleaf.pem: {issuer: old, eku: client}'
    const verdict = judge(pki, { sent: ['old'], trust: ['root'], verifier: 'go' })
    assert.deepEqual(
      verdict.errors.map(it => [it.message, it.depth]),
      [['x509: certificate has expired or is not yet valid', 1]]
    )
    assert.equal(verdict.path.length, 3)
  })
})

describe('verifiers differ', () => {
  const verdicts = (pki: string, question: Question) =>
    verifierIds.filter(verifier => judge(pki, { ...question, verifier }).verified).join(' ')
  test('on an intermediate as the only trust anchor', () => {
    assert.equal(verdicts(chain, { trust: ['ca'] }), 'boringssl go java rustls gnutls rfc5280')
  })
  test('on anyExtendedKeyUsage alone', () => {
    assert.equal(verdicts(chain.replace('eku: client', 'eku: any'), { sent: ['ca'], trust: ['root'] }), 'go java gnutls rfc5280')
  })
  test('on an expired trust anchor', () => {
    assert.equal(verdicts(chain.replace('root.pem:', 'root.pem: {notAfter: 2024-01-01}'), { sent: ['ca'], trust: ['root'] }), 'java rustls')
  })
  test('on the end entity as the only trust anchor', () => {
    assert.equal(verdicts(chain, { trust: ['leaf'] }), 'boringssl go java')
    assert.equal(verdicts(chain, { sent: ['ca'], trust: ['leaf'] }), 'boringssl go java')
  })
  test('on the purpose of what is trusted', () => {
    assert.equal(verdicts('leaf.pem: {ca: false, eku: server}', { trust: ['leaf'] }), 'boringssl java')
    assert.equal(
      verdicts(chain.replace('root.pem:', 'root.pem: {eku: server}'), { sent: ['ca'], trust: ['root'] }),
      'boringssl java rustls gnutls'
    )
  })
  test('on an expired root above an intermediate that is trusted too', () => {
    const old = chain.replace('root.pem:', 'root.pem: {notAfter: 2024-01-01}')
    assert.equal(verdicts(old, { trust: ['ca', 'root'] }), 'go java rustls gnutls rfc5280')
  })
  test('and every knob of each says where its setting is written', () => {
    for (const id of verifierIds) {
      const { id: named, title, sources, ...knobs } = verifiers[id]
      assert.equal(named, id)
      assert.ok(title.length > 1)
      for (const knob of Object.keys(knobs))
        assert.ok((sources[knob as keyof typeof sources] ?? '').length > 3, `${id}.${knob} cites nothing`)
    }
  })
})

test('docs/verifiers.md shows the verifiers as they are', () => {
  const written = readFileSync(new URL('../docs/verifiers.md', import.meta.url), 'utf8')
  assert.equal(written, verifiersTable(), 'run `npm run rules`')
})

describe('the builder and the validator', () => {
  test('know knobs, never products', () => {
    const folder = new URL('../server/src/path/', import.meta.url)
    for (const file of readdirSync(folder).filter(it => it.endsWith('.ts'))) {
      const compared = /(?:case|[!=]==) '(?:openssl|boringssl|go|java|rustls|gnutls|rfc5280)'/.exec(
        readFileSync(new URL(file, folder), 'utf8')
      )
      assert.equal(compared, null, `${file} asks which product it is: ${compared?.[0]}`)
    }
  })
})

describe('the budget', () => {
  /** Cross-certificates between all CAs of one name and key, none of which leads to the anchor. */
  const crowd = Array.from({ length: 60 }, (_, index) => `ca${index}.pem: {subject: CN=Crowd, issuer: first, serial: ${index + 1}}`).join(
    '\n'
  )
  test('ends a search among many CAs of one name', () => {
    const pki = `root.pem:\nfirst.pem: {subject: CN=Crowd, issuer: root, notAfter: 2024-01-01}\n${crowd}\nleaf.pem: {issuer: first, eku: client}`
    const sent = ['first', ...Array.from({ length: 60 }, (_, index) => `ca${index}`)]
    const started = performance.now()
    const verdict = judge(pki, { sent, trust: ['root'], verifier: 'rfc5280' })
    assert.equal(verdict.verified, false)
    assert.ok(verdict.undecided !== undefined || verdict.errors.length > 0)
    assert.ok(performance.now() - started < 10_000)
  })
  test('is an answer, where CAs that all signed each other lead nowhere', () => {
    const numbers = Array.from({ length: 9 }, (_, index) => index)
    const crossed = numbers.flatMap(i => numbers.filter(j => j !== i && j !== 0).map(j => [i, j] as const))
    const pki = [
      'root.pem:',
      'c0.pem: {issuer: root, notAfter: 2024-01-01}',
      ...numbers.slice(1).map(it => `c${it}.pem: {issuer: c0}`),
      ...crossed.map(([i, j]) => `x${i}-${j}.pem: {subject: CN=c${i}, sameKeyAs: c${i}, ca: true, issuer: c${j}}`),
      'leaf.pem: {issuer: c1, eku: client}'
    ].join('\n')
    const sent = [...numbers.map(it => `c${it}`), ...crossed.map(([i, j]) => `x${i}-${j}`)]
    const started = performance.now()
    for (const verifier of ['go', 'java', 'rustls', 'rfc5280'] as const) {
      const verdict = judge(pki, { sent, trust: ['root'], verifier })
      assert.deepEqual([verdict.verified, verdict.undecided], [false, 'no answer was found within the budget of steps and signatures'])
    }
    assert.ok(performance.now() - started < 10_000)
  })
})

describe('the library', () => {
  const files = makePki(chain)
  test('takes PEM text and answers in JSON', () => {
    const bundle = `${files.get('leaf.pem')}${files.get('ca.pem')}`
    const result = verifyPathInput({ endEntity: bundle, trustAnchors: [files.get('root.pem')!], at: now })
    assert.equal(result.verified, true)
    assert.deepEqual(
      result.path.map(it => it.subject),
      ['CN=leaf', 'CN=ca', 'CN=root']
    )
    assert.deepEqual(JSON.parse(JSON.stringify(result)), result)
  })
  test('takes DER bytes, and says which input is no certificate', () => {
    const der = (name: string) => parsePem(sourceFile('/x', files.get(name)!)).certificates[0]!.der
    const result = verifyPathInput({ endEntity: der('leaf.pem'), trustAnchors: [der('root.pem')], at: now })
    assert.deepEqual(
      result.errors.map(({ code, openssl, depth, subject }) => ({ code, openssl, depth, subject })),
      [{ code: 'unable-to-get-local-issuer-certificate', openssl: 20, depth: 0, subject: 'CN=leaf' }]
    )
    assert.throws(() => verifyPathInput({ endEntity: new Uint8Array([1, 2]), trustAnchors: [] }), /^TypeError: endEntity/)
  })
})
