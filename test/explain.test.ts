/** Lines of logs, as products print them, and what is said of them. */
import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import type { SourceFile } from '../server/src/core/text.js'
import { explainError } from '../server/src/explain/explain.js'
import { causesHere, namedIn } from '../server/src/explain/here.js'
import { errorEntries } from '../server/src/explain/products/index.js'
import { explainErrorHere } from '../server/src/features/explain-error.js'
import { failures } from '../server/src/path/failures.js'
import { rules } from '../server/src/rules/index.js'
import { openWorkspace } from '../server/src/service.js'
import { lineCases } from './explain-lines.js'
import { makePki } from './pki.js'

describe('lines of logs', () => {
  for (const [line, id, saidBy, about, topRule] of lineCases) {
    it(line.slice(0, 160), () => {
      const [first] = explainError(line).explanations
      assert.ok(first, 'nothing is known of it')
      assert.deepEqual([first.id, first.saidBy, first.about, first.causes[0]?.rules[0] ?? null], [id, saidBy, about, topRule])
    })
  }
})

test('there are lines of every product, at least 80 of them', () => {
  assert.ok(lineCases.length >= 80)
  const told = new Set(lineCases.map(([line]) => explainError(line).explanations[0]?.product))
  for (const product of new Set(errorEntries.map(it => it.product))) if (product !== 'tls') assert.ok(told.has(product), product)
})

test('every number of OpenSSL is known, alone and in words', () => {
  for (const [number, words] of Object.values(failures)) {
    assert.equal(explainError(`verify error:num=${number}:${words}`).explanations[0]?.id, `openssl/verify-${number}`)
    assert.equal(explainError(`error ${number} at 1 depth lookup: ${words}`).explanations[0]?.id, `openssl/verify-${number}`)
  }
})

test('every cause names rules that there are', () => {
  const known = new Set(rules.map(it => it.id))
  const named = errorEntries.flatMap(it => it.causes.flatMap(cause => cause.rules.map(rule => `${it.id}: ${rule}`)))
  assert.deepEqual(
    named.filter(it => !known.has(it.split(': ')[1]!)),
    []
  )
})

