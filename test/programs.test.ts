/** Clients on command lines and in programs: what is read of them, where exactly, and what is left alone. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { TlsEndpoint } from '../server/src/core/model.js'
import { type SourceFile, sourceFile } from '../server/src/core/text.js'
import { commandLine } from '../server/src/dialects/command-line/index.js'
import { commandsIn } from '../server/src/dialects/command-line/shell.js'
import { node } from '../server/src/dialects/node/index.js'
import { walk } from '../server/src/files/walk.js'
import { wantedBy } from '../server/src/files/wanted.js'
import { printers } from '../server/src/handshake/products/printed.js'
import { dialects, explainError, openWorkspace } from '../server/src/service.js'
import { repository } from './files.js'
import { startClient } from './lsp-client.js'
import { readFrom } from './page.js'
import { makePki } from './pki.js'

const pki = makePki(
  'ca.pem:\nserver.pem: {issuer: ca, san: [api.test], eku: server}\nserver.key: {key: server}\nclient.pem: {issuer: ca, eku: client}\nclient.key: {key: client}\nother: {}\nstranger.pem: {issuer: other, eku: client}\nstranger.key: {key: stranger}'
)

function open(files: Readonly<Record<string, string>>) {
  const all = new Map<string, SourceFile>()
  for (const [name, text] of [...pki, ...Object.entries(files)]) all.set(`/w/${name}`, sourceFile(`/w/${name}`, text))
  const workspace = openWorkspace({
    read: readFrom(all),
    files: Object.keys(files).map(it => `/w/${it}`),
    now: () => new Date('2026-01-01')
  })
  return {
    endpoints: (name: string): readonly TlsEndpoint[] => workspace.lowered(`/w/${name}`)?.endpoints ?? [],
    found: (name: string) => workspace.check(`/w/${name}`).map(it => `${it.severity} ${it.rule}`),
    links: (name: string) => workspace.lowered(`/w/${name}`)?.paths.map(it => it.path) ?? []
  }
}

const page = (...lines: readonly string[]) => `# Try it\n\n\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n`
const readPage = (...lines: readonly string[]) => open({ 'README.md': page(...lines) }).endpoints('README.md')
const readScript = (text: string, name = 'run.sh') => open({ [name]: text }).endpoints(name)
const readProgram = (text: string, name = 'client.mjs') => open({ [name]: text }).endpoints(name)

/** The parts of an endpoint that these programs decide, in words. */
function brief(it: TlsEndpoint | undefined) {
  if (!it) return undefined
  const ref = (credential: TlsEndpoint['peer']['trustAnchors'][number] | TlsEndpoint['identities'][number]['certificate']) =>
    credential.kind === 'file' ? credential.path : credential.kind
  return {
    to: it.addresses.map(({ host, port }) => `${host ?? '?'}:${port ?? '?'}`).join(' '),
    sni: it.serverNames.map(name => (name.origin === 'unknown' ? '?' : name.value)).join(' '),
    presents: it.identities.map(({ certificate, key }) => `${ref(certificate)}${key ? ` ${ref(key)}` : ''}`).join(', '),
    trusts: it.peer.trustAnchors.map(ref).join(' '),
    verifies: it.peer.verifyChain.value,
    names: it.peer.verifyNames.map(name => (name.origin === 'unknown' ? '?' : name.value)).join(' '),
    versions: `${it.minVersion.value} ${it.maxVersion.value}`
  }
}

const plainCurl = { sni: 'api.test', presents: '', trusts: 'system', verifies: true, names: 'api.test', versions: 'TLSv1.2 TLSv1.3' }

