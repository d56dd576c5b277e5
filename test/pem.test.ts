import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type SourceFile, sourceFile } from '../server/src/core/text.js'
import { certificateOf, isCertificateError } from '../server/src/x509/certificate.js'
import { type PemFile, parsePem } from '../server/src/x509/pem.js'
import { makePki } from './pki.js'
import { asSource, noSharedData, seededRandom, sharedFiles, sharedJson } from './x509-data.js'

const files = makePki(`
ca.pem: {subject: "C=DE, O=Acme, CN=Acme Root"}
leaf.pem: {issuer: ca, san: [api.internal]}
leaf.key: {key: leaf}
secret.key: {key: leaf, format: encrypted-traditional}
`)
const leaf = files.get('leaf.pem')!.trimEnd()
const lines = leaf.split('\n')
const [begin, end] = [lines[0]!, lines.at(-1)!]
const body = lines.slice(1, -1)
const join64 = (...parts: readonly (string | readonly string[])[]) => `${parts.flat().join('\n')}\n`

const read = (text: string): PemFile => parsePem(sourceFile('/x.pem', text))
const codes = (file: PemFile) => [...file.blocks.flatMap(it => it.errors), ...file.errors].map(it => it.code)
const subjects = (file: PemFile) => file.certificates.map(it => it.subject.commonName)

describe('ordinary text around and inside of blocks is silent', () => {
  const ordinary: Readonly<Record<string, string>> = {
    plain: join64(leaf),
    'no line break at the end': leaf,
    CRLF: lines.join('\r\n'),
    'a byte order mark': `\ufeff${leaf}`,
    'trailing blanks': lines.map(it => `${it} \t`).join('\n'),
    'trailing control characters': lines.map(it => `${it}\x01`).join('\n'),
    'indented as in YAML': `tls.crt: |\n${lines.map(it => `    ${it}`).join('\n')}\n`,
    'Bag Attributes': `Bag Attributes\n    friendlyName: x\nsubject=CN=x\n${leaf}\n`,
    'openssl x509 -text': `Certificate:\n    Data:\n        Version: 3 (0x2)\n${leaf}\n`,
    'a blank line after BEGIN': join64(begin, '', body, end),
    'indented base64': join64(
      begin,
      body.map(it => `  ${it}`),
      end
    ),
    'one long line': join64(begin, body.join(''), end),
    'lines of three characters': join64(begin, body.join('').match(/.{1,3}/g)!, end),
    'prose that speaks of BEGIN': `-----BEGIN CERTIFICATE----- is how it starts\n# -----BEGIN CERTIFICATE-----\n${leaf}`
  }
  for (const [name, text] of Object.entries(ordinary)) {
    test(name, () => {
      const file = read(text)
      assert.deepEqual(codes(file), [])
      assert.deepEqual(subjects(file), ['leaf'])
      const [block] = file.blocks
      assert.match(text.slice(block!.span.start, block!.span.end), /^-----BEGIN CERTIFICATE-----[\s\S]*-----END CERTIFICATE-----$/)
    })
  }
  test('text without PEM has no blocks and no errors', () => {
    for (const text of [
      '',
      '\n',
      'server { listen 443; }',
      '-----',
      '---\na: b\n',
      'BEGIN END',
      '# -----END CERTIFICATE-----',
      '-'.repeat(1000)
    ]) {
      const file = read(text)
      assert.deepEqual([file.blocks.length, file.errors.length], [0, 0], text)
    }
  })
  test('several blocks keep their order, kinds and headers', () => {
    const file = read(files.get('ca.pem')! + files.get('secret.key')! + files.get('leaf.pem')! + files.get('leaf.key')!)
    assert.deepEqual(
      file.blocks.map(it => it.kind),
      ['certificate', 'encryptedPrivateKey', 'certificate', 'privateKey']
    )
    assert.deepEqual(
      file.blocks[1]!.headers.map(it => it.name),
      ['Proc-Type', 'DEK-Info']
    )
    assert.deepEqual(codes(file), [])
  })
})

describe('PEM inside of other languages', () => {
  test('a JSON string with written-out line breaks', () => {
    const text = JSON.stringify({ ca: `${leaf}\n` })
    const file = read(text)
    assert.deepEqual(codes(file), [])
    assert.deepEqual(subjects(file), ['leaf'])
    assert.equal(file.blocks[0]!.embedded, true)
  })
  test('escaped slashes, as PHP writes them', () => {
    assert.deepEqual(subjects(read(JSON.stringify({ ca: leaf }).replaceAll('/', '\\/'))), ['leaf'])
  })
  test('a lone carriage return ends a line for us, and OpenSSL is said not to see it', () => {
    const file = read(lines.join('\r'))
    assert.deepEqual(subjects(file), ['leaf'])
    assert.deepEqual(codes(file), ['lone-carriage-return'])
  })
})

