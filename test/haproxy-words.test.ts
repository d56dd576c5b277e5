import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sourceFile } from '../server/src/core/text.js'
import { haproxy } from '../server/src/dialects/haproxy/index.js'
import { lowerHaproxy } from './haproxy.js'

const configuration = `global
    ssl-server-verify none
frontend www
    bind :443 ssl crt a.pem verify required
    http-request deny unless { ssl_c_used }
backend app
    server a 10.0.0.1:443 ssl sni str(a.internal)
`
const file = sourceFile('/project/haproxy.cfg', configuration)

describe('what a word means', () => {
  const at = (word: string) => haproxy.describe!(file, configuration.indexOf(word) + 1)
  const cases: Readonly<Record<string, readonly [text: string, says: RegExp, link: string]>> = {
    'verify required': ['verify required', /`required` demands one/, '5.1-verify'],
    'ssl crt': ['ssl', /speaks TLS/, '5.1-ssl'],
    ssl_c_used: ['ssl_c_used', /true when the client presented a certificate/, '7.3.4-ssl_c_used'],
    'ssl-server-verify': ['ssl-server-verify', /accept any certificate/, '3.1-ssl-server-verify'],
    'sni str': ['sni str(a.internal)', /the name that the certificate is verified for/, '5.2-sni']
  }
  for (const [word, [text, says, link]] of Object.entries(cases))
    test(word, () => {
      const found = at(word)!
      assert.equal(configuration.slice(found.span.start, found.span.end), text)
      assert.match(found.markdown, says)
      assert.ok(found.markdown.includes(`#${link})`), found.markdown)
    })
  test('of words that mean nothing in TLS nothing is said', () => assert.equal(at('deny'), undefined))
  test('nor of names that JavaScript knows', () =>
    assert.equal(haproxy.describe!(sourceFile('/p/haproxy.cfg', 'global\n constructor x\n'), 10), undefined))
})

test('the outline has the sections with what listens and connects', () => {
  const symbols = haproxy.symbols!(file)
  assert.deepEqual(
    symbols.map(it => [it.name, it.detail, it.kind, it.children.map(child => child.name).join(' ')]),
    [
      ['global', '', 'block', ''],
      ['frontend www', ':443', 'server', 'bind :443'],
      ['backend app', '', 'upstream', 'server a']
    ]
  )
})

describe('which files are of this language', () => {
  const text = 'global\n  daemon\nfrontend a\n  bind *:80\n'
  const cases: readonly (readonly [path: string, text: string, expected: boolean])[] = [
    ['/etc/haproxy/haproxy.cfg', '', true],
    ['/a/my-haproxy.cfg', '', true],
    ['/a/haproxy.cfg.j2', '', true],
    ['/a/haproxy-prod.cfg.erb', '', true],
    ['/a/lb.cfg', text, true],
    ['/a/setup.cfg', '[metadata]\nname = a\n', false],
    ['/a/tox.cfg', '[tox]\n  bind = 1\n', false],
    ['/a/grub.cfg', 'set default=0\nmenuentry "x" {\n}\n', false],
    ['/a/haproxy.conf', text, true],
    ['/a/haproxy.conf', 'server { listen 80; }\n', false],
    ['/a/haproxy.md', text, false],
    ['/a/zoo.cfg', 'tickTime=2000\nserver.1=a:2888:3888\n', false]
  ]
  for (const [path, content, expected] of cases)
    test(`${path} ${JSON.stringify(content.slice(0, 20))}`, () => assert.equal(haproxy.detect(path, content), expected))
})

test('names that JavaScript knows are words like any other', () => {
  const text =
    'constructor\nglobal\n __proto__ x\ndefaults\n toString\nfrontend f\n bind :1 constructor\n option valueOf\n http-request hasOwnProperty\n timeout constructor 1\n'
  assert.ok(lowerHaproxy(text).problems.length >= 6)
})

test('nothing is said of empty words, nor of the name of defaults', () => {
  const text = `defaults a/{b\n mode http '' x\n option httplog ""\n ''\nfrontend f ""\n bind :1 '' zzz\n log global "" y\n`
  assert.deepEqual(lowerHaproxy(text).problems, [])
})

test('broken text of any kind is read, in no time', () => {
  const seeds = [
    configuration,
    'a "b\n',
    'bind \\x\n',
    '.if (((\n',
    'http-request deny if { { } or ! {\n',
    'acl a ,,((\n',
    '%[%[]\n',
    'server\n',
    'crt-list\n'
  ]
  let random = 1
  const next = (most: number) => {
    random = (random * 48_271) % 2_147_483_647
    return random % most
  }
  const begin = performance.now()
  for (let round = 0; round < 400; round++) {
    let text = seeds[next(seeds.length)]!.repeat(1 + next(3))
    for (let edit = 0; edit < 6; edit++) {
      const at = next(text.length + 1)
      const piece = ['"', "'", '\\', '{', '}', '$', '${', '\n', ' ', '#', '%[', 'no ', 'verify ', '\0', 'é', ','][next(16)]!
      text = text.slice(0, at) + piece + text.slice(at + next(4))
    }
    for (const it of lowerHaproxy(text).problems) assert.ok(it.start >= 0 && it.end >= it.start && it.end <= text.length)
  }
  const wide = `frontend f\n  http-request deny if ${'{ '.repeat(50_000)}\n`
  const names = `frontend f\n${'  acl a ssl_c_used\n'.repeat(20_000)}${'  http-request deny if a\n'.repeat(5_000)}`
  lowerHaproxy(wide)
  lowerHaproxy(names)
  lowerHaproxy('frontend f\n  use_backend f if TRUE\nlisten f\n  default_backend f\n  bind :1 ssl verify required\n')
  assert.ok(performance.now() - begin < 20_000)
})