describe('curl', () => {
  const cases: Readonly<Record<string, readonly [command: string, expected: ReturnType<typeof brief>]>> = {
    'certificate, key and CA': [
      'curl --cert client.pem --key client.key --cacert ca.pem https://api.test:8443/x',
      { ...plainCurl, to: 'api.test:8443', presents: '/w/client.pem /w/client.key', trusts: '/w/ca.pem' }
    ],
    'short options, joined and with their values attached': [
      'curl -sSkEclient.pem -o/dev/null https://api.test:8443/x',
      { ...plainCurl, to: 'api.test:8443', presents: '/w/client.pem', verifies: false, names: '' }
    ],
    'a password behind the certificate': [
      'curl -E client.pem:secret https://api.test',
      { ...plainCurl, to: 'api.test:443', presents: '/w/client.pem' }
    ],
    'an address by hand': ['curl --resolve api.test:8443:127.0.0.1 https://api.test:8443', { ...plainCurl, to: '127.0.0.1:8443' }],
    'another place': ['curl --connect-to ::localhost:9443 https://api.test', { ...plainCurl, to: 'localhost:9443' }],
    versions: ['curl --tlsv1.3 https://api.test:8443', { ...plainCurl, to: 'api.test:8443', versions: 'TLSv1.3 TLSv1.3' }],
    'at most': ['curl --tls-max 1.2 https://api.test:8443', { ...plainCurl, to: 'api.test:8443', versions: 'TLSv1.2 TLSv1.2' }],
    'an address in the URL': ['curl https://[::1]:8443/', { ...plainCurl, to: '::1:8443', sni: '', names: '::1' }],
    'the environment': ['CURL_CA_BUNDLE=ca.pem curl https://api.test:8443', { ...plainCurl, to: 'api.test:8443', trusts: '/w/ca.pem' }],
    'in a substitution, in quotes': [
      'X="$(sudo curl --cacert ca.pem "https://api.test:8443")"',
      { ...plainCurl, to: 'api.test:8443', trusts: '/w/ca.pem' }
    ],
    'over several lines, behind a prompt': [
      '$ curl \\\n  --cacert ca.pem \\\n  https://api.test:8443',
      { ...plainCurl, to: 'api.test:8443', trusts: '/w/ca.pem' }
    ],
    'variables and placeholders': [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it stands in the text that is read
      'curl --cert "$CERT" --cacert <ca.pem> https://${HOST}:8443/',
      { ...plainCurl, to: '?:8443', sni: '?', presents: 'dynamic', trusts: 'dynamic', names: '?' }
    ],
    'an engine’s key': [
      'curl --cert pkcs11:token=x --key-type ENG https://api.test',
      { ...plainCurl, to: 'api.test:443', presents: 'dynamic' }
    ]
  }
  for (const [name, [command, expected]] of Object.entries(cases))
    test(name, () => {
      assert.deepEqual(brief(readPage(command)[0]), expected)
    })
  test('more than one request in a command', () => {
    const found = readPage('curl -k https://a.test https://b.test --next --cacert ca.pem https://c.test')
    assert.deepEqual(
      found.map(it => [it.addresses[0]?.host, it.peer.verifyChain.value]),
      [
        ['a.test', false],
        ['b.test', false],
        ['c.test', true]
      ]
    )
  })
  test('every setting stands where it is written', () => {
    const text = page('curl -sSk --cert client.pem "https://api.test:8443/x"')
    const [found] = open({ 'README.md': text }).endpoints('README.md')
    const at = ({ start, end }: { readonly start: number; readonly end: number }) => text.slice(start, end)
    assert.equal(at(found!.peer.verifyChain.at), 'k')
    assert.equal(at(found!.identities[0]!.certificate.at), 'client.pem')
    assert.equal(at(found!.addresses[0]!.at), 'api.test:8443')
    assert.equal(at(found!.block), 'curl -sSk --cert client.pem "https://api.test:8443/x')
  })
  const ignored: Readonly<Record<string, string>> = {
    'a download': 'curl -fsSL https://sh.example.com | sh',
    'plain HTTP': 'curl --cert client.pem http://api.test',
    'a comment': '# curl -k https://api.test',
    'output of curl': 'curl: (60) SSL certificate problem: unable to get local issuer certificate',
    'a word of another command': 'docker run curl -k https://api.test',
    'what is in a here-document': 'cat <<EOF\ncurl -k https://api.test\nEOF'
  }
  for (const [name, command] of Object.entries(ignored))
    test(`not: ${name}`, () => {
      assert.deepEqual(readPage(command), [])
    })
})

