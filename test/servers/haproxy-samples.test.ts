import assert from 'node:assert/strict'
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { repository } from '../files.js'
import { applyFirstFix, findingsIn } from './folder.js'
import { haproxyMissing, type RunningHaproxy, startHaproxy } from './haproxy.js'
import { type Answer, copyWithFreePorts, request, requestPlain } from './nginx.js'

/** A status, or the alert that ends the handshake. */
type Fate = number | string

interface Happens {
  readonly withCertificate: Fate
  readonly without: Fate
  /** For the office behind the gateway. */
  readonly throughGateway: 200 | 'refused'
}

interface Story {
  /** What we say: rule and file of every error and warning. */
  readonly findings: readonly string[]
  readonly happens: Happens
  /** Changes a copy as the story's README says, by our quick fix where there is one; afterwards all has to be well. */
  readonly mend?: (folder: string) => void
}

const works: Happens = { withCertificate: 200, without: 'certificate required', throughGateway: 200 }
const open: Happens = { withCertificate: 200, without: 200, throughGateway: 200 }
const refused = (alert: string): Happens => ({ withCertificate: alert, without: 'certificate required', throughGateway: 'refused' })

const stories: Readonly<Record<string, Story>> = {
  'missing-intermediate': {
    findings: ['missing-intermediate gateway/haproxy.cfg', 'missing-intermediate gateway/certs/gateway.pem'],
    happens: refused('unknown ca'),
    mend: folder => applyFirstFix(folder, 'missing-intermediate')
  },
  'client-certificate-without-client-auth': {
    findings: ['missing-client-auth gateway/haproxy.cfg'],
    happens: refused('unsupported certificate')
  },
  'leaf-in-trust-store': {
    findings: ['end-entity-in-trust-bundle orders/haproxy.cfg'],
    happens: refused('unknown ca'),
    mend: folder => copyFileSync(join(folder, 'ca/root.pem'), join(folder, 'orders/certs/gateway.pem'))
  },
  'client-ca-not-enforced': {
    findings: ['client-ca-not-enforced orders/haproxy.cfg'],
    happens: open,
    mend: folder => applyFirstFix(folder, 'client-ca-not-enforced')
  },
  'verification-optional': {
    findings: ['client-verification-optional orders/haproxy.cfg'],
    happens: open,
    mend: folder => applyFirstFix(folder, 'client-verification-optional')
  },
  'verify-result-misread': {
    findings: ['ambiguous-verify-result orders/haproxy.cfg'],
    happens: open,
    mend: folder => replaceIn(join(folder, 'orders/haproxy.cfg'), 'verify optional', 'verify required')
  },
  'expired-certificate': {
    findings: ['certificate-expired gateway/haproxy.cfg', 'certificate-expired gateway/certs/gateway.pem'],
    happens: refused('certificate expired')
  },
  'all-correct': { findings: [], happens: works }
}

const replaceIn = (path: string, text: string, by: string) => writeFileSync(path, readFileSync(path, 'utf8').replace(text, by))

/** Runs both servers of a story and sends the three requests. */
async function play(folder: string, port: (written: number) => number): Promise<Happens> {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const running: RunningHaproxy[] = []
  try {
    running.push(await startHaproxy(join(folder, 'orders/haproxy.cfg'), port(8443)))
    running.push(await startHaproxy(join(folder, 'gateway/haproxy.cfg'), port(8080)))
    const client = { serverName: 'orders.internal', ca: read('gateway/certs/orders-ca.pem'), version: 'TLSv1.3' } as const
    const gateway = read('gateway/certs/gateway.pem')
    const throughGateway = await requestPlain(port(8080), 'gateway.internal')
    const withCertificate = await request(port(8443), { ...client, cert: gateway, key: gateway })
    const without = await request(port(8443), client)
    return { withCertificate: fateOf(withCertificate), without: fateOf(without), throughGateway: officeFate(throughGateway) }
  } finally {
    for (const it of running) await it.stop()
  }
}

const fateOf = ({ status, error }: Answer): Fate => status ?? /alert ([a-z ]+)/.exec(error ?? '')?.[1] ?? error ?? 'no answer'

/** In TLS 1.3 the gateway learns that it is refused once its request is on the way, or before: 502, or 503. */
function officeFate({ status }: Answer): Happens['throughGateway'] {
  assert.ok(status === 200 || status === 502 || status === 503, `${status}`)
  return status === 200 ? 200 : 'refused'
}

const folder = join(repository, 'samples/haproxy')

test('every HAProxy sample has its story here', () => {
  const folders = readdirSync(folder, { withFileTypes: true }).filter(it => it.isDirectory())
  assert.deepEqual(folders.map(it => it.name).sort(), Object.keys(stories).sort())
})

for (const [name, story] of Object.entries(stories)) {
  const source = join(folder, name)
  describe(`haproxy/${name}`, () => {
    test(`haproxy/${name}: we say what its README says`, () => {
      assert.deepEqual(findingsIn(source), [...story.findings].sort())
    })

    test(`haproxy/${name}: HAProxy does as we say`, { skip: haproxyMissing }, async () => {
      const copy = await copyWithFreePorts(source)
      try {
        assert.deepEqual(await play(copy.folder, copy.port), story.happens)
      } finally {
        copy.remove()
      }
    })

    if (!story.mend) return
    test(`haproxy/${name}: mended, nothing is found and all works`, { skip: haproxyMissing }, async () => {
      const copy = await copyWithFreePorts(source)
      try {
        story.mend!(copy.folder)
        assert.deepEqual(await play(copy.folder, copy.port), works)
        assert.deepEqual(findingsIn(copy.folder), [])
      } finally {
        copy.remove()
      }
    })
  })
}
