/** The command line as a real process: what users and CI run. */
import assert from 'node:assert/strict'
import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, it, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { flagsFor } from '../server/src/cli/short-run.js'
import { findSettings } from '../server/src/files/settings.js'
import { repository } from './files.js'
import { makePki } from './pki.js'

const scratch = mkdtempSync(path.join(tmpdir(), 'mtls-lens-cli-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

const pki = await makePki(`
root.pem: {subject: 'O=Acme, CN=Acme Root'}
issuing.pem: {issuer: root, subject: 'O=Acme, CN=Acme Issuing CA 1'}
server.pem: {issuer: issuing, san: [www.example.com], eku: [server]}
server.key: {key: server}
fullchain.pem: [server, issuing]
expired.pem: {issuer: root, san: [old.example.com], eku: [server], notAfter: 2024-01-01}
client.pem: {issuer: issuing, subject: 'CN=alice', eku: [client]}
`)

const noCertificateDemanded = `events {}
http {
  server {
    listen 127.0.0.1:8443 ssl;
    server_name www.example.com;
    ssl_certificate fullchain.pem;
    ssl_certificate_key server.key;
    ssl_client_certificate root.pem;
  }
}
`

/** A folder with all certificates and, where given, further files. */
function project(name: string, files: Readonly<Record<string, string>>, certificates: readonly string[] = [...pki.keys()]): string {
  const folder = path.join(scratch, name)
  mkdirSync(folder, { recursive: true })
  for (const each of certificates) writeFileSync(path.join(folder, each), pki.get(each)!, { mode: 0o600 })
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), text)
  }
  return folder
}