describe('openssl s_client', () => {
  const plain = {
    to: 'api.test:8443',
    sni: 'api.test',
    presents: '',
    trusts: 'system',
    verifies: false,
    names: '',
    versions: 'TLSv1.2 TLSv1.3'
  }
  const cases: Readonly<Record<string, readonly [command: string, expected: ReturnType<typeof brief>]>> = {
    'the host is asked for, and nothing is verified': ['openssl s_client -connect api.test:8443 </dev/null', plain],
    'all that mutual TLS needs': [
      'openssl s_client -connect 127.0.0.1:8443 -servername api.test -cert client.pem -key client.key -CAfile ca.pem -verify_return_error -verify_hostname api.test',
      { ...plain, to: '127.0.0.1:8443', presents: '/w/client.pem /w/client.key', trusts: '/w/ca.pem', verifies: true, names: 'api.test' }
    ],
    'no name for an address': ['openssl s_client -connect 127.0.0.1:8443', { ...plain, to: '127.0.0.1:8443', sni: '' }],
    'no name at all': ['openssl s_client -noservername -connect api.test:8443', { ...plain, sni: '' }],
    'one version': ['openssl s_client -connect api.test:8443 -tls1_2', { ...plain, versions: 'TLSv1.2 TLSv1.2' }],
    'without one': ['openssl s_client -connect api.test:8443 -no_tls1_3', { ...plain, versions: 'TLSv1.2 TLSv1.2' }],
    'the place alone': ['openssl s_client api.test:8443', plain]
  }
  for (const [name, [command, expected]] of Object.entries(cases))
    test(name, () => {
      assert.deepEqual(brief(readPage(command)[0]), expected)
    })
  test('only the end entity is sent unless the rest is named', () => {
    assert.equal(readPage('openssl s_client -connect a:1 -cert client.pem')[0]!.identities[0]!.chain, 'nothing')
    const [{ chain } = { chain: undefined }] = readPage('openssl s_client -connect a:1 -cert client.pem -cert_chain ca.pem')[0]!.identities
    assert.ok(chain !== undefined && chain !== 'nothing' && chain.kind === 'file' && chain.path === '/w/ca.pem')
  })
})

describe('where the files of a command lie', () => {
  const trusts = (name: string, text: string) => {
    const { endpoints } = open({ [name]: text })
    return brief(endpoints(name)[0])?.trusts
  }
  test('in the folder of the page, or in one above', () => {
    assert.equal(trusts('docs/usage/README.md', page('curl --cacert ca.pem https://api.test:8443')), '/w/ca.pem')
  })
  test('where the commands before it went', () => {
    assert.equal(trusts('docs/README.md', page('cd ..', 'curl --cacert ca.pem https://api.test:8443')), '/w/ca.pem')
    assert.equal(trusts('README.md', page('cd "$DIR"', 'curl --cacert ca.pem https://api.test:8443')), 'dynamic')
    assert.equal(trusts('bin/run.sh', 'cd "$(dirname "$0")/.."\ncurl --cacert ca.pem https://api.test:8443\n'), '/w/ca.pem')
  })
  test('what is there is a link, and what is not is nobody’s business', () => {
    const { found, links } = open({ 'README.md': page('curl --cert missing.pem --cacert ca.pem https://api.test:8443') })
    assert.deepEqual(links('README.md'), ['/w/ca.pem'])
    assert.deepEqual(found('README.md'), [])
  })
})

