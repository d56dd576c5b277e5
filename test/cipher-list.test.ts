import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { weakCiphers } from '../server/src/core/cipher-list.js'

const told = (list: string) => weakCiphers(list).map(it => `${it.word}: ${it.weakness}`)

test('a word that names weak suites is told with what is weak about them', () => {
  assert.deepEqual(told('HIGH:RC4-SHA'), ['RC4-SHA: RC4'])
  assert.deepEqual(told('eNULL, aNULL 3DES;EXP'), ['eNULL: no encryption', 'aNULL: no authentication', '3DES: 3DES', 'EXP: export grade'])
  assert.deepEqual(told('TLS_DH_anon_WITH_AES_128_CBC_SHA'), ['TLS_DH_anon_WITH_AES_128_CBC_SHA: no authentication'])
  assert.deepEqual(told('ALL:HIGH:MEDIUM:DEFAULT:@STRENGTH'), [])
})

test('the place of a word is that in the list', () => {
  const list = ' AES128-SHA : DES-CBC3-SHA'
  const [found] = weakCiphers(list)
  assert.equal(list.slice(found!.offset, found!.offset + found!.word.length), 'DES-CBC3-SHA')
})

test('a list of any length takes little time', () => {
  const started = performance.now()
  weakCiphers(Array.from({ length: 1500 }, (_, at) => `!X${at}:RC4`).join(':'))
  weakCiphers('RC4:'.repeat(1_000_000))
  assert.ok(performance.now() - started < 2000)
})

const positive = 'eNULL NULL aNULL ADH AECDH NULL-SHA256 NULL-MD5 ADH-AES128-SHA256 AECDH+AES256 aNULL+AES eNULL+aRSA AES128-SHA'.split(' ')
const others = [
  ...['!aNULL', '!eNULL', '!NULL', '-ADH', '+ADH', '-AECDH', '+eNULL', '!AES', '!SHA1', '!SHA', '!SHA256', '!SHA384', '!MD5', '!AEAD'],
  ...[
    '!kRSA',
    '!RSA',
    '!aRSA',
    '!CAMELLIA',
    '!AES256',
    '!AESGCM',
    '!TLSv1.2',
    '!SSLv3',
    '!TLSv1',
    '!ECDH',
    '!DH',
    '!PSK',
    '!kDHE',
    '!HIGH'
  ],
  ...['!ADH-AES128-SHA256', '-NULL-SHA256', '-aNULL', '!ADH', '!AECDH', '!EDH', '-SHA1']
]

test('lists end with weak suites exactly when OpenSSL says so', t => {
  const version = spawnSync('openssl', ['version']).stdout?.toString() ?? ''
  if (!version.startsWith('OpenSSL 3.')) return t.skip('openssl 3 is not installed')
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.floor((seed / 2147483648) * below)
  }
  for (let round = 0; round < 150; round++) {
    const words = Array.from({ length: 1 + random(6) }, () =>
      random(2) ? positive[random(positive.length)]! : others[random(others.length)]!
    )
    const list = words.join(':')
    const shown = spawnSync('openssl', ['ciphers', '-v', `AES256-SHA:${list}:@SECLEVEL=0`]).stdout.toString()
    const weak = shown.split('\n').some(it => / Au=None | Enc=None /.test(it))
    assert.equal(weakCiphers(list).length > 0, weak, list)
  }
})