function run(args: readonly string[], options: SpawnSyncOptions = {}) {
  const command = [path.join(repository, 'dist/cli.cjs'), ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', cwd: scratch, timeout: 60_000, ...options })
  return { status, stdout: String(stdout), stderr: String(stderr) }
}

const now = ['--at', '2026-01-01']

interface Report {
  readonly schema: number
  readonly summary: Readonly<Record<string, number>>
  readonly diagnostics: readonly {
    readonly rule: string
    readonly severity: string
    readonly file: string
    readonly range: {
      readonly start: { readonly line: number; readonly character: number }
      readonly end: { readonly line: number; readonly character: number }
    }
    readonly url: string
    readonly message: string
    readonly related: readonly { readonly file: string }[]
    readonly fixes: readonly { readonly title: string }[]
  }[]
}
const report = (args: readonly string[], options?: SpawnSyncOptions): Report =>
  JSON.parse(run(['check', '--format', 'json', ...now, ...args], options).stdout)

describe('mtls-lens check', () => {
  it('finds a client CA that nobody enforces, on the very argument, and exits with 1', () => {
    const folder = project('unenforced', { 'nginx.conf': noCertificateDemanded })
    const { status, stdout, stderr } = run(['check', '--format', 'json', ...now], { cwd: folder })
    assert.equal(status, 1)
    assert.equal(stderr, '')
    const { schema, summary, diagnostics } = JSON.parse(stdout) as Report
    assert.equal(schema, 1)
    assert.equal(summary.endpoints, 1)
    const found = diagnostics.find(each => each.rule === 'client-ca-not-enforced')
    assert.ok(found)
    assert.equal(found.file, 'nginx.conf')
    assert.equal(found.severity, 'error')
    assert.equal(
      noCertificateDemanded.split('\n')[found.range.start.line]!.slice(found.range.start.character, found.range.end.character),
      'root.pem'
    )
    assert.match(found.url, /client-ca-not-enforced\.md$/)
  })

  it('says the same to people, with the line and carets under it', () => {
    const folder = project('unenforced-text', { 'nginx.conf': noCertificateDemanded })
    const { status, stdout } = run(['check', ...now, folder])
    assert.equal(status, 1)
    assert.match(stdout, /error\[client-ca-not-enforced\]/)
    assert.match(stdout, /^ {2}--> .*nginx\.conf:8:28$/m)
    assert.match(stdout, /^8 \| {5}ssl_client_certificate root\.pem;\n {2}\| {28}\^{8}$/m)
    assert.doesNotMatch(stdout, new RegExp(String.fromCharCode(27)), 'no colours where nobody watches')
  })

  it('lets no file steer the terminal', () => {
    const steering = noCertificateDemanded.replace('root.pem', '"\u001b]0;pwned\u0007\tnone.pem"')
    const { stdout } = run(['check', ...now, project('steering', { '\u001b[2Jnginx.conf': steering })])
    assert.match(stdout, /^8 \| {5}ssl_client_certificate "\uFFFD]0;pwned\uFFFD\tnone\.pem";$/m)
    assert.doesNotMatch(stdout, /(?![\t\n])\p{Cc}/u)
  })

  it('exits with 0 where nothing is wrong, and with 1 for a warning only when asked to', () => {
    const folder = project('expiring', {}, ['expired.pem'])
    assert.equal(run(['check', '--at', '2023-06-01', folder]).status, 0)
    assert.equal(run(['check', '--at', '2023-12-20', folder]).status, 0)
    assert.equal(run(['check', '--at', '2023-12-20', '--fail-on', 'warning', folder]).status, 1)
    assert.equal(run(['check', '--at', '2024-06-01', folder]).status, 1)
  })

  it('exits with 2 and one clear line on what cannot be', () => {
    for (const args of [
      ['check', 'no-such-folder'],
      ['check', '--at', 'noon'],
      ['check', '--rule', 'weak-key=loud'],
      ['check', '--rule', 'week-key=off'],
      ['check', '--format', 'xml'],
      ['frobnicate'],
      ['check', '--baseline', 'none.json']
    ]) {
      const { status, stdout, stderr } = run(args)
      assert.equal(status, 2, args.join(' '))
      assert.equal(stdout, '', args.join(' '))
      assert.match(stderr, /^(mtls-lens|error): /m, args.join(' '))
    }
  })

  it('leaves out what a baseline knows, however far it has moved, and nothing more', () => {
    const folder = project('baseline', { 'nginx.conf': noCertificateDemanded })
    const baseline = path.join(folder, 'baseline.json')
    writeFileSync(baseline, run(['check', '--format', 'json', ...now], { cwd: folder }).stdout)
    writeFileSync(path.join(folder, 'nginx.conf'), `# a new line\n${noCertificateDemanded}`)
    assert.deepEqual(
      report(['--baseline', baseline], { cwd: folder }).diagnostics.map(each => each.rule),
      []
    )
    writeFileSync(path.join(folder, 'nginx.conf'), noCertificateDemanded.replace('root.pem', 'issuing.pem'))
    assert.ok(report(['--baseline', baseline], { cwd: folder }).diagnostics.some(each => each.rule === 'client-ca-not-enforced'))
  })

  it('takes severities from the command line, from mtls-lens.config.json and from package.json, in this order', () => {
    const folder = project('settings', {}, ['expired.pem'])
    const severity = (args: readonly string[] = []) =>
      report(args, { cwd: folder }).diagnostics.find(each => each.rule === 'certificate-expired')?.severity
    assert.equal(severity(), 'error')
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ mtlsLens: { rules: { 'certificate-expired': 'warning' } } }))
    assert.equal(severity(), 'warning')
    writeFileSync(path.join(folder, 'mtls-lens.config.json'), JSON.stringify({ rules: { 'certificate-expired': 'information' } }))
    assert.equal(severity(), 'information')
    assert.equal(severity(['--rule', 'certificate-expired=off']), undefined)
    const [elsewhere] = report([path.join(folder, 'expired.pem')], { cwd: repository }).diagnostics
    assert.equal(elsewhere?.severity, 'information', 'of the project, from wherever its file is named')
    writeFileSync(path.join(folder, 'mtls-lens.config.json'), '{ "rules": { "week-key": "off" } }')
    assert.match(run(['check'], { cwd: folder }).stderr, /mtls-lens\.config\.json: there is no rule week-key$/m)
    writeFileSync(path.join(folder, 'mtls-lens.config.json'), '{ "rulez": {} }')
    const { status, stderr } = run(['check'], { cwd: folder })
    assert.equal(status, 2)
    assert.match(stderr, /there is no setting "rulez"/)
  })

  it('checks standard input under a given name, with the files around it', () => {
    const folder = project('stdin', {})
    const { status, stdout } = run(['check', '--stdin', '--stdin-filename', 'nginx.conf', '--format', 'json', ...now], {
      cwd: folder,
      input: noCertificateDemanded
    })
    assert.equal(status, 1)
    assert.ok((JSON.parse(stdout) as Report).diagnostics.some(each => each.rule === 'client-ca-not-enforced' && each.file === 'nginx.conf'))
  })

  it('knows what is named outright, or comes on standard input, by its content', () => {
    const folder = project('outright', {
      site: noCertificateDemanded,
      'old.certificate': pki.get('expired.pem')!,
      notes: 'nothing of ours'
    })
    const found = (args: readonly string[], input?: string) => report(args, { cwd: folder, input }).diagnostics.map(each => each.rule)
    assert.ok(found(['site']).includes('client-ca-not-enforced'))
    writeFileSync(path.join(folder, 'powershell.pem'), Buffer.from(`\ufeff${pki.get('server.pem')!}`, 'utf16le'))
    assert.deepEqual([...new Set(found(['powershell.pem']))], ['malformed-pem'])
    assert.ok(found(['.']).includes('malformed-pem'))
    assert.ok(found(['old.certificate']).includes('certificate-expired'))
    assert.ok(found(['--stdin'], pki.get('expired.pem')).includes('certificate-expired'))
    assert.ok(found(['--stdin'], noCertificateDemanded).includes('client-ca-not-enforced'))
    assert.equal(JSON.parse(run(['endpoints', 'site'], { cwd: folder }).stdout).endpoints.length, 1)
    for (const command of ['check', 'endpoints', 'map', 'handshake']) {
      const { status, stdout, stderr } = run([command, 'notes'], { cwd: folder })
      assert.equal(status, 2, command)
      assert.equal(stdout, '', command)
      assert.match(stderr, /notes: neither certificates nor a configuration that mTLS Lens knows/, command)
    }
  })

  it('writes annotations for GitHub', () => {
    const folder = project('github', { 'nginx.conf': noCertificateDemanded })
    const { stdout } = run(['check', '--format', 'github', ...now], { cwd: folder })
    assert.match(stdout, /^::error file=nginx\.conf,line=8,endLine=8,col=28,endColumn=36,title=client-ca-not-enforced::/m)
  })

  it('writes SARIF with rules, relative URIs, fingerprints and suppressions', () => {
    const ignored = noCertificateDemanded.replace(
      '    ssl_client_certificate',
      '    # mtls-lens-ignore client-ca-not-enforced: the application asks\n    ssl_client_certificate'
    )
    const folder = project('sarif', { 'nginx.conf': ignored })
    const { stdout, status } = run(['check', '--format', 'sarif', ...now], { cwd: folder })
    const { version, runs } = JSON.parse(stdout)
    assert.equal(version, '2.1.0')
    const { results, tool } = runs[0]
    const result = results.find((each: { ruleId: string }) => each.ruleId === 'client-ca-not-enforced')
    assert.deepEqual(result.suppressions, [{ kind: 'inSource', justification: 'the application asks' }])
    assert.deepEqual(result.locations[0].physicalLocation.artifactLocation, { uri: 'nginx.conf', uriBaseId: 'SRCROOT' })
    assert.equal(tool.driver.rules[result.ruleIndex].id, 'client-ca-not-enforced')
    assert.match(result.partialFingerprints['mtlsLens/v1'], /^[0-9a-f]{32}$/)
    const errors = results.filter((each: { level: string; suppressions?: unknown }) => each.level === 'error' && !each.suppressions)
    assert.equal(status, errors.length > 0 ? 1 : 0, 'what is suppressed does not fail the run')
  })

  it('writes names of files into SARIF that mean these very files', () => {
    const name = 'a:b #1/ü?%41.pem'
    const folder = project('sarif-names', { [name]: pki.get('expired.pem')! }, [])
    const { runs } = JSON.parse(run(['check', '--format', 'sarif', ...now], { cwd: folder }).stdout)
    const { uri } = runs[0].results[0].locations[0].physicalLocation.artifactLocation
    assert.equal(fileURLToPath(new URL(uri, `${pathToFileURL(folder)}/`)), path.join(folder, name))
  })

  it('applies safe fixes with --fix, and a second run finds nothing to fix', () => {
    const folder = project('fix', {
      'nginx.conf': noCertificateDemanded.replace('fullchain.pem', 'server.pem').replace('    ssl_client_certificate root.pem;\n', '')
    })
    assert.ok(report([], { cwd: folder }).diagnostics.some(each => each.rule === 'missing-intermediate'))
    const { stdout, stderr } = run(['check', '--fix', ...now], { cwd: folder })
    assert.match(stderr, /^fixed .*Append Acme Issuing CA 1/m)
    assert.doesNotMatch(stdout, /nginx\.conf.*\n.*Acme Issuing CA 1/, 'what is left is told of the files as they are now')
    assert.ok(!report([], { cwd: folder }).diagnostics.some(each => each.rule === 'missing-intermediate' && each.file !== 'client.pem'))
    assert.equal(
      readFileSync(path.join(folder, 'server.pem'), 'utf8').replaceAll(/\s/g, ''),
      pki.get('fullchain.pem')!.replaceAll(/\s/g, '')
    )
    assert.doesNotMatch(run(['check', '--fix', ...now], { cwd: folder }).stderr, /^fixed/m)
  })

  it('passes over what git ignores and node_modules', () => {
    const folder = project(
      'ignored',
      { '.gitignore': 'build/\n', 'build/expired.pem': pki.get('expired.pem')!, 'node_modules/x/expired.pem': pki.get('expired.pem')! },
      []
    )
    assert.deepEqual(report([], { cwd: folder }).diagnostics, [])
  })

  it('never prints private key material, not even of a damaged key', () => {
    const body = pki.get('server.key')!.split('\n')
    const damaged = [...body.slice(0, 2), `${body[2]!.slice(0, 20)}!${body[2]!.slice(21)}`, ...body.slice(3)].join('\n')
    const folder = project('keys', { 'damaged.key': damaged, 'ca.pem': pki.get('root.pem')! + pki.get('server.key')! }, ['server.key'])
    for (const format of ['text', 'json', 'sarif', 'github']) {
      const { stdout, stderr } = run(['check', '--format', format, ...now], { cwd: folder })
      for (const line of body.slice(1, -2)) assert.ok(!`${stdout}${stderr}`.includes(line.slice(0, 16)), format)
    }
  })
})

