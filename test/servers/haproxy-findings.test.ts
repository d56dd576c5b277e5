/**
 * What we say of a configuration, held against a real HAProxy: a gateway calls the service with its client certificate, and
 * both stand in one file, so that the finding about either shows there.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeFiles } from '../pki.js'
import { rulesIn } from './folder.js'
import { haproxyMissing, startHaproxy, testHaproxy } from './haproxy.js'
import { copyWithFreePorts, request, requestPlain } from './nginx.js'

/** What becomes of the gateway's request, and of a client without any certificate; or why HAProxy does not start. */
type Claim = Words & ({ readonly through: 'served' | 'refused' | 403; readonly without?: number | string } | { readonly refused: string })

interface Words {
  readonly certs?: string
  /** Options of the service's `bind`; default: the CA is `ca.pem`, and a certificate is demanded. */
  readonly bind?: string
  /** Lines of the service. */
  readonly rules?: string
  /** Options of the gateway's `server`; default: it presents `client.pem` and verifies. */
  readonly server?: string
  /** Lines of `global`. */
  readonly global?: string
  /** The rules of all errors and warnings that we find. */
  readonly says: readonly string[]
}

const demanded = 'ca-file ca.pem verify required'
const presented = 'crt client.pem'
const verified = 'ca-file server-ca.pem sni str(orders.internal)'
/** A certificate and its key in one file. */
const pair = (words: string) => `c: ${words}\nck: {key: c}\nclient.pem: [c, ck]`
const plain = `ca.pem:\n${pair('{issuer: ca, eku: client}')}`