/** What is wrong, and the exact text that has it. */
const damaged: readonly (readonly [name: string, text: string, code: string, marked: string])[] = [
  ['no END', join64(begin, body), 'missing-end', begin],
  ['no END before the next BEGIN', join64(begin, body, leaf), 'missing-end', begin],
  ['another label at the END', join64(begin, body, '-----END PRIVATE KEY-----'), 'label-mismatch', '-----END PRIVATE KEY-----'],
  ['a character outside of base64', join64(begin, `!${body[0]!.slice(1)}`, body.slice(1), end), 'invalid-character', '!'],
  ['a character outside of ASCII', join64(begin, `😀${body[0]!.slice(1)}`, body.slice(1), end), 'invalid-character', '😀'],
  ['a NUL', join64(begin, `${body[0]!.slice(1)}\0A`, body.slice(1), end), 'invalid-character', '\0'],
  ['a comment inside', join64(begin, '# mine', body, end), 'invalid-character', '#'],
  ['a character lost', join64(begin, body[0]!.slice(0, 61), end), 'truncated', body[0]![60]!],
  ['too much padding', join64(begin, 'AAAA=', end), 'invalid-padding', '='],
  ['no padding', join64(begin, 'AAAAAA', end), 'invalid-padding', 'A'],
  ['text after the padding', join64(begin, 'AA==', 'AAAA', end), 'invalid-padding', '=\n'],
  ['nothing inside', join64(begin, end), 'empty-body', `${begin}\n${end}`],
  ['an END without a BEGIN', join64(end, leaf), 'end-without-begin', end],
  ['END and BEGIN on one line', `${lines.slice(0, -1).join('\n')}\n${end}${join64(leaf)}`, 'glued-lines', end],
  ['END and BEGIN with a blank between', `${lines.slice(0, -1).join('\n')}\n${end} ${join64(leaf)}`, 'glued-lines', end],
  ['END behind base64', join64(begin, body.slice(0, -1), body.at(-1)! + end), 'glued-lines', end],
  ['base64 behind BEGIN', join64(begin + body[0]!, body.slice(1), end), 'glued-lines', begin],
  ['six hyphens behind END', join64(begin, body, `${end}-`), 'glued-lines', end],
  ['four hyphens behind END', join64(begin, body, end.slice(0, -1)), 'missing-end', end.slice(0, -1)],
  ['cut inside of END', `${join64(begin, body)}-----END CERTIF`, 'truncated', '-----END CERTIF'],
  ['four hyphens behind BEGIN', join64(begin.slice(0, -1), body, end), 'malformed-begin', begin.slice(0, -1)],
  ['six hyphens before BEGIN', join64(`-${begin}`, body, end), 'malformed-begin', begin],
  ['END indented alone', join64(begin, body, ` ${end}`), 'indented-end', end],
  ['a blank line between', join64(begin, body[0]!, '', body.slice(1), end), 'blank-line', '\n'],
  ['a blank line before END', join64(begin, body, '', end), 'blank-line', '\n'],
  ['two blank lines after BEGIN', join64(begin, '', '', body, end), 'blank-line', ''],
  ['a long line after a blank one', join64(begin, '', body.join(''), end), 'line-too-long', body.join('')],
  [
    'a short line after a blank one',
    join64(begin, '', body[0]!.slice(0, 10), body[0]!.slice(10), body.slice(1), end),
    'short-line',
    body[0]!.slice(10)
  ],
  ['a header that nobody reads', join64(begin, 'Comment: x', '', body, end), 'unknown-header', 'Comment: x'],
  ['a lone carriage return', lines.join('\r'), 'lone-carriage-return', begin]
]

describe('damaged PEM is reported once, at the exact place', () => {
  for (const [name, text, code, marked] of damaged) {
    test(name, () => {
      const file = read(text)
      const errors = [...file.blocks.flatMap(it => it.errors), ...file.errors]
      assert.deepEqual(
        errors.map(it => [it.code, text.slice(it.start, it.end)]),
        [[code, marked]]
      )
      assert.doesNotMatch(errors[0]!.message, /\.$|undefined/)
    })
  }
})

const openssl = spawnSync('openssl', ['version']).status === 0
const noOpenssl = openssl ? false : 'openssl is not on this machine'