test('settings may be written as the editor names them, and by an editor that begins files with a byte order mark', () => {
  const folder = project('dotted', {
    'mtls-lens.config.json': '\uFEFF{ "nginx.version": "1.18.0", "codeLens.enable": false, "haproxy": { "version": "2.4.0" } }'
  })
  const { given, problems } = findSettings(folder)!
  assert.deepEqual(given, { nginx: { version: '1.18.0' }, codeLens: { enable: false }, haproxy: { version: '2.4.0' } })
  assert.deepEqual(problems, [])
})

test('a private key that stands on one line is not printed either, nor one in the base64 of a Secret', () => {
  const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const body = key.split('\n')[1]!
  const folder = project('one-line', { 'a.key': key.replaceAll('\n', ''), 'b.key': key.replaceAll('\n', ' ') }, [])
  cpSync(path.join(repository, 'samples/istio/all-correct'), folder, { recursive: true })
  const secret = path.join(folder, 'gateway/secret.yaml')
  const inBase64 = Buffer.from(key).toString('base64')
  writeFileSync(secret, readFileSync(secret, 'utf8').replace(/tls\.key: .*/, `tls.key: ${inBase64}`))
  const { stdout } = run(['check', ...now], { cwd: folder })
  assert.match(stdout, /^1 \| -----BEGIN PRIVATE KEY-----…\n {2}\| \^{27}$/m)
  assert.match(stdout, /^9 \| {3}tls\.key: …\n {2}\| {12}\^$/m)
  for (const each of [body.slice(20, 40), inBase64.slice(60, 80)]) assert.ok(!stdout.includes(each))
})