const claims: Readonly<Record<string, Claim>> = {
  'a client of the trusted CA gets in': { says: [], through: 'served', without: 'certificate required' },
  'an intermediate that is sent along completes the chain': {
    certs: 'ca.pem:\nint: {issuer: ca}\nleaf: {issuer: int, eku: client}\nkey: {key: leaf}\nclient.pem: [leaf, key, int]',
    says: [],
    through: 'served'
  },
  'four intermediates are not too many': {
    certs:
      'ca.pem:\na: {issuer: ca}\nb: {issuer: a}\nd: {issuer: b}\ne: {issuer: d}\nleaf: {issuer: e, eku: client}\nkey: {key: leaf}\nclient.pem: [leaf, key, e, d, b, a]',
    says: [],
    through: 'served'
  },
  'the intermediate is missing': {
    certs: 'ca.pem:\nint.pem: {issuer: ca}\nleaf: {issuer: int, eku: client}\nkey: {key: leaf}\nclient.pem: [leaf, key]',
    says: ['missing-intermediate'],
    through: 'refused'
  },
  'extended key usage of servers only': {
    certs: `ca.pem:\n${pair('{issuer: ca, eku: server}')}`,
    says: ['missing-client-auth'],
    through: 'refused'
  },
  'anyExtendedKeyUsage alone is refused': {
    certs: `ca.pem:\n${pair('{issuer: ca, eku: any}')}`,
    says: ['any-extended-key-usage'],
    through: 'refused'
  },
  'key usage without digitalSignature': {
    certs: `ca.pem:\n${pair('{issuer: ca, key: rsa2048, ku: keyEncipherment}')}`,
    says: ['missing-digital-signature'],
    through: 'refused'
  },
  'an expired certificate': {
    certs: `ca.pem:\n${pair('{issuer: ca, eku: client, notAfter: 2024-01-01}')}`,
    says: ['certificate-expired'],
    through: 'refused'
  },
  'an expired certificate, forgiven': {
    certs: `ca.pem:\n${pair('{issuer: ca, eku: client, notAfter: 2024-01-01}')}`,
    bind: `${demanded} crt-ignore-err 10`,
    says: ['certificate-error-forgiven', 'certificate-expired'],
    through: 'served'
  },
  'the anchor is an intermediate': {
    certs: 'int: {issuer: ca}\nca.pem: [int]\nleaf: {issuer: int, eku: client}\nkey: {key: leaf}\nclient.pem: [leaf, key]',
    says: ['incomplete-trust-bundle', 'missing-intermediate'],
    through: 'refused'
  },
  'the anchor is the certificate of the client': {
    certs: 'c: {issuer: root, eku: client}\nck: {key: c}\nclient.pem: [c, ck]\nca.pem: [c]',
    says: ['end-entity-in-trust-bundle'],
    through: 'refused'
  },
  'a self-signed certificate that is pinned': {
    certs: 'c: {eku: client}\nck: {key: c}\nclient.pem: [c, ck]\nca.pem: [c]',
    says: [],
    through: 'served'
  },
  'without verify nobody is asked': { bind: 'ca-file ca.pem', says: ['client-ca-not-enforced'], through: 'served', without: 200 },
  'optional lets clients in without any': {
    bind: 'ca-file ca.pem verify optional',
    says: ['client-verification-optional'],
    through: 'served',
    without: 200
  },
  'optional, and a guard': {
    bind: 'ca-file ca.pem verify optional',
    rules: 'http-request deny unless { ssl_c_used }',
    says: [],
    through: 'served',
    without: 403
  },
  'the result of no certificate is a good one': {
    bind: 'ca-file ca.pem verify optional',
    rules: 'http-request deny unless { ssl_c_verify 0 }',
    says: ['ambiguous-verify-result'],
    through: 'served',
    without: 200
  },
  'nothing is compared with a boolean': {
    bind: 'ca-file ca.pem verify optional',
    rules: 'http-request deny if { ssl_c_used 0 }',
    says: ['inverted-guard'],
    through: 403,
    without: 200
  },
  'as a number it is compared': {
    bind: 'ca-file ca.pem verify optional',
    rules: 'http-request deny if { ssl_c_used -m int 0 }',
    says: [],
    through: 'served',
    without: 403
  },
  'or lets everybody in': {
    bind: 'ca-file ca.pem verify optional',
    rules: 'http-request deny unless { ssl_c_used } or { ssl_c_verify 0 }',
    says: ['inverted-guard'],
    through: 'served',
    without: 200
  },
  'a guard below the answer': {
    bind: 'ca-file ca.pem verify optional',
    rules: 'http-request return status 200\n    http-request deny unless { ssl_c_used }',
    says: ['unreachable-guard'],
    through: 'served',
    without: 200
  },
  'every error of a stranger is forgiven': {
    certs: `ca.pem:\n${pair('{eku: client}')}`,
    bind: `${demanded} crt-ignore-err all`,
    says: ['certificate-error-forgiven', 'peer-not-verified'],
    through: 'served',
    without: 'certificate required'
  },
  'the later of two options wins': {
    bind: 'ca-file ca.pem verify required verify none',
    says: ['ineffective-setting'],
    through: 'served',
    without: 200
  },
  'a CRL that is missing for the root': {
    certs:
      'ca.pem:\nint: {issuer: ca}\nleaf: {issuer: int, eku: client}\nkey: {key: leaf}\nclient.pem: [leaf, key, int]\ncrls.pem: {crl: int}',
    bind: `${demanded} crl-file crls.pem`,
    says: ['incomplete-crl'],
    through: 'refused'
  },
  'a current CRL of every CA': {
    certs: `${plain}\ncrls.pem: {crl: ca}`,
    bind: `${demanded} crl-file crls.pem`,
    says: [],
    through: 'served'
  },
  // The list belongs to the service, and which of all clients will come is not known to it.
  'a revoked client': {
    certs: `${plain}\ncrls.pem: {crl: ca, revoked: [c]}`,
    bind: `${demanded} crl-file crls.pem`,
    says: [],
    through: 'refused'
  },
  'an expired CRL': {
    certs: `${plain}\ncrls.pem: {crl: ca, thisUpdate: 2024-01-01, nextUpdate: 2024-02-01}`,
    bind: `${demanded} crl-file crls.pem`,
    says: ['crl-expired'],
    through: 'refused'
  },
  'the gateway verifies no name': { server: `${presented} ca-file server-ca.pem`, says: ['upstream-name-not-verified'], through: 'served' },
  'the gateway verifies nothing': { server: `${presented} verify none`, says: ['peer-not-verified'], through: 'served' },
  'nor by what global says, in spite of a CA': {
    global: 'ssl-server-verify none',
    server: `${presented} ca-file server-ca.pem sni str(other.internal)`,
    says: ['peer-not-verified'],
    through: 'served'
  },
  'verifyhost is right, and sni counts': {
    server: `${presented} ca-file server-ca.pem verifyhost other.internal sni str(orders.internal)`,
    says: ['ineffective-setting'],
    through: 'served'
  },
  'the service trusts a chain and no CA is there': {
    bind: 'verify required',
    says: ['client-verification-without-ca'],
    refused: 'verify is enabled but no CA file specified'
  },
  'the gateway has no CA': {
    server: presented,
    says: ['upstream-verification-without-ca'],
    refused: 'verify is enabled by default but no CA file specified'
  },
  'a word that is none': {
    bind: 'ca-file ca.pem verify on',
    says: ['invalid-value'],
    refused: "unknown verify method 'on'"
  },
  'an option that is none': {
    bind: 'ca_file ca.pem',
    says: ['syntax-error'],
    refused: "unknown keyword 'ca_file'; did you mean 'ca-file' maybe ?"
  },
  'a key that is missing': {
    certs: 'ca.pem:\nclient.pem: {issuer: ca, eku: client}',
    says: ['wrong-file-kind'],
    refused: "No Private Key found in 'client.pem.key'"
  },
  'the key of another certificate': {
    certs: 'ca.pem:\nc: {issuer: ca, eku: client}\nother: {issuer: ca}\nkey: {key: other}\nclient.pem: [c, key]',
    says: ['key-does-not-match-certificate'],
    refused: 'inconsistencies between private key and certificate'
  },
  'an encrypted key': {
    certs: 'ca.pem:\nc: {issuer: ca, eku: client}\nkey: {key: c, format: encrypted}\nclient.pem: [c, key]',
    says: ['private-key-encrypted'],
    refused: 'No Private Key found'
  },
  'a key where the CA should be': {
    certs: `${pair('{issuer: ca, eku: client}')}\nk: {issuer: ca}\nca.pem: {key: k}`,
    says: ['private-key-in-trust-bundle', 'wrong-file-kind'],
    refused: 'no certificate or crl found'
  }
}

