/**
 * What we say of a configuration, held against a real nginx: a gateway calls the service with its client certificate, and
 * both stand in one file, so that the finding about either shows there.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeFiles } from '../pki.js'
import { rulesIn } from './folder.js'
import { type Copy, copyWithFreePorts, nginxMissing, pause, requestPlain, startNginx } from './nginx.js'

/** What the service answers to the gateway, and what it writes into its log; or why nginx does not start. */
type Claim = Words & ({ readonly status: number; readonly log?: string } | { readonly refused: string })

interface Words {
  readonly certs: string
  /** Directives of the service; default: the CA is `ca.pem`, and a certificate is demanded. */
  readonly service?: string
  /** Directives of the gateway; default: it presents `client.pem`. */
  readonly gateway?: string
  /** The rules of all errors and warnings that we find. */
  readonly says: readonly string[]
}

const demanded = 'ssl_client_certificate ca.pem; ssl_verify_client on;'
const presented = 'proxy_ssl_certificate client.pem; proxy_ssl_certificate_key client.key;'
const verifies = (name: string) =>
  `proxy_ssl_verify on; proxy_ssl_trusted_certificate server-ca.pem; proxy_ssl_server_name on; proxy_ssl_name ${name};`
const verifyError = (number: number) => `client SSL certificate verify error: (${number}:`

