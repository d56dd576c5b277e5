import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCertificates } from '../server/src/x509/load.js'
import { addressBytes, matchesDns, matchesEmail, matchesIp, matchesUri, presents, spiffeFault } from '../server/src/x509/names.js'
import { makePki } from './pki.js'

test('DNS names match as RFC 9525 says', () => {
  const yes = [
    ['api.example.com', 'api.example.com'],
    ['API.Example.com', 'api.example.COM'],
    ['api.example.com', 'api.example.com.'],
    ['*.example.com', 'api.example.com'],
    ['*.example.com', 'API.EXAMPLE.COM.'],
    ['xn--bcher-kva.example', 'bücher.example'],
    ['*.xn--bcher-kva.example', 'www.Bücher.example'],
    ['_sip._tcp.example.com', '_sip._tcp.example.com'],
    ['localhost', 'localhost']
  ]
  const no = [
    ['example.com', 'api.example.com'],
    ['*.example.com', 'example.com'],
    ['*.example.com', 'a.b.example.com'],
    ['*.example.com', '.example.com'],
    ['a*.example.com', 'api.example.com'],
    ['*i.example.com', 'api.example.com'],
    ['api.*.com', 'api.example.com'],
    ['*.*.com', 'api.example.com'],
    ['*', 'localhost'],
    ['*.', 'localhost'],
    ['', ''],
    ['*.example.com', '*.example.com'],
    ['api.example.com', 'api.example.com..'],
    ['api.example.com\0.evil.example', 'api.example.com']
  ]
  for (const [presented, reference] of yes) assert.equal(matchesDns(presented!, reference!), true, `${presented} ${reference}`)
  for (const [presented, reference] of no) assert.equal(matchesDns(presented!, reference!), false, `${presented} ${reference}`)
})

test('addresses match in any spelling', () => {
  assert.ok(matchesIp('2001:db8::1', '2001:DB8:0:0:0:0:0:1'))
  assert.ok(matchesIp('2001:db8::1', '[2001:0db8::0001]'))
  assert.ok(matchesIp('::ffff:10.0.0.1', '::ffff:a00:1'))
  assert.ok(matchesIp('10.0.0.1', '10.0.0.1'))
  assert.ok(!matchesIp('10.0.0.1', '10.0.0.01'))
  assert.ok(!matchesIp('10.0.0.1', '::ffff:10.0.0.1'))
  for (const none of [
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    '1::2::3',
    ':::',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'g::',
    '1:2:3:4:5:6:7',
    '1.2.3.4::',
    'api',
    '1:2:3:4:5:6:7:8::'
  ]) {
    assert.equal(addressBytes(none), undefined, none)
  }
  for (const ip of ['::', '::1', '1::', 'fe80::1:2', '1:2:3:4:5:6:7:8', '64:ff9b::1.2.3.4', '1:2:3:4:5:6:1.2.3.4'])
    assert.equal(addressBytes(ip)?.length, 16, ip)
})

test('URIs and mail addresses fold the host only', () => {
  assert.ok(matchesUri('spiffe://Example.org/Web', 'SPIFFE://example.org/Web'))
  assert.ok(!matchesUri('spiffe://example.org/web', 'spiffe://example.org/Web'))
  assert.ok(matchesEmail('Ann@Example.org', 'Ann@example.ORG'))
  assert.ok(!matchesEmail('ann@example.org', 'Ann@example.org'))
  assert.ok(!matchesEmail('example.org', 'example.org'))
})

test('SPIFFE IDs are judged by their rules', () => {
  for (const good of [
    'spiffe://example.org',
    'spiffe://example.org/ns/default/sa/web',
    'spiffe://a_b-c.1/x.y_z-1',
    `spiffe://example.org/${'a'.repeat(2000)}`
  ]) {
    assert.equal(spiffeFault(good), undefined, good)
  }
  const bad: Readonly<Record<string, RegExp>> = {
    'spiffe:example.org': /start/,
    'spiffe:///path': /empty/,
    'spiffe://Example.org/x': /lower case/,
    'spiffe://example.org:443/x': /port/,
    'spiffe://me@example.org/x': /user/,
    'spiffe://exämple.org/x': /characters/,
    'spiffe://example.org/': /slash/,
    'spiffe://example.org/a//b': /empty segment/,
    'spiffe://example.org/a/../b': /relative/,
    'spiffe://example.org/a%20b': /characters/,
    'spiffe://example.org/a?b': /query/,
    'spiffe://example.org/a#b': /fragment/,
    [`spiffe://example.org/${'a'.repeat(2100)}`]: /2048/,
    [`spiffe://${'a'.repeat(256)}/x`]: /255/
  }
  for (const [uri, fault] of Object.entries(bad)) assert.match(spiffeFault(uri) ?? '', fault, uri.slice(0, 60))
})

test('a certificate presents its alternative names, and never its common name', () => {
  const text = makePki(
    'x.pem: {subject: "CN=cn.example.com", san: ["*.example.com", "ip:10.0.0.1", "uri:spiffe://acme/x", "email:a@b.example"]}'
  ).get('x.pem')!
  const [certificate] = readCertificates(text)
  const asked = [
    ['dns', 'api.example.com', true],
    ['dns', 'example.com', false],
    ['ip', '10.0.0.1', true],
    ['dns', '10.0.0.1', false],
    ['uri', 'spiffe://acme/x', true],
    ['email', 'a@B.example', true],
    ['email', 'b@b.example', false]
  ] as const
  for (const [type, value, expected] of asked) assert.equal(presents(certificate!, { type, value }), expected, `${type} ${value}`)
  const [bare] = readCertificates(makePki('y.pem: {subject: "CN=cn.example.com", san: []}').get('y.pem')!)
  assert.equal(presents(bare!, { type: 'dns', value: 'cn.example.com' }), false)
})
