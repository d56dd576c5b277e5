import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { sourceFile } from '../server/src/core/text.js'
import { verifyPathInput } from '../server/src/path/library.js'
import { verifierIds } from '../server/src/path/verifiers/index.js'
import { type PathQuestion, type PathVerdict, verifyPath } from '../server/src/path/verify.js'
import { isOcspError, ocspBlocksOf, ocspOf } from '../server/src/x509/ocsp.js'
import { derBlock, type PemBlock, parsePem } from '../server/src/x509/pem.js'
import { installed } from './path/tools.js'
import { makePki } from './pki.js'

const run = promisify(execFile)

const pki = `
root.pem: {notAfter: 2099-01-01}
root.key: {key: root}
ca.pem: {issuer: root, serial: 77, notAfter: 2090-01-01}
ca.key: {key: ca}
rsa-ca.pem: {issuer: root, key: rsa2048, notAfter: 2090-01-01}
rsa-ca.key: {key: rsa-ca}
other.pem: {notAfter: 2099-01-01}
other.key: {key: other}
responder.pem: {issuer: ca, eku: ocspSigning, notAfter: 2090-01-01}
responder.key: {key: responder}
helper.pem: {issuer: ca, eku: client, notAfter: 2090-01-01}
helper.key: {key: helper}
late.pem: {issuer: ca, eku: ocspSigning, notBefore: 2020-01-01, notAfter: 2021-01-01}
late.key: {key: late}
stranger.pem: {issuer: root, eku: ocspSigning, notAfter: 2090-01-01}
stranger.key: {key: stranger}
leaf.pem: {issuer: ca, eku: client, serial: 4660, notAfter: 2090-01-01}
leaf.key: {key: leaf}
rsa-leaf.pem: {issuer: rsa-ca, eku: client, serial: 4661, notAfter: 2090-01-01}
`

const statusOf = { good: 'V\t900101000000Z\t', revoked: 'R\t900101000000Z\t240101000000Z,keyCompromise', unknown: '' } as const

interface Wanted {
  readonly leaf?: 'leaf' | 'rsa-leaf' | 'ca'
  readonly ca?: 'ca' | 'rsa-ca' | 'root'
  readonly signer?: string
  readonly status?: keyof typeof statusOf
  readonly hash?: 'sha1' | 'sha256'
  /** By key rather than by name. */
  readonly byKey?: boolean
  readonly noCertificates?: boolean
}

/** How many days from now the question is asked. */
const soon = (days = 0) => new Date(Date.now() + days * 86_400_000)