test('entries have ids of their own, a sentence, a change and a source', () => {
  assert.equal(new Set(errorEntries.map(it => it.id)).size, errorEntries.length)
  const parties = { local: 'A', peer: 'B', judge: 'A', holder: 'B' }
  for (const it of errorEntries) {
    assert.match(it.means(parties), /^[A-Za-z`].+\.$/, it.id)
    assert.match(it.change, /\.$/, it.id)
    assert.match(it.citation, /^(?:https:\/\/|Measured on )/, it.id)
    for (const cause of it.causes) assert.doesNotMatch(cause.words, /\.$/, it.id)
  }
})

describe('who rejects whom', () => {
  const who = (line: string) => explainError(line).explanations[0]?.who
  it('an alert that was received is about our own certificate', () => {
    assert.equal(
      who('curl: (56) OpenSSL SSL_read: error:0A000418:SSL routines::tlsv1 alert unknown ca, errno 0'),
      'The server says it, about the certificate of curl.'
    )
  })
  it('an alert that was sent is about the other’s', () => {
    assert.equal(who('* TLSv1.3 (OUT), TLS alert, unknown CA (560):'), 'curl says it, about the certificate of the server.')
  })
  it('nginx is a server to its clients and a client to its upstreams', () => {
    const alert =
      'SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48) while SSL handshaking'
    assert.equal(who(`${alert}, client: 10.0.0.7, server: 0.0.0.0:443`), 'The client says it, about the certificate of nginx.')
    assert.equal(who(`${alert} to upstream, client: 10.0.0.7`), 'The upstream says it, about the certificate of nginx.')
  })
})

describe('text that is no known error', () => {
  const lines = [
    '',
    '   ',
    'hello',
    'GET / HTTP/1.1 200',
    'connected to 10.0.0.1:443',
    'certificate renewed for api.example.com',
    'error: something failed',
    'the path loops around',
    'TLS 1.3 handshake complete',
    'depth=1 CN = Acme Root\nverify return:1'
  ]
  for (const line of lines) {
    it(JSON.stringify(line), () => {
      assert.deepEqual(explainError(line).explanations, [])
    })
  }
  it('says so, and guesses nothing', () => {
    const { markdown } = explainErrorHere(openWorkspace({ read: () => ({ kind: 'missing' }), files: [] }), 'hello', {
      path: it => it,
      target: it => it.path
    })
    assert.match(markdown, /^# No error that mTLS Lens knows/)
    assert.match(markdown, /Nothing is guessed/)
  })
})

describe('hostile text', () => {
  const secret = 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg'
  const pastes = {
    'a whole key': `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\nremote error: tls: bad certificate`,
    'a key in one line with the error': `key="-----BEGIN EC PRIVATE KEY-----\\n${secret}\\n-----END EC PRIVATE KEY-----" remote error: tls: bad certificate`,
    'a key without its end': `remote error: tls: bad certificate -----BEGIN PRIVATE KEY-----\n${secret}`,
    'base64 alone': `${secret}${secret} remote error: tls: bad certificate`
  }
  for (const [name, text] of Object.entries(pastes)) {
    it(`${name} is not echoed`, () => {
      const explained = explainError(text)
      const { markdown } = explainErrorHere(openWorkspace({ read: () => ({ kind: 'missing' }), files: [] }), text, {
        path: it => it,
        target: it => it.path
      })
      assert.equal(explained.explanations[0]?.id, 'alert/bad_certificate/received')
      assert.ok(!JSON.stringify(explained).includes(secret))
      assert.ok(!markdown.includes(secret))
    })
  }
  it('only the beginning of 10 MB is read', () => {
    const explained = explainError(`remote error: tls: bad certificate ${'x'.repeat(10_000_000)}`)
    assert.equal(explained.explanations[0]?.id, 'alert/bad_certificate/received')
    assert.ok(explained.line.length < 1000)
    assert.match(explained.note ?? '', /only its beginning was read/)
  })
  it('binary data is called so', () => {
    const bytes = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256)).toString('utf8')
    assert.match(explainError(bytes).note ?? '', /binary/)
    assert.deepEqual(explainError(bytes).explanations, [])
  })
  it('UTF-16 that was taken for bytes is read all the same', () => {
    const text = Buffer.from('remote error: tls: bad certificate', 'utf16le').toString('utf8')
    assert.equal(explainError(text).explanations[0]?.id, 'alert/bad_certificate/received')
  })
  it('control characters and Markdown of a line do nothing', () => {
    const line = '\u001b[31mremote error: tls: bad certificate\u001b[0m <img src=x> [a](command:b) `c`'
    const { markdown } = explainErrorHere(openWorkspace({ read: () => ({ kind: 'missing' }), files: [] }), line, {
      path: it => it,
      target: it => it.path
    })
    assert.ok(!markdown.includes('\u001b'))
    assert.doesNotMatch(markdown, /(?<!\\)<img/)
    assert.doesNotMatch(markdown, /(?<!\\)\[a\]\(command/)
  })

  /** What makes patterns that try again at every place slow: their beginnings, over and over, and never their end. */
  const beginnings = [
    'SSL_CTX_load_verify_locations("',
    'cannot load certificate key "',
    'x509: certificate is valid for ',
    'Health check for ',
    'Layer6 invalid response ',
    'error:',
    'alert ',
    'current time ',
    'verify error:num=',
    '" directive ',
    "'",
    '"',
    '/',
    'a.',
    'a/',
    'CN=',
    'server: ',
    '1.1.1.1:',
    'BEGIN',
    '-----BEGIN',
    '-----',
    ' ',
    '\n',
    '\t',
    '(',
    '0',
    'A0',
    '_',
    'haproxy[1]: ',
    '02/Jan/2026:',
    'tls: ',
    'TLS_error:|',
    'at a(',
    'Get "https://'
  ]
  for (const beginning of beginnings) {
    it(`is read in linear time: ${JSON.stringify(beginning)}`, () => {
      const text = beginning.repeat(Math.ceil(65_536 / beginning.length))
      const started = performance.now()
      const { text: read } = explainError(text)
      namedIn(read)
      assert.ok(performance.now() - started < 2_000, `${Math.round(performance.now() - started)} ms`)
    })
  }
})

describe('what the workspace shows', () => {
  const pki = makePki(`
root.pem: {subject: 'O=Acme, CN=Acme Root'}
issuing.pem: {issuer: root, subject: 'O=Acme, CN=Acme Issuing CA 1'}
api.pem: {issuer: root, san: [api.example.com], eku: [server]}
api.key: {key: api}
old.pem: {issuer: root, san: [old.example.com], eku: [server], notAfter: 2024-01-01}
old.key: {key: old}
older.pem: {issuer: root, san: [older.example.com], eku: [server], notAfter: 2023-01-01}
older.key: {key: older}
`)
  const server = (name: string) => `
  server {
    listen 127.0.0.1:8443 ssl;
    server_name ${name}.example.com;
    ssl_certificate ${name}.pem;
    ssl_certificate_key ${name}.key;
  }`
  const files = new Map<string, SourceFile>()
  const add = (name: string, text: string) => files.set(`/w/${name}`, { path: `/w/${name}`, text, encoding: 'utf8', mode: 0o600 })
  for (const [name, text] of pki) add(name, text)
  add('nginx.conf', `events {}\nhttp {${server('api')}${server('old')}${server('older')}\n}\n`)
  const workspace = openWorkspace({
    read: path => (files.has(path) ? { kind: 'file', file: files.get(path)! } : { kind: 'missing' }),
    files: files.keys(),
    now: () => new Date('2026-01-01')
  })
  const hereOf = (line: string) => {
    const { explanations, text } = explainError(line)
    return causesHere(workspace, explanations, text)
  }

  it('finds the expired certificates for an expired certificate, and nothing else', () => {
    const here = hereOf('curl: (60) SSL certificate problem: certificate has expired')
    assert.deepEqual(new Set(here.map(it => it.finding.rule)), new Set(['certificate-expired']))
    assert.deepEqual(new Set(here.map(it => it.finding.path)), new Set(['/w/nginx.conf', '/w/old.pem', '/w/older.pem']))
  })
  it('puts first what the line names, by host', () => {
    const [first] = hereOf(
      'Get "https://older.example.com:8443/": x509: certificate has expired or is not yet valid: current time 2026-01-01T00:00:00Z is after 2023-01-01T00:00:00Z'
    )
    assert.ok(first)
    assert.ok(
      first.named.some(it => it.startsWith('older.example.com')),
      JSON.stringify(first.named)
    )
    assert.match(first.finding.path, /older\.pem|nginx\.conf/)
  })
  it('puts first what the line names, by file', () => {
    const [first] = hereOf('error older.pem: verification failed\nerror 10 at 0 depth lookup: certificate has expired')
    assert.equal(first?.finding.path, '/w/older.pem')
    assert.deepEqual(first.named, ['older.pem'])
  })
  it('finds nothing for an error whose causes are not here', () => {
    assert.deepEqual(hereOf('error 23 at 0 depth lookup: certificate revoked'), [])
  })
  it('tells it in Markdown, with the place as a link', () => {
    const { markdown } = explainErrorHere(workspace, 'error 10 at 0 depth lookup: certificate has expired', {
      path: it => it.slice(3),
      target: it => `file://${it.path}#L1`
    })
    assert.match(markdown, /## In this workspace\n\n- \[nginx\.conf\]\(file:\/\/\/w\/nginx\.conf#L1\): .*\n.*\n- \[old\.pem\]/)
    assert.match(markdown, /1\. the certificate has expired · `certificate-expired` \*\*found here\*\*/)
  })
})