const serverCerts =
  'server-ca.pem: {ca: true}\nserver: {issuer: server-ca, san: orders.internal, eku: server}\nserver.key: {key: server}\nserver.pem: [server, server.key]'

const configuration = ({ bind = demanded, rules = '', server = `${presented} ${verified}`, global = '' }: Words): string => `global
    log stderr format raw local0
    ${global}
defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 5s
frontend service
    bind 127.0.0.1:8443 ssl crt server.pem ${bind}
    ${rules}
    http-request return status 200
frontend office
    bind 127.0.0.1:8080
    default_backend orders
backend orders
    server orders 127.0.0.1:8443 ssl ${server.includes('ca-file') || server.includes('verify none') || server === presented ? server : `${server} ${verified}`}
`

for (const [says, claim] of Object.entries(claims)) {
  test(`HAProxy: ${says}`, { skip: haproxyMissing }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-'))
    for (const [name, { text, mode }] of makeFiles(`${serverCerts}\n${claim.certs ?? plain}`))
      writeFileSync(join(folder, name), text, { mode })
    writeFileSync(join(folder, 'haproxy.cfg'), configuration(claim))
    const copy = await copyWithFreePorts(folder)
    try {
      assert.deepEqual(rulesIn(copy.folder, 'haproxy.cfg'), [...claim.says].sort())
      const path = join(copy.folder, 'haproxy.cfg')
      if ('refused' in claim) {
        const { ok, message } = testHaproxy(path)
        assert.equal(ok, false, message)
        assert.ok(message.includes(claim.refused), message)
      } else await play(claim, path, copy.port)
    } finally {
      copy.remove()
      rmSync(folder, { recursive: true, force: true })
    }
  })
}

async function play(claim: Extract<Claim, { through: unknown }>, path: string, port: (written: number) => number): Promise<void> {
  const running = await startHaproxy(path, port(8443))
  try {
    const { status } = await requestPlain(port(8080), 'orders.internal')
    const through = status === 200 ? 'served' : status === 502 || status === 503 ? 'refused' : status
    assert.equal(through, claim.through, running.log())
    if (claim.without === undefined) return
    const ca = readFileSync(join(path, '../server-ca.pem'), 'utf8')
    const answer = await request(port(8443), { serverName: 'orders.internal', ca, version: 'TLSv1.3' })
    assert.equal(answer.status ?? /alert ([a-z ]+)/.exec(answer.error ?? '')?.[1], claim.without, answer.error)
  } finally {
    await running.stop()
  }
}