test('V8 is told no flag that the Node at hand may not know, for it would complain of it in every run', () => {
  assert.deepEqual(flagsFor('20.0.0'), ['--interrupt-budget=400000', '--always-sparkplug'])
  for (const node of ['22.23.3', '24.21.0']) assert.deepEqual(flagsFor(node), ['--always-sparkplug'])
  for (const node of ['21.7.3', '23.1.0', '26.0.0']) assert.deepEqual(flagsFor(node), [])
})

describe('mtls-lens verify', () => {
  const folder = project('verify', {})
  const verify = (...args: string[]) => {
    const { status, stdout, stderr } = run(['verify', ...now, '--format', 'json', ...args], { cwd: folder })
    return { status, stderr, verdict: stdout === '' ? undefined : JSON.parse(stdout) }
  }

  it('verifies a full chain and shows its path', () => {
    const { status, verdict } = verify('fullchain.pem', '--trust', 'root.pem')
    assert.equal(status, 0)
    assert.equal(verdict.verified, true)
    assert.deepEqual(
      verdict.path.map((each: { file: string }) => each.file),
      ['fullchain.pem', 'fullchain.pem', 'root.pem']
    )
  })

  it('says which issuer is missing', () => {
    const { status, verdict } = verify('server.pem', '--trust', 'root.pem')
    assert.equal(status, 1)
    assert.equal(verdict.verified, false)
    assert.equal(verdict.errors[0].openssl, 20)
    assert.equal(verdict.errors[0].depth, 0)
    assert.match(verdict.errors[0].hint, /Acme Issuing CA 1 .*: it is in issuing\.pem$/)
    assert.equal(verdict.errors[0].file, 'server.pem')
    assert.equal(verdict.errors[0].clause, 'RFC 5280 6.1')
    assert.ok(verdict.errors[0].range.start.line > 0)
  })

  it('refuses a client certificate as a server, and a name that is not in it', () => {
    assert.equal(
      verify('client.pem', '--intermediates', 'issuing.pem', '--trust', 'root.pem', '--purpose', 'server').verdict.errors[0].openssl,
      26
    )
    assert.equal(verify('fullchain.pem', '--trust', 'root.pem', '--name', 'dns:api.example.com').verdict.errors[0].openssl, 62)
    assert.equal(verify('fullchain.pem', '--trust', 'root.pem', '--name', 'dns:www.example.com').status, 0)
  })

  it('asks every verifier', () => {
    const { status, verdict } = verify('fullchain.pem', '--trust', 'root.pem', '--verifier', 'all')
    assert.equal(status, 0)
    assert.deepEqual(
      verdict.map((each: { verifier: string }) => each.verifier),
      ['openssl', 'boringssl', 'go', 'java', 'rustls', 'gnutls', 'rfc5280']
    )
  })

  it('tells people where verifiers differ, and each reason once', () => {
    const text = (...args: string[]) => run(['verify', ...now, ...args], { cwd: folder }).stdout
    const lines = text('fullchain.pem', '--trust', 'issuing.pem', '--verifier', 'all').split('\n')
    assert.match(lines[1]!, /^openssl +not verified +1 +unable to get issuer certificate$/)
    assert.match(lines[3]!, /^go +verified$/)
    assert.equal(lines[9], "openssl: unable-to-get-issuer-certificate (OpenSSL's error 2) at depth 1")
    assert.match(lines[10]!, /, at issuing\.pem:\d+:\d+ \(RFC 5280 6\.1\)$/)
    assert.match(lines[11]!, /: it is in root\.pem$/)
    assert.match(text('server.pem', '--trust', 'root.pem', '--verifier', 'all'), /^all: unable-to-get-local-issuer-certificate/m)
  })

  it('takes an OCSP response, and refuses what is none', () => {
    writeFileSync(path.join(folder, 'later.der'), Buffer.from('30030a0103', 'hex'))
    for (const [file, words] of [
      ['later.der', /later\.der: The responder gave no answer but said tryLater/],
      ['root.pem', /root\.pem: no OCSP response in it/],
      ['server.key', /server\.key: no OCSP response in it/]
    ] as const) {
      const { status, stderr } = run(['verify', 'fullchain.pem', '--trust', 'root.pem', '--ocsp', file], { cwd: folder })
      assert.equal(status, 2)
      assert.match(stderr, words)
    }
  })

  it('exits with 2 where there is nothing to verify', () => {
    for (const args of [
      ['verify', 'fullchain.pem'],
      ['verify', 'none.pem', '--trust', 'root.pem'],
      ['verify', 'server.key', '--trust', 'root.pem'],
      ['verify', 'server.pem', '--trust', 'root.pem', '--name', 'www']
    ]) {
      const { status, stderr } = run(args, { cwd: folder })
      assert.equal(status, 2, args.join(' '))
      assert.notEqual(stderr, '')
    }
  })
})

