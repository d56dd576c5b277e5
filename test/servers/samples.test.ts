import assert from 'node:assert/strict'
import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { repository } from '../files.js'
import { applyFirstFix, findingsIn } from './folder.js'
import { copyWithFreePorts, nginxMissing, pause, type RunningNginx, request, requestPlain, startNginx } from './nginx.js'

interface Story {
  /** What we say: rule and file of every error and warning. */
  readonly findings: readonly string[]
  /** HTTP status for the gateway's certificate, for none, and for the office behind the gateway. */
  readonly happens: Happens
  /** What the orders service writes into its log when the gateway's certificate comes. */
  readonly log?: string
  /** Changes a copy as the story's README says, by our quick fix where there is one; afterwards all has to be well. */
  readonly mend?: (folder: string) => void
}

interface Happens {
  readonly withCertificate: number
  readonly without: number
  readonly throughGateway: number
}

const works: Happens = { withCertificate: 200, without: 400, throughGateway: 200 }
const refused: Happens = { withCertificate: 400, without: 400, throughGateway: 400 }

const stories: Readonly<Record<string, Story>> = {
  'missing-intermediate': {
    findings: ['missing-intermediate gateway/nginx.conf', 'missing-intermediate gateway/certs/gateway.pem'],
    happens: refused,
    log: 'client SSL certificate verify error: (21:unable to verify the first certificate)',
    mend: folder => applyFirstFix(folder, 'missing-intermediate')
  },
  'client-certificate-without-client-auth': {
    findings: ['missing-client-auth gateway/nginx.conf'],
    happens: refused,
    log: 'client SSL certificate verify error: (26:unsuitable certificate purpose)'
  },
  'leaf-in-trust-store': {
    findings: ['end-entity-in-trust-bundle orders/nginx.conf'],
    happens: refused,
    log: 'client SSL certificate verify error: (21:unable to verify the first certificate)',
    mend: folder => copyFileSync(join(folder, 'ca/root.pem'), join(folder, 'orders/certs/gateway.pem'))
  },
  'client-ca-not-enforced': {
    findings: ['client-ca-not-enforced orders/nginx.conf'],
    happens: { withCertificate: 200, without: 200, throughGateway: 200 },
    mend: folder => applyFirstFix(folder, 'client-ca-not-enforced')
  },
  'verify-depth-too-small': {
    findings: ['verify-depth-too-small orders/nginx.conf'],
    happens: refused,
    log: 'client SSL certificate verify error: (2:unable to get issuer certificate)',
    mend: folder => applyFirstFix(folder, 'verify-depth-too-small')
  },
  'verification-optional': {
    findings: ['client-verification-optional orders/nginx.conf'],
    happens: { withCertificate: 200, without: 200, throughGateway: 200 },
    mend: folder => applyFirstFix(folder, 'client-verification-optional')
  },
  'expired-certificate': {
    findings: ['certificate-expired gateway/nginx.conf', 'certificate-expired gateway/certs/gateway.pem'],
    happens: refused,
    log: 'client SSL certificate verify error: (10:certificate has expired)'
  },
  'all-correct': { findings: [], happens: works }
}

/** Runs both servers of a story and sends the three requests. */
async function play(folder: string, port: (written: number) => number): Promise<{ readonly happens: Happens; readonly log: string }> {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const running: RunningNginx[] = []
  try {
    const orders = await startNginx(join(folder, 'orders/nginx.conf'), port(8443))
    running.push(orders)
    running.push(await startNginx(join(folder, 'gateway/nginx.conf'), port(8080)))
    const client = { serverName: 'orders.internal', ca: read('gateway/certs/orders-ca.pem') }
    const identity = { cert: read('gateway/certs/gateway.pem'), key: read('gateway/certs/gateway.key') }
    // Node's client adds the CA that it trusts servers by to a lone certificate; nginx sends its file as it stands.
    const throughGateway = await requestPlain(port(8080), 'gateway.internal')
    await pause(50)
    const log = orders.log()
    const withCertificate = await request(port(8443), { ...client, ...identity, version: 'TLSv1.3' })
    const without = await request(port(8443), { ...client, version: 'TLSv1.3' })
    assert.equal((await request(port(8443), { ...client, ...identity, version: 'TLSv1.2' })).status, withCertificate.status)
    assert.equal((await request(port(8443), { ...client, version: 'TLSv1.2' })).status, without.status)
    if (without.status === 400) {
      assert.match(without.text, /No required SSL certificate was sent/)
      assert.match(orders.log(), /client sent no required SSL certificate/)
    }
    const status = (answer: { readonly status?: number; readonly error?: string }) => {
      assert.equal(answer.error, undefined)
      return answer.status!
    }
    return { happens: { withCertificate: status(withCertificate), without: status(without), throughGateway: status(throughGateway) }, log }
  } finally {
    for (const it of running) await it.stop()
  }
}

const sampleFolders = readdirSync(join(repository, 'samples'), { withFileTypes: true }).filter(
  // Those for the other languages have their own tests.
  it => it.isDirectory() && !it.name.startsWith('.') && !['haproxy', 'envoy', 'istio'].includes(it.name)
)

test('every sample has its story here', () => {
  assert.deepEqual(sampleFolders.map(it => it.name).sort(), Object.keys(stories).sort())
})

for (const [name, story] of Object.entries(stories)) {
  const source = join(repository, 'samples', name)
  describe(name, () => {
    test(`${name}: we say what its README says`, () => {
      assert.deepEqual(findingsIn(source), [...story.findings].sort())
    })

    test(`${name}: nginx does as we say`, { skip: nginxMissing }, async () => {
      const copy = await copyWithFreePorts(source)
      try {
        const { happens, log } = await play(copy.folder, copy.port)
        assert.deepEqual(happens, story.happens)
        if (story.log !== undefined) assert.ok(log.includes(story.log), log)
        else assert.doesNotMatch(log, /verify error/)
      } finally {
        copy.remove()
      }
    })

    if (!story.mend) return
    test(`${name}: mended, nothing is found and all works`, { skip: nginxMissing }, async () => {
      const copy = await copyWithFreePorts(source)
      try {
        story.mend!(copy.folder)
        assert.deepEqual((await play(copy.folder, copy.port)).happens, works)
        assert.deepEqual(findingsIn(copy.folder), [])
      } finally {
        copy.remove()
      }
    })
  })
}
