/** `mtls-lens create` makes a PKI with which real servers and clients shake hands. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type KeyKind, keyKinds, type PkiWishes } from '../server/src/create/wishes.js'
import { diskRead } from '../server/src/files/disk.js'
import { inTheWay, writeNewFiles } from '../server/src/files/new-files.js'
import { createPki } from '../server/src/lsp/create-pki.js'
import { uriOf } from '../server/src/lsp/uris.js'
import { createDevelopmentPki, openWorkspace, parsePem, readWishes } from '../server/src/service.js'
import { copyWithFreePorts, nginxMissing, request, startNginx } from './servers/nginx.js'

const scratch = mkdtempSync(join(tmpdir(), 'mtls-lens-create-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

const password = 'correct horse'
const missing = (tool: string, ...args: readonly string[]) => (spawnSync(tool, args).error ? `${tool} is not on this machine` : false)
const noOpenssl = missing('openssl', 'version')

const wishes = (words: Partial<PkiWishes> = {}): PkiWishes => ({
  serverNames: ['api.internal', '127.0.0.1'],
  clientName: 'alice',
  days: 90,
  key: 'ec',
  now: new Date(),
  password,
  ...words
})

async function make(words: Partial<PkiWishes> = {}) {
  const wanted = readWishes(wishes(words))
  assert.ok(!('fault' in wanted), JSON.stringify(wanted))
  return createDevelopmentPki(wanted)
}

const textOf = (made: Awaited<ReturnType<typeof make>>, name: string) => String(made.files.get(name)!.content)

async function makeIn(name: string, words: Partial<PkiWishes> = {}): Promise<string> {
  const folder = join(scratch, name)
  writeNewFiles(folder, (await make(words)).files)
  return folder
}

const run = (folder: string, tool: string, ...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(tool, args, { cwd: folder, encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}

for (const key of keyKinds) {
  describe(`with ${key} keys`, () => {
    let folder = ''
    before(async () => {
      folder = await makeIn(key, { key })
    })

    test('OpenSSL verifies server and client for their purposes, and for no other', { skip: noOpenssl }, () => {
      const verify = (purpose: string, name: string) =>
        run(
          folder,
          'openssl',
          'verify',
          '-x509_strict',
          '-purpose',
          purpose,
          '-CAfile',
          'root-ca.pem',
          '-untrusted',
          `${name}-fullchain.pem`,
          `${name}.pem`
        )
      assert.deepEqual(verify('sslserver', 'server'), { status: 0, said: 'server.pem: OK\n' })
      assert.deepEqual(verify('sslclient', 'client'), { status: 0, said: 'client.pem: OK\n' })
      assert.match(verify('sslserver', 'client').said, /unsuitable certificate purpose/)
      assert.match(verify('sslclient', 'server').said, /unsuitable certificate purpose/)
    })

    test('each key belongs to its certificate', () => {
      for (const name of ['root-ca', 'issuing-ca', 'server', 'client']) {
        const certificate = new X509Certificate(readFileSync(join(folder, `${name}.pem`)))
        assert.ok(certificate.checkPrivateKey(createPrivateKey(readFileSync(join(folder, `${name}.key`)))), name)
      }
    })

    test('OpenSSL opens the PKCS#12 file, encrypted as it is today', { skip: noOpenssl }, () => {
      const { status, said } = run(folder, 'openssl', 'pkcs12', '-info', '-in', 'client.p12', '-passin', `pass:${password}`, '-nodes')
      assert.equal(status, 0, said.slice(0, 500))
      assert.match(said, /MAC: sha256, Iteration 10000/)
      assert.match(said, /Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC/)
      assert.equal(said.match(/BEGIN CERTIFICATE/g)?.length, 3)
      assert.match(said, /friendlyName: alice/)
      assert.equal(run(folder, 'openssl', 'pkcs12', '-in', 'client.p12', '-passin', 'pass:wrong', '-noout').status, 1)
    })

    test('Java opens the PKCS#12 file', { skip: missing('keytool', '-help') }, () => {
      const { status, said } = run(
        folder,
        'keytool',
        '-J-Duser.language=en',
        '-list',
        '-v',
        '-keystore',
        'client.p12',
        '-storepass',
        password
      )
      assert.equal(status, 0, said)
      assert.match(said, /Alias name: alice[\s\S]*Entry type: PrivateKeyEntry[\s\S]*Certificate chain length: 3/)
    })

    test('a real nginx takes the client, and turns others away', { skip: nginxMissing }, async () => {
      const copy = await copyWithFreePorts(withNginx(folder))
      const port = copy.port(8443)
      const nginx = await startNginx(join(copy.folder, 'nginx.conf'), port)
      const read = (name: string) => readFileSync(join(copy.folder, name), 'utf8')
      try {
        const client = { serverName: 'api.internal', ca: read('root-ca.pem') }
        const known = await request(port, { ...client, cert: read('client-fullchain.pem'), key: read('client.key') })
        assert.match(known.text, /CN=alice/, known.error)
        assert.equal((await request(port, client)).status, 400)
        await curlWithPkcs12(copy.folder, port)
      } finally {
        await nginx.stop()
        copy.remove()
      }
    })

    test('our own check has nothing to say, of the files and of the nginx that uses them', () => {
      const paths = readdirSync(withNginx(folder)).map(it => join(folder, it))
      const workspace = openWorkspace({ read: diskRead(), files: paths })
      const found = paths.flatMap(it => workspace.check(it)).map(it => `${it.rule}: ${it.message}`)
      assert.deepEqual(found, [])
    })
  })
}

/** The same folder, with a configuration that uses what is in it. */
function withNginx(folder: string): string {
  writeFileSync(
    join(folder, 'nginx.conf'),
    `error_log error.log info;
pid nginx.pid;
events {}
http {
  access_log off;
  server {
    listen 127.0.0.1:8443 ssl;
    server_name api.internal;
    ssl_certificate server-fullchain.pem;
    ssl_certificate_key server.key;
    ssl_client_certificate root-ca.pem;
    ssl_verify_client on;
    location / { return 200 "$ssl_client_s_dn"; }
  }
}
`
  )
  return folder
}