test('mtls-lens inspect shows what it can read, each certificate of PKCS#7 line by line, and names the rest', () => {
  const folder = project('inspect-some', { 'notes.txt': 'nothing of ours' })
  spawnSync('openssl', ['crl2pkcs7', '-nocrl', '-certfile', 'fullchain.pem', '-out', 'chain.p7b'], { cwd: folder })
  const { status, stdout, stderr } = run(['inspect', 'notes.txt', 'chain.p7b', 'none.pem'], { cwd: folder })
  assert.equal(status, 2)
  assert.deepEqual(stdout.match(/^ {4}- kind: certificate$/gm)?.length, 2)
  assert.match(stdout, /^ {6}subject: O=Acme, CN=Acme Issuing CA 1$/m)
  assert.equal(stderr, 'mtls-lens: notes.txt: neither PEM nor DER that mTLS Lens can read\nmtls-lens: none.pem: there is no such file\n')
})

test('mtls-lens inspect says so when it is given PKCS#12, such as create makes', () => {
  const folder = project('inspect', {}, [])
  run(['create', 'pki'], { cwd: folder })
  const { status, stdout, stderr } = run(['inspect', 'pki/client.p12'], { cwd: folder })
  assert.deepEqual([status, stdout, stderr], [2, '', 'mtls-lens: pki/client.p12: PKCS#12, which mTLS Lens cannot read\n'])
})