const claims: Readonly<Record<string, Claim>> = {
  'a client of the trusted CA gets in': { certs: 'ca.pem:\nclient.pem: {issuer: ca, eku: client}', says: [], status: 200 },
  'a client without extended key usage gets in': { certs: 'ca.pem:\nclient.pem: {issuer: ca}', says: [], status: 200 },
  'an intermediate that is sent along completes the chain': {
    certs: 'ca.pem:\nint: {issuer: ca}\nleaf: {issuer: int}\nclient.pem: [leaf, int]\nclient.key: {key: leaf}',
    says: [],
    status: 200
  },
  'the order of what follows the leaf does not matter': {
    certs:
      'ca.pem:\npolicy: {issuer: ca}\nint: {issuer: policy}\nleaf: {issuer: int}\nclient.pem: [leaf, policy, int]\nclient.key: {key: leaf}',
    service: `${demanded} ssl_verify_depth 2;`,
    says: ['chain-out-of-order'],
    status: 200
  },
  'a pinned self-signed certificate works': {
    certs: 'client.pem: {eku: client}\nca.pem: [client]',
    says: [],
    status: 200
  },
  'extended key usage of servers only': {
    certs: 'ca.pem:\nclient.pem: {issuer: ca, eku: server}',
    says: ['missing-client-auth'],
    status: 400,
    log: verifyError(26)
  },
  'anyExtendedKeyUsage alone is refused': {
    certs: 'ca.pem:\nclient.pem: {issuer: ca, eku: any}',
    says: ['any-extended-key-usage'],
    status: 400,
    log: verifyError(26)
  },
  'key usage without digitalSignature': {
    certs: 'ca.pem:\nclient.pem: {issuer: ca, key: rsa2048, ku: keyEncipherment}',
    says: ['missing-digital-signature'],
    status: 400,
    log: verifyError(26)
  },
  'not valid yet': {
    certs: 'ca.pem:\nclient.pem: {issuer: ca, notBefore: 2045-01-01}',
    says: ['certificate-not-yet-valid'],
    status: 400,
    log: verifyError(9)
  },
  'an expired issuing CA, sent along': {
    certs: 'ca.pem:\nint: {issuer: ca, notAfter: 2024-01-01}\nleaf: {issuer: int}\nclient.pem: [leaf, int]\nclient.key: {key: leaf}',
    says: ['certificate-expired'],
    status: 400,
    log: verifyError(10)
  },
  'an issuer that is no CA': {
    certs: 'ca.pem:\nint: {issuer: ca, ca: false}\nleaf: {issuer: int}\nclient.pem: [leaf, int]\nclient.key: {key: leaf}',
    says: ['issuer-not-a-ca'],
    status: 400
  },
  'an issuer without keyCertSign': {
    certs: 'ca.pem:\nint: {issuer: ca, ku: cRLSign}\nleaf: {issuer: int}\nclient.pem: [leaf, int]\nclient.key: {key: leaf}',
    says: ['issuer-not-a-ca'],
    status: 400,
    log: verifyError(32)
  },
  'more CAs than a path length allows': {
    certs:
      'ca.pem:\npolicy: {issuer: ca, pathLength: 0}\nint: {issuer: policy}\nleaf: {issuer: int}\nclient.pem: [leaf, int, policy]\nclient.key: {key: leaf}',
    service: `${demanded} ssl_verify_depth 2;`,
    says: ['path-length-exceeded'],
    status: 400,
    log: verifyError(25)
  },
  'a name outside what its CA may give': {
    certs:
      'ca.pem:\nint: {issuer: ca, permitted: [example.com]}\nleaf: {issuer: int, san: a.example.org}\nclient.pem: [leaf, int]\nclient.key: {key: leaf}',
    says: ['name-constraint-violated'],
    status: 400,
    log: verifyError(47)
  },
  'a re-keyed CA of the same name, without key identifiers': {
    certs:
      'ca.pem:\nold: {issuer: ca, subject: CN=int, noKeyIdentifiers: true}\nint: {issuer: ca, subject: CN=int, noKeyIdentifiers: true}\nleaf: {issuer: old}\nclient.pem: [leaf, int]\nclient.key: {key: leaf}',
    says: ['issuer-key-mismatch'],
    status: 400,
    log: verifyError(7)
  },
  'a trust store with an intermediate only': {
    certs: 'root:\nca.pem: {issuer: root}\nleaf: {issuer: ca}\nclient.pem: [leaf, ca]\nclient.key: {key: leaf}',
    says: ['incomplete-trust-bundle'],
    status: 400,
    log: verifyError(2)
  },
  'a CRL of the issuing CA, none of the root': {
    certs:
      'root:\nint: {issuer: root}\nca.pem: [root]\nleaf: {issuer: int}\nclient.pem: [leaf, int]\nclient.key: {key: leaf}\nint.crl: {crl: int}',
    service: `${demanded} ssl_crl int.crl;`,
    says: ['incomplete-crl'],
    status: 400,
    log: verifyError(3)
  },
  'an expired CRL': {
    certs: 'ca.pem:\nclient.pem: {issuer: ca}\nca.crl: {crl: ca, nextUpdate: 2024-01-01}',
    service: `${demanded} ssl_crl ca.crl;`,
    says: ['crl-expired'],
    status: 400,
    log: verifyError(12)
  },
  'a current CRL that does not list the client': {
    certs: 'ca.pem:\nother: {issuer: ca}\nclient.pem: {issuer: ca}\nca.crl: {crl: ca, revoked: [other]}',
    service: `${demanded} ssl_crl ca.crl;`,
    says: [],
    status: 200
  },
  'an expired root in the trust store': {
    certs: 'ca.pem: {notAfter: 2024-01-01}\nclient.pem: {issuer: ca}',
    says: ['expired-trust-anchor'],
    status: 400,
    log: verifyError(10)
  },
  'optional_no_ca believes anybody': {
    certs: 'ca.pem:\nother:\nclient.pem: {issuer: other}',
    service: 'ssl_client_certificate ca.pem; ssl_verify_client optional_no_ca;',
    says: ['peer-not-verified'],
    status: 200
  },
  'certificate errors answered with the normal content': {
    certs: 'ca.pem:\nother:\nclient.pem: {issuer: other}',
    service: `${demanded} error_page 495 496 =200 /;`,
    says: ['certificate-error-forgiven'],
    status: 200
  },
  'a key of another kind passes the configuration test and fails every handshake': {
    certs: 'ca.pem:\nclient.pem: {issuer: ca}\nother: {key: rsa2048}\nserver.key: {key: other}',
    says: ['key-does-not-match-certificate'],
    status: 502
  },
  'a plain listener beside the one that demands certificates': {
    certs: 'ca.pem:\nclient.pem: {issuer: ca}',
    service: `listen 127.0.0.1:8444; ${demanded}`,
    gateway: 'proxy_pass http://127.0.0.1:8444;',
    says: ['plain-listener-beside-mtls'],
    status: 200
  },
  'a key that is too short': {
    certs: 'ca.pem:\nclient.pem: {issuer: ca, key: rsa1024}',
    says: ['weak-key'],
    refused: 'ee key too small'
  },
  'a SHA-1 signature on the issuing CA': {
    certs: 'ca.pem: {key: rsa2048}\nint: {issuer: ca, hash: sha1}\nleaf: {issuer: int}\nclient.pem: [leaf, int]\nclient.key: {key: leaf}',
    says: ['weak-signature'],
    refused: 'ca md too weak'
  },
  'a SHA-1 signature on the root itself does not matter': {
    certs: 'ca.pem: {key: rsa2048, hash: sha1}\nclient.pem: {issuer: ca}',
    says: [],
    status: 200
  },
  'two CAs of one name without key identifiers: the second is never tried': {
    certs:
      'old: {subject: CN=CA, ca: true, noKeyIdentifiers: true}\nnew: {subject: CN=CA, ca: true, noKeyIdentifiers: true}\nca.pem: [old, new]\nclient.pem: {issuer: new}',
    says: ['same-name-trust-anchors'],
    status: 400,
    log: verifyError(7)
  },
  'two CAs of one name with key identifiers: both work': {
    certs: 'old: {subject: CN=CA, ca: true}\nnew: {subject: CN=CA, ca: true}\nca.pem: [old, new]\nclient.pem: {issuer: new}',
    says: [],
    status: 200
  },
  'a CA that is there for OCSP lets its clients in': {
    certs: 'ca.pem:\nocsp.pem:\nclient.pem: {issuer: ocsp}',
    service: `${demanded} ssl_trusted_certificate ocsp.pem;`,
    says: ['unintended-trust-anchor'],
    status: 200
  },
  // Which client meets which server is another matter: a file is judged for itself.
  'a revoked client': {
    certs: 'ca.pem:\nclient.pem: {issuer: ca}\nca.crl: {crl: ca, revoked: [client]}',
    service: `${demanded} ssl_crl ca.crl;`,
    says: [],
    status: 400,
    log: verifyError(23)
  },
  'the root is sent along': {
    certs: 'ca.pem:\nint: {issuer: ca}\nleaf: {issuer: int}\nclient.pem: [leaf, int, ca]\nclient.key: {key: leaf}',
    says: [],
    status: 200
  },
  'a stranger is sent along': {
    certs: 'ca.pem:\nother:\nint: {issuer: ca}\nleaf: {issuer: int}\nclient.pem: [leaf, int, other]\nclient.key: {key: leaf}',
    says: ['unrelated-certificate'],
    status: 200
  },
  'an expired client of a trust store with the renewed CA': {
    certs: 'ca.pem: {notBefore: 2025-01-01}\nclient.pem: {issuer: ca, notAfter: 2025-06-01}',
    says: ['certificate-expired'],
    status: 400,
    log: verifyError(10)
  },
  'optional lets clients without a certificate in, and a guard turns them away': {
    certs: 'ca.pem:\nclient.pem: {issuer: ca}',
    service: 'ssl_client_certificate ca.pem; ssl_verify_client optional; if ($ssl_client_verify != SUCCESS) { return 403; }',
    gateway: `proxy_pass https://127.0.0.1:8443; ${verifies('orders.internal')}`,
    says: [],
    status: 403
  },
  'a guard that compares with the bare word FAILED never bites': {
    certs: 'ca.pem:\nother:\nclient.pem: {issuer: other}',
    service: 'ssl_client_certificate ca.pem; ssl_verify_client optional_no_ca; if ($ssl_client_verify = FAILED) { return 403; }',
    says: ['unreachable-guard'],
    status: 200
  },
  'a name of the service that its certificate lacks': {
    certs: 'ca.pem:\nclient.pem: {issuer: ca}\nserver.pem: {issuer: server-ca, san: other.internal, eku: server}',
    says: ['san-does-not-match'],
    status: 502,
    log: 'upstream SSL certificate does not match "orders.internal"'
  }
}