/** In a process beside this one, for the proxy must not stop while curl waits. */
async function curlWithPkcs12(folder: string, port: number): Promise<void> {
  if (missing('curl', '--version')) return
  const args = [
    '--silent',
    '--show-error',
    '--noproxy',
    '*',
    '--resolve',
    `api.internal:${port}:127.0.0.1`,
    '--cacert',
    'root-ca.pem',
    '--cert-type',
    'P12'
  ]
  const child = spawn('curl', [...args, '--cert', `client.p12:${password}`, `https://api.internal:${port}/`], { cwd: folder })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', it => (said += it))
  await new Promise(resolve => child.once('close', resolve))
  assert.match(said, /CN=alice/)
}

describe('the certificates', () => {
  const facts = async (words: Partial<PkiWishes>, name: string) => {
    const made = await make(words)
    const [certificate] = parsePem({ path: '/x.pem', text: textOf(made, name), encoding: 'utf8' }).certificates
    assert.ok(certificate)
    return certificate
  }
  const namesOf = async (words: Partial<PkiWishes>, name: string) =>
    ((await facts(words, name)).subjectAltNames ?? []).map(it => `${it.type}:${it.value}`)

  test('name what was asked for', async () => {
    assert.deepEqual(await namesOf({ serverNames: ['API.internal', '*.api.internal', '::1', '10.0.0.1'] }, 'server.pem'), [
      'dns:api.internal',
      'dns:*.api.internal',
      'ip:::1',
      'ip:10.0.0.1'
    ])
    assert.deepEqual(await namesOf({ clientName: 'alice@acme.example' }, 'client.pem'), ['email:alice@acme.example'])
    const client = await facts({ clientName: '#Ünal, "O=x" + Söhne' }, 'client.pem')
    assert.deepEqual([client.subject.commonName, client.subject.attributes.length], ['#Ünal, "O=x" + Söhne', 1])
    assert.equal(client.subjectAltNames, undefined)
  })

  test('carry SPIFFE IDs, one each', async () => {
    assert.deepEqual(await namesOf({ spiffe: 'spiffe://acme.internal/ns/a/sa/b' }, 'client.pem'), [
      'dns:alice',
      'uri:spiffe://acme.internal/ns/a/sa/b'
    ])
    assert.deepEqual(await namesOf({ spiffe: 'spiffe://acme.internal/ns/a/sa/b', serverNames: ['a'] }, 'server.pem'), ['dns:a'])
    assert.deepEqual(await namesOf({ spiffe: 'acme.internal', clientName: 'build agent' }, 'client.pem'), [
      'uri:spiffe://acme.internal/client/build-agent'
    ])
    assert.deepEqual(await namesOf({ spiffe: 'acme.internal', serverNames: ['a.b'] }, 'server.pem'), [
      'dns:a.b',
      'uri:spiffe://acme.internal/server/a.b'
    ])
  })

  test('are for one purpose each', async () => {
    const usage = async (key: KeyKind, name: string) => {
      const { keyUsage, extendedKeyUsage, basicConstraints } = await facts({ key }, name)
      return { keyUsage: [...keyUsage!], extendedKeyUsage, basicConstraints }
    }
    const none = { ca: false }
    assert.deepEqual(await usage('ec', 'server.pem'), {
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
      basicConstraints: none
    })
    assert.deepEqual(await usage('rsa', 'client.pem'), {
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
      basicConstraints: none
    })
    assert.deepEqual(await usage('ec', 'issuing-ca.pem'), {
      keyUsage: ['keyCertSign', 'cRLSign'],
      extendedKeyUsage: undefined,
      basicConstraints: { ca: true, pathLength: 0 }
    })
  })

  test('last as long as was asked for, and their CAs no shorter', async () => {
    const now = new Date('2030-01-01T12:00:00Z')
    const made = await make({ now, days: 30_000 })
    const until = (name: string) => new X509Certificate(textOf(made, name)).validTo
    for (const name of ['server.pem', 'client.pem', 'issuing-ca.pem', 'root-ca.pem'])
      assert.match(until(name), /Feb 21 12:00:00 2112/, name)
    const short = await make({ now, days: 1 })
    assert.match(new X509Certificate(textOf(short, 'client.pem')).validTo, /Jan {2}2 12:00:00 2030/)
    assert.match(new X509Certificate(textOf(short, 'root-ca.pem')).validTo, /Dec 30 12:00:00 2039/)
  })

  test('two PKIs have no name in common', async () => {
    const subject = async () => (await facts({}, 'root-ca.pem')).subject.text
    assert.notEqual(await subject(), await subject())
  })
})