describe('mtls-lens create', () => {
  const create = (folder: string, ...args: readonly string[]) => run(['create', folder, ...args, ...now])

  it('lists as JSON what it made, and what it made holds together', () => {
    const { status, stdout, stderr } = create('made', '--server-name', 'api.internal', '--server-name', '10.0.0.1', '--format', 'json')
    assert.deepEqual([status, stderr], [0, ''])
    const { folder, files, password } = JSON.parse(stdout)
    assert.deepEqual([folder, password.length], ['made', 16])
    assert.deepEqual(files.map((it: { readonly file: string }) => it.file).sort(), readdirSync(path.join(scratch, 'made')).sort())
    const verified = run([
      'verify',
      'made/server-fullchain.pem',
      '--trust',
      'made/root-ca.pem',
      '--name',
      'ip:10.0.0.1',
      '--verifier',
      'all',
      ...now
    ])
    assert.equal(verified.status, 0, verified.stdout)
    const { summary } = JSON.parse(run(['check', 'made', '--format', 'json', ...now]).stdout)
    assert.deepEqual([summary.errors, summary.warnings, summary.information], [0, 0, 0])
  })

  it('prints the password and no key', () => {
    const { stdout } = create('printed', '--password', 'open sesame', '--key', 'ed25519')
    assert.match(stdout, /client\.p12 is open sesame\n$/)
    const keys = readdirSync(path.join(scratch, 'printed')).filter(it => it.endsWith('.key'))
    assert.equal(keys.length, 4)
    for (const key of keys) assert.ok(!stdout.includes(readFileSync(path.join(scratch, 'printed', key), 'utf8').split('\n')[1]!))
  })

  it('overwrites nothing and exits with 2', () => {
    mkdirSync(path.join(scratch, 'taken'))
    writeFileSync(path.join(scratch, 'taken/client.key'), 'mine')
    const { status, stdout, stderr } = create('taken')
    assert.deepEqual([status, stdout, stderr], [2, '', 'mtls-lens: taken: nothing is written, for there is client.key already\n'])
    assert.deepEqual(readdirSync(path.join(scratch, 'taken')), ['client.key'])
    assert.equal(readFileSync(path.join(scratch, 'taken/client.key'), 'utf8'), 'mine')
  })

  it('exits with 2 on what cannot be', () => {
    for (const args of [
      ['--days', '0'],
      ['--days', 'x'],
      ['--key', 'dsa'],
      ['--server-name', 'a b'],
      ['--spiffe', 'spiffe://A/b']
    ]) {
      const { status, stderr } = create('never', ...args)
      assert.equal(status, 2, args.join(' '))
      assert.notEqual(stderr, '')
    }
    assert.equal(create('taken/client.key/below').status, 2)
    assert.ok(!readdirSync(scratch).includes('never'))
  })
})

