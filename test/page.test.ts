import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, parsePage } from './page.js'

const page = (...lines: readonly string[]) => parsePage(lines.join('\n'))

test('a page is prose, then cases of a paragraph and its fences', () => {
  const { id, prose, cases } = page(
    '# some-rule',
    'What happens,',
    '',
    'and why.',
    '## Fires',
    'First',
    'case.',
    '```certs',
    'a.pem:',
    '```',
    '```nginx fixed x.conf',
    'user a;',
    '```',
    'Second.',
    '',
    '```text a.txt',
    '```',
    '## Silent',
    '',
    'Third.'
  )
  assert.equal(id, 'some-rule')
  assert.equal(prose, 'What happens,\nand why.')
  assert.deepEqual(
    cases.map(it => [it.section, it.says, it.fences.length]),
    [
      ['Fires', 'First case.', 2],
      ['Fires', 'Second.', 1],
      ['Silent', 'Third.', 0]
    ]
  )
  assert.deepEqual(cases[0]!.fences[1], { language: 'nginx', words: ['fixed', 'x.conf'], text: 'user a;\n' })
})

const expired = (section: string, ...fences: readonly string[]) =>
  judge('certificate-expired', page('# certificate-expired', `## ${section}`, 'A case.', ...fences).cases[0]!)
const certs = [
  '```certs',
  'ca:',
  'chain.pem: {bundle: [leaf, intermediate]}',
  'leaf: {issuer: intermediate}',
  'intermediate: {issuer: ca, notAfter: 2024-01-01}',
  '```'
]

test('a finding is matched by its file, block, severity and words', () => {
  const findings = (line: string) => expired('Fires', ...certs, '```findings', line, '```')
  assert.deepEqual(findings('chain.pem: "expired"'), [])
  assert.deepEqual(findings('chain.pem@2: error "expired"'), [])
  assert.match(findings('chain.pem@1: "expired"').join('\n'), /^missed: chain.pem@1 .*\nspurious: chain.pem:\d+/)
  assert.match(findings('chain.pem@2: warning').join('\n'), /^missed: .*warning.*\nspurious: /)
  assert.match(findings('chain.pem@2: "never said"').join('\n'), /^missed: .*never said.*\nspurious: /)
})

test('a finding that no case expects is spurious', () => {
  assert.match(expired('Silent', ...certs).join('\n'), /^spurious: chain.pem/)
  assert.deepEqual(expired('Silent', ...certs, '```settings', 'now: 2023-01-01', '```'), [])
})

test('carets mark exactly the text of a finding', () => {
  const configuration = ['events {}', 'http { server { listen 443 ssl;', 'ssl_client_certificate ca.pem;', '', '}}', '']
  const marked = (carets: string) => {
    configuration[3] = carets
    const [example] = page('# client-ca-not-enforced', '## Fires', 'A case.', '```nginx', ...configuration, '```').cases
    return judge('client-ca-not-enforced', example!).join('\n')
  }
  assert.equal(marked('                       ^^^^^^'), '')
  assert.equal(marked('#                      ^^^^^^ error "server on port 443"'), '')
  assert.match(
    marked('#                      ^^^^^^ warning'),
    /^missed: nginx.conf:3:24 \(ca.pem\).*\nspurious: nginx.conf:3:24 \(ca.pem\)/
  )
  assert.match(marked('#                     ^^^^^^'), /^missed: .*\nspurious: /)
  assert.match(marked('#                      ^^^^^'), /^missed: .*\nspurious: /)
  assert.match(marked('#                      ^^^^^^ other-rule'), /^a case that fires expects no finding/)
  assert.match(marked('# no carets'), /^a case that fires expects no finding/)
})

test('a case that cannot prove anything fails', () => {
  assert.deepEqual(expired('Fires', ...certs), ['a case that fires expects no finding'])
  assert.deepEqual(expired('Silent'), ['nothing to check'])
  assert.match(expired('Silent', '```text notes.xyz', 'nothing', '```').join(), /nothing to check/)
})

test('a page says why a rule never fires in a language, over as many lines as it takes', () => {
  const { elsewhere, cases } = page(
    '# some-rule',
    '## Silent',
    'A case.',
    '## Elsewhere',
    '',
    '- nginx, haproxy: they',
    '  have no such thing',
    '- pem: no'
  )
  assert.deepEqual(
    [...elsewhere],
    [
      ['nginx', 'they have no such thing'],
      ['haproxy', 'they have no such thing'],
      ['pem', 'no']
    ]
  )
  assert.equal(cases.length, 1)
  assert.throws(() => page('## Elsewhere', 'for no reason'), /cannot read the reason/)
})