describe('what is said of commands', () => {
  const cases: Readonly<Record<string, readonly [name: string, text: string, found: readonly string[]]>> = {
    'a script gives its certificate to anybody': [
      'run.sh',
      'curl -k --cert client.pem --key client.key https://api.test',
      ['warning peer-not-verified']
    ],
    'a page does': ['README.md', page('curl -k --cert client.pem --key client.key https://api.test'), ['information peer-not-verified']],
    'a test does': ['test/run.sh', 'curl -k --cert client.pem --key client.key https://api.test', ['information peer-not-verified']],
    'a page gives nothing away': ['README.md', page('curl -k https://api.test'), []],
    'a script looks at its own machine': ['run.sh', 'curl -k https://localhost:8443/health', []],
    'nobody knows where to': ['run.sh', 'curl -k "https://$HOST:8443/health"', []],
    's_client only looks': ['run.sh', 'openssl s_client -connect api.test:443 -CAfile ca.pem', []],
    'an old version is asked for to see it refused': ['run.sh', 'openssl s_client -connect api.test:443 -tls1', []],
    'a key that is another’s': [
      'run.sh',
      'curl --cert client.pem --key server.key https://api.test',
      ['warning key-does-not-match-certificate']
    ]
  }
  for (const [name, [file, text, expected]] of Object.entries(cases))
    test(name, () => {
      const { found } = open({ [file.replace('test/', 'tests/')]: text })
      assert.deepEqual(found(file.replace('test/', 'tests/')), expected)
    })
  const server = (more: string) =>
    `events {}\nhttp { server { listen 127.0.0.1:8443 ssl; server_name api.test; ssl_certificate server.pem; ssl_certificate_key server.key; ${more} } }`
  const demand = 'ssl_client_certificate ca.pem; ssl_verify_client on;'
  test('a command that will be refused is told so, and its server is not', () => {
    const { found } = open({
      'nginx.conf': server(demand),
      'run.sh': 'curl --cert stranger.pem --key stranger.key --cacert ca.pem --resolve api.test:8443:127.0.0.1 https://api.test:8443/'
    })
    assert.deepEqual(found('run.sh'), ['warning issuer-not-trusted-by-peer'])
    assert.deepEqual(found('nginx.conf'), [])
  })
  test('a command without a certificate may be there to show what comes of it', () => {
    const command = 'curl --cacert ca.pem --resolve api.test:8443:127.0.0.1 https://api.test:8443/'
    const { found } = open({ 'nginx.conf': server(demand), 'README.md': page(command) })
    assert.deepEqual([...found('README.md'), ...found('nginx.conf')], [])
  })
})