describe('paths and streams that cannot be used', () => {
  const reads = [['check'], ['endpoints'], ['map'], ['explain', 'bad certificate', '--workspace'], ['handshake']] as const
  const refused = (args: readonly string[], words: RegExp, options?: SpawnSyncOptions) => {
    const { status, stdout, stderr } = run(args, options)
    assert.equal(status, 2, `${args.join(' ')}: ${stderr}`)
    assert.equal(stdout, '')
    assert.match(stderr, words)
  }

  it('are named with the reason', () => {
    const folder = project('paths', {}, [])
    symlinkSync('loop', path.join(folder, 'loop'))
    for (const command of reads) {
      refused([...command, 'loop'], /^mtls-lens: loop: its symbolic links form a loop$/m, { cwd: folder })
      refused([...command, 'a'.repeat(300)], /^mtls-lens: a{300}: there is no such file/m, { cwd: folder })
    }
    refused(['check', ''], /there is no such file or folder/)
    refused(['map', '--within', 'nowhere'], /^mtls-lens: nowhere: there is no such file or folder$/m, { cwd: folder })
  })

  it('are told of where permission is missing: for a file, a folder, a part of one, and to write', () => {
    const folder = project('permissions', { 'nginx.conf': noCertificateDemanded, 'twice.pem': pki.get('root.pem')! + pki.get('root.pem')! })
    mkdirSync(path.join(folder, 'closed'))
    for (const each of readdirSync(folder)) chmodSync(path.join(folder, each), each === 'closed' ? 0o711 : 0o444)
    for (const each of [scratch, folder]) chmodSync(each, 0o755)
    writeFileSync(path.join(folder, 'closed/secret.pem'), '', { mode: 0 })
    // As root nothing is closed, so that somebody else runs it there, from where everybody may read it.
    const dist = path.join(scratch, 'dist')
    cpSync(path.join(repository, 'dist'), dist, { recursive: true })
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
    chmodSync(path.join(folder, 'closed'), process.getuid?.() === 0 ? 0o711 : 0o311)
    const asNobody = (args: readonly string[]) =>
      spawnSync(process.execPath, [path.join(dist, 'cli.cjs'), ...args], { encoding: 'utf8', cwd: folder, timeout: 60_000, ...nobody })
    for (const [args, words] of [
      [['check', 'closed'], /^mtls-lens: closed: permission is denied$/m],
      [['check', 'closed/secret.pem'], /^mtls-lens: closed\/secret\.pem: permission is denied$/m],
      [['check', '--fix', 'twice.pem'], /^mtls-lens: twice\.pem: its fix cannot be written \(EACCES\)$/m]
    ] as const) {
      const { status, stdout, stderr } = asNobody(args)
      assert.deepEqual([status, stdout], [2, ''], stderr)
      assert.match(stderr, words)
    }
    for (const command of ['check', 'endpoints']) {
      const { stderr } = asNobody([command])
      assert.match(stderr, /^mtls-lens: closed is passed over: permission is denied$/m)
    }
    chmodSync(path.join(folder, 'closed'), 0o755)
  })

  it('include standard input that is a folder, and output that nobody can write', () => {
    const folder = project('streams', { 'nginx.conf': noCertificateDemanded })
    const handle = openSync(folder, 'r')
    for (const args of [
      ['check', '--stdin'],
      ['explain', '-']
    ])
      refused(args, /standard input cannot be read/, { stdio: [handle, 'pipe', 'pipe'] })
    closeSync(handle)
    if (!existsSync('/dev/full')) return
    const full = openSync('/dev/full', 'w')
    for (const command of ['check', 'endpoints']) {
      const { status, stderr } = run([command], { cwd: folder, stdio: ['ignore', full, 'pipe'] })
      assert.equal(status, 2, stderr)
      assert.equal(stderr, 'mtls-lens: standard output cannot be written (ENOSPC)\n')
    }
    closeSync(full)
  })
})