test('what OpenSSL refuses has an error, what it takes has none', { skip: noOpenssl }, t => {
  const folder = mkdtempSync(join(tmpdir(), 'pem-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'x.pem')
  const takes = (text: string): boolean => {
    writeFileSync(path, text)
    return spawnSync('openssl', ['x509', '-noout', '-in', path]).status === 0
  }
  const silent = [
    join64(leaf),
    lines.join('\r\n'),
    `\ufeff${leaf}`,
    lines.map(it => `${it} \t\x01`).join('\n'),
    join64(begin, '', body, end),
    join64(
      begin,
      body.map(it => `  ${it}`),
      end
    ),
    join64(begin, body.join(''), end),
    join64(begin, body.join('').match(/.{1,3}/g)!, end),
    join64('-----BEGIN CERTIFICATE----- is how it starts', leaf)
  ]
  for (const text of silent) assert.deepEqual([takes(text), codes(read(text)).length], [true, 0], text.slice(0, 80))
  // These it takes without seeing all of the file: the certificate that is lost is worth an error.
  const losesPart = [
    'no END before the next BEGIN',
    'an END without a BEGIN',
    'END and BEGIN on one line',
    'END and BEGIN with a blank between'
  ]
  for (const [name, text] of damaged) if (!losesPart.includes(name)) assert.equal(takes(text), false, name)
})

test('PEM corner cases of OpenSSL are taken or refused as upstream says', { skip: noSharedData }, () => {
  const manifest = sharedJson('odd/manifest.json') as {
    readonly files: readonly { readonly file: string; readonly expected: string | null }[]
  }
  const cases = manifest.files.filter(it => it.file.startsWith('openssl-pem/') && it.expected !== null)
  assert.ok(cases.length >= 15)
  const byName = new Map(sharedFiles('odd/openssl-pem').map(it => [it.name, it]))
  for (const { file, expected } of cases) {
    const data = byName.get(`odd/${file}`)!
    const parsed = parsePem(asSource(data.path, data.bytes))
    assert.equal(codes(parsed).length === 0, expected === 'accept', `${file}: ${codes(parsed)}`)
  }
})

test('a private key that OpenSSL loads has no errors of PEM, and one that it refuses for its lines has', { skip: noSharedData }, () => {
  const manifest = sharedJson('keys/manifest.json') as {
    readonly files: readonly { readonly file: string; readonly openssl_3_0: string }[]
  }
  const byName = new Map(sharedFiles('keys').map(it => [it.name, it]))
  for (const { file, openssl_3_0 } of manifest.files) {
    const data = byName.get(`keys/${file}`)!
    const parsed = parsePem(asSource(data.path, data.bytes))
    // OpenSSL stops at a hyphen and ignores the picture below the key; a hyphen in base64 is damage in earnest.
    if (openssl_3_0 === 'ok' && !file.endsWith('beermug.pem')) assert.deepEqual(codes(parsed), [], file)
    if (file.startsWith('openssl-pem/dsa-')) assert.notDeepEqual(codes(parsed), [], file)
  }
})

test('a file in UTF-16 is said to be one', () => {
  const text = Buffer.from(`\ufeff${leaf}`, 'utf16le').toString('latin1')
  const file = parsePem({ path: '/x.pem', text, encoding: 'binary' })
  assert.deepEqual([codes(file), file.blocks.length], [['utf-16'], 0])
})

describe('DER files are one block of the kind that their structure has', () => {
  const der = (name: string): SourceFile => {
    const bytes = read(files.get(name)!).blocks[0]!.der!
    return { path: `/${name}`, text: Buffer.from(bytes).toString('latin1'), encoding: 'binary' }
  }
  test('certificate', () => {
    const file = parsePem(der('leaf.pem'))
    assert.deepEqual([file.blocks[0]!.kind, file.blocks[0]!.label, file.certificates.length], ['certificate', '', 1])
    const notAfter = file.certificates[0]!.at('notAfter')
    assert.match(file.file.text.slice(notAfter.start + 2, notAfter.end), /^\d{12}Z$/)
  })
  test('private key', () => assert.equal(parsePem(der('leaf.key')).blocks[0]!.kind, 'privateKey'))
  test('a certificate that is cut off', () => {
    const whole = der('leaf.pem')
    const file = parsePem({ ...whole, text: whole.text.slice(0, 100) })
    const error = certificateOf(file.blocks[0]!)
    assert.ok(isCertificateError(error))
    assert.equal(error.message, 'the certificate is cut off at byte 100')
  })
  test('other binary files are nothing', () => {
    for (const text of ['', '\x00', '\x7fELF\x02\x01', '\x30\x80\x00\x00', '\x89PNG\r\n']) {
      assert.deepEqual(parsePem({ path: '/x', text, encoding: 'binary' }).blocks, [], JSON.stringify(text))
    }
  })
})

describe('a range of DER is found again in the text', () => {
  const variants = {
    plain: leaf,
    indented: lines.map(it => `    ${it}`).join('\r\n'),
    'one character a line': join64(begin, [...body.join('')], end),
    json: JSON.stringify({ ca: leaf })
  }
  for (const [name, text] of Object.entries(variants)) {
    test(name, () => {
      const [block] = read(text).blocks
      const der = block!.der!
      for (let start = 0; start < der.length; start += 7) {
        const stop = Math.min(start + 10, der.length)
        const { start: from, end: to } = block!.locate({ start, end: stop })
        const letters = text.slice(from, to).replace(/\\n|\s/g, '')
        // The letters around a range begin up to two bits early; decoding from a whole group shows the bytes again.
        const lead = Math.floor((start * 8) / 6) % 4
        const bytes = Buffer.from('A'.repeat(lead) + letters, 'base64')
        const skip = start % 3
        assert.deepEqual(new Uint8Array(bytes.subarray(skip + 1, skip + stop - start - 1)), der.subarray(start + 1, stop - 1))
      }
    })
  }
})

const samples = [
  join64(leaf),
  files.get('secret.key')!,
  JSON.stringify({ ca: leaf }),
  lines.map(it => `  ${it}`).join('\r\n'),
  ...damaged.map(it => it[1])
]

/** Reads everything there is and asserts that every span lies in the text. */
function exercise(file: SourceFile): void {
  const parsed = parsePem(file)
  const inside = (it: { readonly start: number; readonly end: number }) =>
    assert.ok(0 <= it.start && it.start <= it.end && it.end <= file.text.length, JSON.stringify([it.start, it.end, file.text.length]))
  for (const error of parsed.errors) inside(error)
  for (const block of parsed.blocks) {
    inside(block.span)
    for (const error of block.errors) inside(error)
    inside(block.locate({ start: 0, end: 1 }))
    inside(block.locate({ start: 5, end: 1e6 }))
    const certificate = certificateOf(block)
    if (isCertificateError(certificate)) inside(block.locate(certificate.at))
    else if (certificate) inside(certificate.at('notAfter'))
  }
}

test('every prefix of every text is read without a fault', () => {
  for (const text of samples.slice(0, 4))
    for (let length = 0; length <= text.length; length++) exercise(sourceFile('/x.pem', text.slice(0, length)))
})

test('mutated texts are read without a fault', () => {
  const random = seededRandom(20261)
  const pieces = ['-----BEGIN ', '-----END ', '-----', '\n', '\r', '\\n', ' ', '=', '\0', 'é', ':', '"', 'CERTIFICATE', '\ufeff', 'A']
  for (let round = 0; round < 4000; round++) {
    let text = samples[Math.floor(random() * samples.length)]!
    for (let changes = 1 + Math.floor(random() * 4); changes > 0; changes--) {
      const at = Math.floor(random() * text.length)
      const piece = pieces[Math.floor(random() * pieces.length)]!
      text = text.slice(0, at) + piece + text.slice(at + Math.floor(random() * 3))
    }
    exercise(sourceFile('/x.pem', text))
  }
})

describe('50 MB are read in time that grows with the length only', () => {
  const size = 50_000_000
  const hostile: Readonly<Record<string, string>> = {
    'one block': `${begin}\n${'A'.repeat(63)}\n`.concat(`${'QUJD'.repeat(16)}\n`.repeat(size / 65), end),
    hyphens: '-'.repeat(size),
    'BEGIN without END': `${begin}\n`.repeat(size / 28),
    'END without BEGIN': `${end}\n`.repeat(size / 26),
    'marks on one line': '-----BEGIN '.repeat(size / 11),
    'blank lines': `${begin}\n${'\n'.repeat(size)}${end}`,
    blanks: `${begin}\n${' '.repeat(size)}\n${end}`,
    'carriage returns': `${begin}${'\r'.repeat(size)}${end}`,
    'control characters': `${begin}\nAAAA${'\x01'.repeat(size)}\n${end}`,
    'a header': `${begin}\nA: ${'x: '.repeat(size / 3)}\n\nAAAA\n${end}`,
    backslashes: `"${begin}\\n${'\\n'.repeat(size / 2)}${end}"`
  }
  for (const [name, text] of Object.entries(hostile)) {
    test(name, () => {
      const start = performance.now()
      const file = read(text)
      assert.ok(file.blocks.length + file.errors.length >= 0)
      file.blocks[0]?.locate({ start: 0, end: 3 })
      const seconds = (performance.now() - start) / 1000
      assert.ok(seconds < 30, `${seconds} s`)
    })
  }
})