describe('OCSP responses made by the real OpenSSL', () => {
  let folder = ''
  let version: string | undefined
  const files = makePki(pki)
  const certificates = (names: readonly string[]) =>
    names.flatMap(it => parsePem(sourceFile(`/${it}`, files.get(`${it}.pem`)!)).certificates)
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ocsp-'))
    version = await installed('openssl', ['version'])
    for (const [name, text] of files) writeFileSync(join(folder, name), text)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  let made = 0
  async function respond({ leaf = 'leaf', ca = 'ca', signer = ca, status = 'good', hash = 'sha1', byKey, noCertificates }: Wanted) {
    const at = (name: string) => join(folder, name)
    const number = ++made
    const [certificate] = certificates([leaf])
    const line = statusOf[status] && `${statusOf[status]}\t${certificate!.serialNumber}\tunknown\t/CN=${leaf}\n`
    writeFileSync(at(`index${number}.txt`), line)
    writeFileSync(at(`index${number}.txt.attr`), '')
    const asked = [`-${hash}`, '-issuer', at(`${ca}.pem`), '-cert', at(`${leaf}.pem`), '-no_nonce']
    await run('openssl', ['ocsp', ...asked, '-reqout', at(`request${number}.der`)])
    await run('openssl', [
      ...[
        'ocsp',
        '-index',
        at(`index${number}.txt`),
        '-CA',
        at(`${ca}.pem`),
        '-rsigner',
        at(`${signer}.pem`),
        '-rkey',
        at(`${signer}.key`)
      ],
      ...['-reqin', at(`request${number}.der`), '-respout', at(`response${number}.der`), '-ndays', '7'],
      ...(byKey ? ['-resp_key_id'] : []),
      ...(noCertificates ? ['-resp_no_certs'] : [])
    ])
    return new Uint8Array(readFileSync(at(`response${number}.der`)))
  }

  const blockOf = (der: Uint8Array): PemBlock => derBlock({ path: '/response.der', text: '', encoding: 'binary' }, der, 'other')

  function judge(responses: readonly Uint8Array[], more: Partial<PathQuestion> & { leaf?: string; ca?: string } = {}): PathVerdict {
    const { leaf = 'leaf', ca = 'ca', ...rest } = more
    return verifyPath({
      endEntity: certificates([leaf])[0]!,
      intermediates: leaf === 'ca' ? [] : certificates([ca]),
      trustAnchors: certificates(['root']),
      purpose: 'any',
      verifier: 'openssl',
      at: soon(),
      ocspResponses: responses.map(blockOf),
      ...rest
    })
  }

  /** What `openssl ocsp` itself says of the response it made. */
  async function real(response: Uint8Array, leaf: string, ca: string, hash: string): Promise<string> {
    writeFileSync(join(folder, 'asked.der'), response)
    const at = (name: string) => join(folder, name)
    const words = ['ocsp', '-respin', at('asked.der'), `-${hash}`, '-issuer', at(`${ca}.pem`), '-cert', at(`${leaf}.pem`), '-no_nonce']
    const { stdout, stderr } = await run('openssl', [...words, '-CAfile', at('root.pem'), '-verify_other', at(`${ca}.pem`)]).catch(
      (error: { stdout: string; stderr: string }) => error
    )
    const status = /\.pem: (good|revoked|unknown)/.exec(stdout)?.[1]
    return stderr.includes('Response verify OK') && status ? status : 'failed'
  }

  const codes = (verdict: PathVerdict) => verdict.errors.map(it => `${it.openssl}@${it.depth}`).join(' ')
  const expected: Readonly<Record<string, string>> = { good: '', revoked: '23@0', unknown: '75@0', failed: '74@0' }

  const cases: readonly (readonly [words: string, wanted: Wanted, answer: string, hint?: RegExp])[] = [
    ['good, signed by the CA', {}, 'good'],
    ['good, signed by the CA and without any certificate', { noCertificates: true }, 'good'],
    ['good, by an RSA CA, identified by its key', { leaf: 'rsa-leaf', ca: 'rsa-ca', byKey: true }, 'good'],
    ['good, asked for with SHA-256', { hash: 'sha256' }, 'good'],
    ['good, signed by a delegated responder', { signer: 'responder' }, 'good'],
    ['good, signed by a delegated responder that is identified by its key', { signer: 'responder', byKey: true }, 'good'],
    ['revoked', { status: 'revoked' }, 'revoked', /^The OCSP responder of ca says that leaf is revoked/],
    ['revoked, says a delegated responder', { status: 'revoked', signer: 'responder' }, 'revoked'],
    ['unknown', { status: 'unknown' }, 'unknown', /leaf is unknown to it/],
    [
      'signed by a certificate of the CA that is not made for it',
      { signer: 'helper' },
      'failed',
      /helper .* lacks the extended key usage OCSPSigning$/
    ],
    ['signed by the end entity itself', { signer: 'leaf' }, 'failed', /lacks the extended key usage OCSPSigning$/],
    ['signed by a responder of another CA', { signer: 'stranger' }, 'failed', /^stranger signed the OCSP response, but ca did not issue/],
    ['signed by a strange root', { signer: 'other' }, 'failed', /^other signed/],
    ['signed by the root, above the CA', { signer: 'root' }, 'failed', /^root signed the OCSP response, but ca did not issue/],
    ['signed by a responder whose certificate is over', { signer: 'late' }, 'failed', /late is not valid at this time$/],
    ['revoked, said by nobody who may say so', { status: 'revoked', signer: 'other' }, 'failed'],
    [
      'signed by a responder whose certificate is not at hand',
      { signer: 'responder', noCertificates: true },
      'failed',
      /not at hand: responder$/
    ]
  ]
  for (const [words, wanted, answer, hint] of cases) {
    test(words, async t => {
      if (!version) return t.skip('openssl is not installed')
      const response = await respond(wanted)
      const { leaf = 'leaf', ca = 'ca', hash = 'sha1' } = wanted
      const verdict = judge([response], { leaf, ca })
      assert.equal(codes(verdict), expected[answer])
      assert.equal(verdict.verified, answer === 'good')
      assert.equal(await real(response, leaf, ca, hash), answer, 'openssl ocsp says otherwise')
      if (hint) assert.match(verdict.errors[0]?.hint ?? '', hint)
    })
  }

  test('a response counts from its thisUpdate to its nextUpdate', async t => {
    if (!version) return t.skip('openssl is not installed')
    const response = await respond({})
    assert.equal(codes(judge([response], { at: soon(6.9) })), '')
    assert.equal(codes(judge([response], { at: soon(7.1) })), '74@0')
    assert.match(
      judge([response], { at: soon(7.1) }).errors[0]?.hint ?? '',
      /^The OCSP response ended at \d{4}-.* UTC: fetch the current one$/
    )
    assert.equal(codes(judge([response], { at: soon(-1) })), '74@0')
    // Four minutes of difference between clocks are nothing to OpenSSL's applications, and too much for the RFC.
    const early = soon(-4 / 24 / 60)
    assert.equal(codes(judge([response], { at: early })), '')
    assert.equal(codes(judge([response], { at: early, verifier: 'rfc5280' })), '74@0')
    // One that does not decode takes nothing from the other.
    assert.equal(codes(judge([new Uint8Array(response.slice(0, 40)), response])), '')
  })

  test('verifiers that read no response let a revoked certificate pass', async t => {
    if (!version) return t.skip('openssl is not installed')
    const [revoked, unknown] = [await respond({ status: 'revoked' }), await respond({ status: 'unknown' })]
    const passing = (response: Uint8Array) => verifierIds.filter(verifier => judge([response], { verifier }).verified).join(' ')
    assert.equal(passing(revoked), 'boringssl go rustls')
    assert.equal(passing(unknown), 'boringssl go rustls gnutls')
  })

  test('who wants to know of every CA, and who only of the end entity', async t => {
    if (!version) return t.skip('openssl is not installed')
    const [leaf, ca] = [await respond({}), await respond({ leaf: 'ca', ca: 'root' })]
    assert.equal(codes(judge([leaf], { verifier: 'java' })), '73@1')
    assert.equal(codes(judge([leaf, ca], { verifier: 'java' })), '')
    assert.equal(codes(judge([leaf])), '')
    const revokedCa = await respond({ leaf: 'ca', ca: 'root', status: 'revoked' })
    assert.equal(codes(judge([leaf, revokedCa])), '23@1')
    assert.equal(codes(judge([ca])), '73@0')
    assert.match(judge([ca]).errors[0]?.hint ?? '', /^None of the OCSP responses given is about leaf$/)
  })

  test('a good response stands in for a CRL where the verifier has it so', async t => {
    if (!version) return t.skip('openssl is not installed')
    const [leaf, ca] = [await respond({}), await respond({ leaf: 'ca', ca: 'root' })]
    for (const verifier of ['java', 'rfc5280'] as const)
      assert.equal(codes(judge([leaf, ca], { verifier, crls: [], partialChain: true })).includes('@0'), false)
    assert.equal(codes(judge([leaf, ca], { crls: [] })), '3@0 3@1 3@2')
  })

  test('the library takes DER and PEM', async t => {
    if (!version) return t.skip('openssl is not installed')
    const der = await respond({ status: 'revoked', signer: 'responder' })
    const pem = `-----BEGIN OCSP RESPONSE-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END OCSP RESPONSE-----\n`
    for (const response of [der, pem]) {
      const result = verifyPathInput({
        endEntity: files.get('leaf.pem')!,
        intermediates: [files.get('ca.pem')!],
        trustAnchors: [files.get('root.pem')!],
        ocsp: [response]
      })
      assert.deepEqual(
        result.errors.map(it => it.code),
        ['certificate-revoked']
      )
    }
  })

  test('a damaged response convinces nobody, and harms nobody', async t => {
    if (!version) return t.skip('openssl is not installed')
    const good = await respond({ signer: 'responder' })
    let refused = 0
    for (let at = 0; at < good.length; at++) {
      const damaged = good.slice()
      damaged[at] = damaged[at]! ^ (1 << (at % 8))
      const read = ocspOf(blockOf(damaged))
      if (isOcspError(read)) assert.match(read.message, /^(This is no OCSP response|The response|The responder)/)
      const whole = judge([damaged])
      if (!whole.verified) refused++
      assert.ok(isOcspError(ocspOf(blockOf(good.slice(0, at)))), `cut off at ${at}`)
    }
    // What does not change the answer: the certificate that is not needed to be whole, the encoding of NULL parameters.
    assert.ok(refused > good.length * 0.9, `${refused} of ${good.length} damaged responses are refused`)
  })
})

test('what a responder says instead of an answer is told', () => {
  const [block] = ocspBlocksOf({ path: '/r.der', text: '\x30\x03\x0a\x01\x03', encoding: 'binary' })
  assert.deepEqual(ocspOf(block!), { error: true, message: 'The responder gave no answer but said tryLater' })
})

test('nesting and lengths from strangers keep nobody busy', () => {
  const deep = Buffer.alloc(100_000, 0x30)
  assert.ok(isOcspError(ocspOf(ocspBlocksOf({ path: '/deep.der', text: deep.toString('latin1'), encoding: 'binary' })[0]!)))
  assert.deepEqual(ocspBlocksOf(sourceFile('/x.pem', makePki('a.pem:').get('a.pem')!)), [])
})