test('what no certificate can say is refused', () => {
  const faultOf = (words: Partial<PkiWishes>) => {
    const it = readWishes(wishes(words))
    return 'fault' in it ? it.fault : undefined
  }
  assert.match(faultOf({ serverNames: ['a b'] })!, /^"a b" is neither a DNS name nor an IP address$/)
  for (const name of ['', '1.2.3', '1.2.3.400', '-a', 'a..b', '*', 'a.*', 'ü.example', 'x'.repeat(64), 'https://a'])
    assert.ok(faultOf({ serverNames: [name] }), name)
  assert.ok(faultOf({ serverNames: [] }))
  for (const clientName of ['', 'a\nb', 'x'.repeat(65)]) assert.ok(faultOf({ clientName }), clientName)
  for (const spiffe of ['', 'spiffe://A/b', 'spiffe://a/../b', 'spiffe://a/b?c', 'spiffe://a//b']) assert.ok(faultOf({ spiffe }), spiffe)
  // Java would not open it.
  assert.ok(faultOf({ password: 'pässword' }))
})

describe('on disk', () => {
  test('keys are for their owner alone', { skip: process.platform === 'win32' && 'Windows has no such modes' }, async () => {
    const folder = await makeIn('modes/deeper')
    const modes = readdirSync(folder).map(it => `${it} ${(statSync(join(folder, it)).mode & 0o777).toString(8)}`)
    const secrets = modes.filter(it => it.endsWith(' 600')).map(it => it.slice(0, -4))
    assert.deepEqual(secrets, ['client.key', 'client.p12', 'issuing-ca.key', 'root-ca.key', 'server.key'])
    for (const name of readdirSync(folder))
      assert.equal(readFileSync(join(folder, name), 'latin1').includes('PRIVATE KEY'), name.endsWith('.key'), name)
  })

  test('nothing is overwritten, nor followed', async () => {
    const folder = join(scratch, 'kept')
    mkdirSync(folder)
    writeFileSync(join(folder, 'server.key'), 'mine')
    symlinkSync(join(scratch, 'nowhere'), join(folder, 'client.pem'))
    const { files } = await make()
    assert.deepEqual(inTheWay(folder, files.keys()), ['server.key', 'client.pem'])
    assert.throws(() => writeNewFiles(folder, files), /EEXIST/)
    // What was written before the one in the way is taken back.
    assert.deepEqual(readdirSync(folder).sort(), ['client.pem', 'server.key'])
    assert.equal(readFileSync(join(folder, 'server.key'), 'utf8'), 'mine')
    assert.ok(lstatSync(join(folder, 'client.pem')).isSymbolicLink())
  })
})

describe('asked by an editor', () => {
  test('files are made and listed, and no key is told', async () => {
    const folder = join(scratch, 'from an editor')
    const answer = await createPki({ folder: uriOf(folder), serverNames: ['localhost'], clientName: 'bob' }, new Date())
    assert.ok(answer.kind === 'made', JSON.stringify(answer))
    assert.deepEqual(
      answer.files.map(it => it.uri).sort(),
      readdirSync(folder).map(it => uriOf(join(folder, it)))
    )
    assert.ok(answer.password.length >= 16)
    const key = createPrivateKey(readFileSync(join(folder, 'client.key'))).export({ format: 'jwk' })
    assert.ok(!JSON.stringify(answer).includes(key.d!))
    const again = await createPki({ folder: uriOf(folder) }, new Date())
    assert.ok(again.kind === 'error' && /^Nothing is written, for there is root-ca\.pem, /.test(again.message))
  })
  test('what cannot be is said', async () => {
    const fault = async (params: Parameters<typeof createPki>[0]) => {
      const answer = await createPki(params, new Date())
      return answer.kind === 'error' ? answer.message : ''
    }
    assert.match(await fault({ folder: uriOf(scratch), serverNames: ['a b'] }), /^No certificates are made: "a b" is neither/)
    assert.match(await fault({ folder: 'untitled:x' }), /the folder is not on a disk/)
    writeFileSync(join(scratch, 'a-file'), '')
    assert.match(await fault({ folder: uriOf(join(scratch, 'a-file', 'below')) }), /^Nothing is written: /)
  })
})