describe('mtls-lens check --stdin', () => {
  it('reads DER', () => {
    const folder = project('stdin-der', {}, [])
    const input = new X509Certificate(pki.get('expired.pem')!).raw
    const { summary, diagnostics } = report(['--stdin', '--stdin-filename', 'expired.der'], { cwd: folder, input })
    assert.equal(summary.certificates, 1)
    assert.deepEqual(
      diagnostics.map(each => each.rule),
      ['certificate-expired']
    )
  })

  it('is meant by --stdin-filename alone, and by nobody who names a path', () => {
    const folder = project('stdin-alone', { 'nginx.conf': noCertificateDemanded })
    assert.deepEqual(report(['--stdin-filename', 'other.pem'], { cwd: folder, input: pki.get('root.pem') }).diagnostics, [])
    const { status, stderr } = run(['check', '--stdin', 'nginx.conf'], { cwd: folder, input: pki.get('root.pem') })
    assert.equal(status, 2)
    assert.match(stderr, /^mtls-lens: --stdin: only standard input is checked then, and no path$/m)
  })

  it('changes no file of the name that it is given', () => {
    const folder = project('stdin-fix', { 'twice.pem': pki.get('root.pem')! + pki.get('root.pem')! }, [])
    const input = readFileSync(path.join(folder, 'twice.pem'))
    const { status, stderr } = run(['check', '--fix', '--stdin', '--stdin-filename', 'twice.pem'], { cwd: folder, input })
    assert.equal(status, 2)
    assert.match(stderr, /'--fix' cannot be used with option '--stdin'/)
    assert.deepEqual(readFileSync(path.join(folder, 'twice.pem')), input)
  })
})

describe('hostile folders', () => {
  it('says what it passes over, and of a damaged file no more than anybody reads', () => {
    const folder = project('hostile', { 'nginx.conf': '{'.repeat(50_000) }, [])
    mkdirSync(path.join(folder, 'folder.pem'))
    symlinkSync('loop.pem', path.join(folder, 'loop.pem'))
    writeFileSync(path.join(folder, 'big.pem'), Buffer.alloc(50_000_000, 65))
    const { status, stdout, stderr } = run(['check', '--format', 'json', ...now], { cwd: folder })
    assert.equal(status, 1)
    assert.match(stderr, /^mtls-lens: big\.pem is passed over: it is 50 MB large/m)
    const { diagnostics } = JSON.parse(stdout) as Report
    assert.equal(diagnostics.length, 201)
    assert.match(diagnostics.at(-1)!.message, /^49800 more findings of syntax-error in this file are left out$/)
  })
})