for (const [name, claim] of Object.entries(claims)) {
  test(name, { skip: nginxMissing }, async () => {
    const copy = await setUp(claim)
    try {
      if ('refused' in claim) {
        await assert.rejects(startNginx(join(copy.folder, 'nginx.conf'), copy.port(8080)), { message: new RegExp(claim.refused) })
      } else await hold(copy, claim.status, claim.log)
      assert.deepEqual(rulesIn(copy.folder, 'nginx.conf'), [...claim.says].sort())
    } finally {
      copy.remove()
    }
  })
}

async function hold(copy: Copy, status: number, says: string | undefined): Promise<void> {
  const running = await startNginx(join(copy.folder, 'nginx.conf'), copy.port(8080))
  const answer = await requestPlain(copy.port(8080), 'gateway.internal').finally(() => pause(20))
  const log = running.log()
  await running.stop()
  assert.equal(answer.status, status, log)
  if (says !== undefined) assert.ok(log.includes(says), log)
}

async function setUp({ certs, service = demanded, gateway }: Claim): Promise<Copy> {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-'))
  const keys = ['client', 'server'].filter(it => !certs.includes(`${it}.key:`)).map(it => `${it}.key: {key: ${it}}`)
  // The service's own CA has no part in what is claimed.
  const server = certs.includes('server.pem:')
    ? 'server-ca.pem:'
    : 'server-ca.pem:\nserver.pem: {issuer: server-ca, san: orders.internal, eku: server}'
  for (const [file, { text }] of makeFiles([certs, server, ...keys].join('\n'))) writeFileSync(join(folder, file), text)
  writeFileSync(
    join(folder, 'nginx.conf'),
    configuration(service, gateway ?? `proxy_pass https://127.0.0.1:8443; ${presented} ${verifies('orders.internal')}`)
  )
  try {
    return await copyWithFreePorts(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const configuration = (service: string, gateway: string) => `
pid nginx.pid;
error_log error.log info;
events {}
http {
  client_body_temp_path client-body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  access_log off;
  server {
    listen 127.0.0.1:8443 ssl;
    server_name orders.internal;
    ssl_certificate server.pem;
    ssl_certificate_key server.key;
    ${service}
    location / { return 200 "in"; }
  }
  server {
    listen 127.0.0.1:8080;
    location / { ${gateway} }
  }
}
`