describe('Node.js', () => {
  const https = "import https from 'node:https'\nimport { readFileSync } from 'node:fs'\n"
  const plain = {
    to: 'api.test:8443',
    sni: 'api.test',
    presents: '',
    trusts: 'system',
    verifies: true,
    names: 'api.test',
    versions: 'TLSv1.2 TLSv1.3'
  }
  const cases: Readonly<Record<string, readonly [text: string, expected: ReturnType<typeof brief>]>> = {
    'options with files': [
      `${https}https.request({ hostname: 'api.test', port: 8443, cert: readFileSync('client.pem'), key: readFileSync('client.key'), ca: [readFileSync('ca.pem')] })`,
      { ...plain, presents: '/w/client.pem /w/client.key', trusts: '/w/ca.pem' }
    ],
    'a URL and an agent': [
      `${https}const agent = new https.Agent({ ca: readFileSync('ca.pem'), rejectUnauthorized: false })\nhttps.get('https://api.test:8443/x', { agent })`,
      { ...plain, trusts: '/w/ca.pem', verifies: false, names: '' }
    ],
    'a constant that is written once': [
      `${https}const port = 8443\nconst options = { host: 'api.test', port, servername: 'other.test', minVersion: 'TLSv1.3' }\nhttps.request(options)`,
      { ...plain, sni: 'other.test', names: 'other.test', versions: 'TLSv1.3 TLSv1.3' }
    ],
    'a variable that is written again': [
      `${https}let host = 'a.test'\nhost = 'b.test'\nhttps.request({ host, port: 8443, rejectUnauthorized: true })`,
      { ...plain, to: '?:8443', sni: '?', names: '?' }
    ],
    'a server that is verified by name alone': [
      `${https}https.request({ host: 'api.test', port: 8443, checkServerIdentity: () => undefined })`,
      { ...plain, names: '' }
    ],
    'a check of one’s own': [
      `${https}https.request({ host: 'api.test', port: 8443, checkServerIdentity: (host, cert) => pin(cert) })`,
      { ...plain, names: '?' }
    ],
    'tls.connect with a port and a host': [
      "const tls = require('tls')\ntls.connect(8443, 'api.test', { ca: null, minVersion: 'TLSv1.2' })",
      plain
    ],
    'an environment variable': [
      `${https}https.request({ host: 'api.test', port: 8443, ca: process.env.CA })`,
      { ...plain, trusts: 'dynamic' }
    ]
  }
  for (const [name, [text, expected]] of Object.entries(cases))
    test(name, () => {
      assert.deepEqual(brief(readProgram(text)[0]), expected)
    })
  const folders: Readonly<Record<string, string>> = {
    'path.join(__dirname, …)': "path.join(__dirname, '..', 'ca.pem')",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it stands in the text that is read
    'a template with __dirname': '`${__dirname}/../ca.pem`',
    'import.meta.dirname': "path.resolve(import.meta.dirname, '../ca.pem')",
    'a URL beside the file': "new URL('../ca.pem', import.meta.url)"
  }
  for (const [name, path] of Object.entries(folders))
    test(`files: ${name}`, () => {
      const text = `import fs from 'fs'\nimport path from 'path'\nimport https from 'https'\nnew https.Agent({ ca: fs.readFileSync(${path}) })`
      assert.equal(brief(readProgram(text, 'src/client.ts')[0])?.trusts, '/w/ca.pem')
    })
  test('TypeScript', () => {
    const text = `${https}interface Options { readonly port: number }\nconst options = { host: 'api.test', port: 8443, ca: readFileSync('ca.pem') } satisfies https.RequestOptions\nexport const call = (it: Options): void => void https.request(options as https.RequestOptions)`
    assert.deepEqual(brief(readProgram(text, 'client.ts')[0]), { ...plain, trusts: '/w/ca.pem' })
  })
  test('a server, and where it listens', () => {
    const text = `${https}const server = https.createServer({ cert: readFileSync('server.pem'), key: readFileSync('server.key'), ca: readFileSync('ca.pem'), requestCert: true }, handle)\nserver.listen(8443, '127.0.0.1')`
    const [found] = readProgram(text)
    assert.equal(found?.role, 'server')
    assert.deepEqual([found.peer.certificate.value, found.peer.verifyChain.value], ['require', true])
    assert.deepEqual([found.addresses[0]?.host, found.addresses[0]?.port], ['127.0.0.1', 8443])
  })
  const findings: Readonly<Record<string, readonly [text: string, found: readonly string[], name?: string]>> = {
    'verification is off': [`${https}https.request({ host: 'api.test', rejectUnauthorized: false })`, ['error peer-not-verified']],
    'in a test it may be': [`${https}https.request({ host: 'api.test', rejectUnauthorized: false })`, [], 'client.test.mjs'],
    'on the same machine it is worth knowing': [
      `${https}https.request({ host: 'localhost', port: 8443, rejectUnauthorized: false })`,
      ['information peer-not-verified']
    ],
    'of the whole process': ["process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'", ['error peer-not-verified']],
    'or what is spread over it': [`${https}https.request({ host: 'api.test', rejectUnauthorized: false, ...options })`, []],
    'an agent has the last word': [
      `${https}https.get('https://api.test', { rejectUnauthorized: false, agent: new https.Agent({ rejectUnauthorized: true }) })`,
      []
    ],
    'whatever the environment says': [`${https}https.request({ host: 'api.test', rejectUnauthorized: process.env.CI !== '1' })`, []],
    'a CA for clients that are not asked': [
      `${https}https.createServer({ cert: readFileSync('server.pem'), key: readFileSync('server.key'), ca: readFileSync('ca.pem') })`,
      ['error client-ca-not-enforced']
    ],
    'the chain of its own certificate': [
      `${https}https.createServer({ cert: readFileSync('server.pem'), key: readFileSync('server.key'), ca: readFileSync('chain.pem') })`,
      []
    ],
    'clients are asked': [
      `${https}https.createServer({ cert: readFileSync('server.pem'), key: readFileSync('server.key'), ca: readFileSync('ca.pem'), requestCert: true })`,
      []
    ],
    'any name is accepted': [
      `${https}https.request({ host: 'api.test', ca: readFileSync('ca.pem'), checkServerIdentity: () => {} })`,
      ['warning upstream-name-not-verified']
    ]
  }
  for (const [name, [text, expected, file = 'client.mjs']] of Object.entries(findings))
    test(`findings: ${name}`, () => {
      assert.deepEqual(open({ [file]: text }).found(file), expected)
    })
})

describe('hostile input', { timeout: 60_000 }, () => {
  const scripts: Readonly<Record<string, string>> = {
    'nested substitutions': `curl -k https://a.test ${'$('.repeat(100_000)}`,
    'quotes without end': `${'"\'`'.repeat(50_000)} curl https:`,
    'a word without end': `curl -k https://${'a'.repeat(900_000)}`,
    'a command of many options': `curl ${'-k '.repeat(100_000)}https://a.test:1`,
    'many requests': `curl ${'--next '.repeat(100_000)}https://a.test:1`,
    'many commands': 'curl -k https://a.test:1\n'.repeat(30_000),
    'here-documents': 'curl https: <<A <<B\n'.repeat(20_000)
  }
  for (const [name, text] of Object.entries(scripts))
    test(name, () => {
      assert.ok(readScript(text).length <= 2000)
    })
  test('a page of many blocks with apostrophes', () => {
    assert.deepEqual(readPage(...Array.from({ length: 20_000 }, () => "it's curl https:\n```\n```sh")), [])
  })
  const programs: Readonly<Record<string, string>> = {
    'brackets without end': `https.request({ ca, ${'['.repeat(100_000)}`,
    'a chain of members': `https.request({ ca: x${'.y'.repeat(50_000)} })`,
    'constants that double': `${Array.from({ length: 60 }, (_, it) => `const a${it} = [a${it + 1}, a${it + 1}]`).join('\n')}\nhttps.request({ host: 'a', ca: a0 })`,
    'objects that double': `${Array.from({ length: 60 }, (_, it) => `const a${it} = { ...a${it + 1}, ...a${it + 1} }`).join('\n')}\nhttps.request({ host: 'a', ca: 1, ...a0 })`,
    'many servers': 'tls.createServer({ cert, key, ca: 1 }).listen(1)\n'.repeat(9_000),
    'a circle': 'const a = b\nconst b = a\nhttps.request({ host: a, ca: b, ...a })',
    'no program': 'https.request({ ca: <<<<<<< HEAD'
  }
  for (const [name, text] of Object.entries(programs))
    test(name, () => {
      assert.ok(readProgram(text).length <= 1000)
    })
})

test('in an editor, a page and a program are checked like configurations, and edits are followed', async t => {
  const server = `events {}\nhttp { server { listen 127.0.0.1:8443 ssl; server_name api.test; ssl_certificate server.pem; ssl_certificate_key server.key; ssl_client_certificate ca.pem; ssl_verify_client on; } }\n`
  const script = 'curl --cert stranger.pem --key stranger.key --resolve api.test:8443:127.0.0.1 https://api.test:8443/\n'
  const certs =
    'ca.pem:\nserver.pem: {issuer: ca, san: [api.test], eku: server}\nserver.key: {key: server}\nother: {}\nstranger.pem: {issuer: other, eku: client}\nstranger.key: {key: stranger}\n'
  const client = await startClient(t, {
    certs,
    files: {
      'nginx.conf': server,
      'run.sh': script,
      'client.mjs': "import https from 'https'\nhttps.get({ host: 'api.test', rejectUnauthorized: false })\n"
    }
  })
  await client.until('run.sh', ['issuer-not-trusted-by-peer: stranger.pem'])
  await client.until('client.mjs', ['peer-not-verified: false'])
  await client.open('client.mjs', 'javascript')
  await client.edit('client.mjs', 'false', 'true')
  await client.until('client.mjs', [])
  await client.open('README.md', 'markdown', page('curl -k --cert stranger.pem --key stranger.key https://api.test/'))
  await client.until('README.md', ['peer-not-verified: k'])
  await client.close('README.md')
  await client.until('README.md', [])
  assert.equal(await client.stop(), 0)
})

test('a walk looks into what projects are full of, and waits for nobody', {
  skip: process.platform === 'win32' && 'pipes are POSIX'
}, t => {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-walk-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const files = {
    'README.md': page('curl -k https://api.test'),
    'CHANGES.md': '# Nothing of ours\n',
    LICENSE: 'curl https://a.test s_client',
    deploy: '#!/bin/sh\ncurl -k https://api.test\n',
    'index.js': 'module.exports = 1\n',
    'client.ts': "https.get({ rejectUnauthorized: false, host: 'a' })\n",
    'nginx.conf': 'events {}\n'
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  assert.equal(spawnSync('mkfifo', [join(folder, 'pipe')]).status, 0)
  const found = walk(folder, wantedBy(dialects)).map(it => it.slice(folder.length + 1))
  assert.deepEqual(found, ['README.md', 'client.ts', 'deploy', 'nginx.conf'])
})

describe('which client is meant', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-programs-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of pki) writeFileSync(join(folder, name), text)
  const location = (path: string, more = '') => `location ${path} { proxy_pass https://127.0.0.1:8443; ${more} }`
  const identity = 'proxy_ssl_certificate client.pem; proxy_ssl_certificate_key client.key;'
  writeFileSync(
    join(folder, 'nginx.conf'),
    'events {}\nhttp { server { listen 127.0.0.1:8443 ssl; ssl_certificate server.pem; ssl_certificate_key server.key; ssl_client_certificate ca.pem; ssl_verify_client on; location / { return 200; } location /open { return 204; } } }\n'
  )
  writeFileSync(
    join(folder, 'gateway.conf'),
    `events {}\nhttp { server { listen 127.0.0.1:80;\n${location('/a')}\n${location('/b', identity)}\n} }\n`
  )
  writeFileSync(
    join(folder, 'README.md'),
    page('curl --cert client.pem --key client.key --cacert ca.pem --resolve api.test:8443:127.0.0.1 \\\n  https://api.test:8443/open')
  )
  const run = (...args: readonly string[]) => {
    const command = [
      '--import',
      join(repository, 'node_modules/tsx/dist/esm/index.mjs'),
      join(repository, 'server/src/cli/main.ts'),
      ...args
    ]
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' })
    return { status, stdout, stderr }
  }
  test('several are listed, each as it can be named', () => {
    const { status, stderr } = run('handshake', 'nginx.conf', '--client', 'gateway.conf')
    assert.equal(status, 2)
    assert.match(stderr, /several clients.*\n {2}--client gateway\.conf:3 {2}proxy_pass \S+\n {2}--client gateway\.conf:4 {2}proxy_pass/)
  })
  test('a line chooses', () => {
    assert.match(run('handshake', 'nginx.conf', '--client', 'gateway.conf:3').stdout, /^Rejected by the server: HTTP 400/)
    assert.match(run('handshake', 'nginx.conf', '--client', 'gateway.conf:4').stdout, /^Accepted: HTTP 200/)
  })
  test('one that is not there is told of', () => {
    const { status, stderr } = run('handshake', 'nginx.conf', '--client', 'gateway.conf:40')
    assert.equal(status, 2)
    assert.match(stderr, /no such client; there is\n {2}--client gateway\.conf:3/)
  })
  test('a program of Node.js is a server, which hangs up on strangers', () => {
    const files = ['server.pem', 'server.key', 'ca.pem'].map(it => `readFileSync('${it}')`)
    const text = `import https from 'https'\nimport { readFileSync } from 'fs'\nhttps.createServer({ cert: ${files[0]}, key: ${files[1]}, ca: ${files[2]}, requestCert: true }).listen(9443)\n`
    writeFileSync(join(folder, 'server.mjs'), text)
    const holding = (name: string) =>
      run('handshake', 'server.mjs', '--cert', `${name}.pem`, '--key', `${name}.key`, '--at', '2026-01-01').stdout
    assert.match(holding('client'), /^Accepted/)
    assert.match(holding('stranger'), /^Rejected by the server: .*UNABLE_TO_VERIFY_LEAF_SIGNATURE/)
    assert.match(run('handshake', 'server.mjs').stdout, /^Rejected by the server: peer did not return a certificate/)
  })
  test('a command of a page, with what it asks for', () => {
    assert.match(run('handshake', 'nginx.conf', '--client', 'README.md', '--at', '2026-01-01').stdout, /^Accepted: HTTP 204/)
    assert.match(
      run('handshake', 'nginx.conf', '--client', 'README.md:5', '--path', '/', '--at', '2026-01-01').stdout,
      /^Accepted: HTTP 200/
    )
  })
})

test('what is predicted to be printed is what Explain Error knows', () => {
  for (const [product, print] of Object.entries(printers))
    for (const alert of ['certificate required', 'unknown ca', 'handshake failure', 'bad certificate', 'certificate expired'])
      for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
        const line = print({ side: 'server', text: '', alert, version })
        assert.ok(line !== undefined && explainError(line).explanations.length > 0, `${product}: ${line}`)
      }
})

test('words of the shell', () => {
  const words = (text: string) => commandsIn(text, { start: 0, end: text.length }).map(it => it.map(word => word.value))
  assert.deepEqual(words('a \'b c\' "d e" f\\ g'), [['a', 'b c', 'd e', 'f g']])
  assert.deepEqual(words('a; b && c | d > e 2>&1 < f'), [['a'], ['b'], ['c'], ['d']])
  assert.deepEqual(words('a $(b "$(c)") d'), [['c'], ['b', '$('], ['a', '$(', 'd']])
  assert.deepEqual(words('a `b` # c'), [['b'], ['a', '`']])
  assert.deepEqual(words('a <<E\nb\nE\nc'), [['a'], ['c']])
})

test('only what may matter is taken for a program of ours', () => {
  assert.equal(node.detect('/w/a.mjs', "import https from 'https'\nhttps.get('https://a.test')"), false)
  assert.equal(node.detect('/w/a.d.ts', 'https rejectUnauthorized: false'), false)
  assert.equal(node.detect('/w/node_modules/a/b.js', "require('https').request({ rejectUnauthorized: false })"), false)
  assert.equal(commandLine.detect('/w/README.md', 'curl https://a.test'), false)
  assert.equal(commandLine.detect('/w/LICENSE', 'curl https://a.test'), false)
  assert.equal(commandLine.detect('/w/deploy', '#!/usr/bin/env bash\ncurl https://a.test'), true)
})
