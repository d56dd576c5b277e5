/**
 * Makes the certificates of `samples/` anew: `npm run samples -- story…`, or `-- --all`. The keys are thrown-away ones,
 * known to everybody who has the repository; the keys of the CAs are not kept at all, so that a story that is made anew has
 * nothing in common with what it was.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { forgetKeys } from '../test/key-pool.js'
import { makeFiles } from '../test/pki.js'

// Each story has a company of its own, so that no certificate of one fits into a chain of another when all are opened.
const company = (name: string, gateway: string) => `
ca/root.pem: {subject: "C=DE, O=${name}, CN=${name} Root CA"}
orders/certs/server.pem: {issuer: root, subject: "C=DE, O=${name}, CN=orders.internal", san: orders.internal, eku: server}
orders/certs/server.key: {key: server}
gateway/certs/orders-ca.pem: [root]
gateway/certs/gateway.pem: {issuer: root, subject: "C=DE, O=${name}, CN=gateway", san: gateway.internal, ${gateway}}
gateway/certs/gateway.key: {key: gateway}
`
const trustRoot = 'orders/certs/client-ca.pem: [root]'

// HAProxy wants the key in the file of its certificate.
const haproxyCompany = (name: string, gateway: string) => `
ca/root.pem: {subject: "C=DE, O=${name}, CN=${name} Root CA"}
server: {issuer: root, subject: "C=DE, O=${name}, CN=orders.internal", san: orders.internal, eku: server}
server.key: {key: server}
orders/certs/server.pem: [server, server.key]
gateway/certs/orders-ca.pem: [root]
gateway: {issuer: root, subject: "C=DE, O=${name}, CN=gateway", san: gateway.internal, ${gateway}}
gateway.key: {key: gateway}
gateway/certs/gateway.pem: [gateway, gateway.key]
`

/** Envoy has its own company for each story too. */
const envoyStories: Readonly<Record<string, string>> = {
  'envoy/missing-intermediate': `
ca/root.pem: {subject: "C=DE, O=Quince, CN=Quince Root CA"}
ca/issuing-ca.pem: {issuer: root, subject: "C=DE, O=Quince, CN=Quince Issuing CA 1"}
server: {issuer: issuing-ca, subject: "C=DE, O=Quince, CN=orders.internal", san: orders.internal, eku: server}
orders/certs/server.pem: [server, ca/issuing-ca]
orders/certs/server.key: {key: server}
orders/certs/client-ca.pem: [root]
gateway/certs/orders-ca.pem: [root]
gateway/certs/gateway.pem: {issuer: issuing-ca, subject: "C=DE, O=Quince, CN=gateway", san: gateway.internal, eku: client}
gateway/certs/gateway.key: {key: gateway}`,
  'envoy/client-certificate-without-client-auth': company('Rowan', 'eku: server') + trustRoot,
  'envoy/any-server-accepted': company('Sorrel', 'eku: client') + trustRoot,
  'envoy/client-ca-not-enforced': company('Tansy', 'eku: client') + trustRoot,
  'envoy/verify-depth-too-small': `
ca/root.pem: {subject: "C=DE, O=Umber, CN=Umber Root CA"}
ca/policy-ca.pem: {issuer: root, subject: "C=DE, O=Umber, CN=Umber Policy CA"}
ca/issuing-ca.pem: {issuer: policy-ca, subject: "C=DE, O=Umber, CN=Umber Issuing CA 1"}
orders/certs/server.pem: {issuer: root, subject: "C=DE, O=Umber, CN=orders.internal", san: orders.internal, eku: server}
orders/certs/server.key: {key: server}
orders/certs/client-ca.pem: [root]
gateway/certs/orders-ca.pem: [root]
gateway: {issuer: issuing-ca, subject: "C=DE, O=Umber, CN=gateway", san: gateway.internal, eku: client}
gateway/certs/gateway.pem: [gateway, ca/issuing-ca, ca/policy-ca]
gateway/certs/gateway.key: {key: gateway}`,
  'envoy/verification-optional': company('Viola', 'eku: client') + trustRoot,
  'envoy/expired-certificate': company('Willow', 'eku: client, notBefore: 2022-03-01, notAfter: 2024-03-01') + trustRoot,
  'envoy/all-correct': `
ca/root.pem: {subject: "C=DE, O=Yarrow, CN=Yarrow Root CA"}
ca/issuing-ca.pem: {issuer: root, subject: "C=DE, O=Yarrow, CN=Yarrow Issuing CA 1", pathLength: 0}
server: {issuer: issuing-ca, subject: "C=DE, O=Yarrow, CN=orders.internal", san: orders.internal, eku: server}
orders/certs/server.pem: [server, ca/issuing-ca]
orders/certs/server.key: {key: server}
orders/certs/client-ca.pem: [root]
former-gateway: {issuer: issuing-ca}
root.crl: {crl: root}
issuing-ca.crl: {crl: issuing-ca, revoked: [former-gateway]}
orders/certs/crls.pem: [root.crl, issuing-ca.crl]
gateway/certs/orders-ca.pem: [root]
gateway: {issuer: issuing-ca, subject: "C=DE, O=Yarrow, CN=gateway", san: gateway.internal, eku: client}
gateway/certs/gateway.pem: [gateway, ca/issuing-ca]
gateway/certs/gateway.key: {key: gateway}`
}

/** The certificates of an Istio story; its Secrets are made of those of each folder. */
const istioCompany = (name: string, client: string) => `
root: {subject: "C=DE, O=${name}, CN=${name} Root CA"}
issuing-ca: {issuer: root, subject: "C=DE, O=${name}, CN=${name} Issuing CA 1"}
server: {issuer: issuing-ca, subject: "C=DE, O=${name}, CN=orders.internal", san: orders.internal, eku: server}
client: {issuer: issuing-ca, subject: "C=DE, O=${name}, CN=gateway", san: gateway.internal, ${client}}
orders/tls.crt: [server, issuing-ca]
orders/tls.key: {key: server}
orders/ca.crt: [root]
gateway/tls.crt: [client, issuing-ca]
gateway/tls.key: {key: client}
gateway/ca.crt: [root]`

const istioStories: Readonly<Record<string, string>> = {
  'istio/missing-intermediate': istioCompany('Alder', 'eku: client').replace(
    'gateway/tls.crt: [client, issuing-ca]',
    'gateway/tls.crt: [client]'
  ),
  'istio/client-certificate-without-client-auth': istioCompany('Birch', 'eku: server'),
  'istio/expired-certificate': istioCompany('Cedar', 'eku: client, notBefore: 2022-03-01, notAfter: 2024-03-01'),
  'istio/verification-optional': istioCompany('Dogwood', 'eku: client'),
  'istio/any-server-accepted': istioCompany('Elder', 'eku: client'),
  'istio/client-ca-missing': istioCompany('Fir', 'eku: client').replace('orders/ca.crt: [root]', ''),
  'istio/mesh-disagrees': istioCompany('Gorse', 'eku: client'),
  'istio/all-correct': istioCompany('Hazel', 'eku: client')
}

const stories: Readonly<Record<string, string>> = {
  ...envoyStories,
  ...istioStories,
  'missing-intermediate': `
ca/root.pem: {subject: "C=DE, O=Acme, CN=Acme Root CA"}
ca/issuing-ca.pem: {issuer: root, subject: "C=DE, O=Acme, CN=Acme Issuing CA 1"}
server: {issuer: issuing-ca, subject: "C=DE, O=Acme, CN=orders.internal", san: orders.internal, eku: server}
orders/certs/server.pem: [server, ca/issuing-ca]
orders/certs/server.key: {key: server}
orders/certs/client-ca.pem: [root]
gateway/certs/orders-ca.pem: [root]
gateway/certs/gateway.pem: {issuer: issuing-ca, subject: "C=DE, O=Acme, CN=gateway", san: gateway.internal, eku: client}
gateway/certs/gateway.key: {key: gateway}`,

  'client-certificate-without-client-auth': company('Borealis', 'eku: server') + trustRoot,
  'leaf-in-trust-store': `${company('Cobalt', 'eku: client')}orders/certs/gateway.pem: [gateway/certs/gateway]`,
  'client-ca-not-enforced': company('Dunmore', 'eku: client') + trustRoot,

  'verify-depth-too-small': `
ca/root.pem: {subject: "C=DE, O=Ember, CN=Ember Root CA"}
ca/policy-ca.pem: {issuer: root, subject: "C=DE, O=Ember, CN=Ember Policy CA"}
ca/issuing-ca.pem: {issuer: policy-ca, subject: "C=DE, O=Ember, CN=Ember Issuing CA 1"}
orders/certs/server.pem: {issuer: root, subject: "C=DE, O=Ember, CN=orders.internal", san: orders.internal, eku: server}
orders/certs/server.key: {key: server}
orders/certs/client-cas.pem: [ca/issuing-ca, ca/policy-ca, root]
gateway/certs/orders-ca.pem: [root]
gateway: {issuer: issuing-ca, subject: "C=DE, O=Ember, CN=gateway", san: gateway.internal, eku: client}
gateway/certs/gateway.pem: [gateway, ca/issuing-ca, ca/policy-ca]
gateway/certs/gateway.key: {key: gateway}`,

  'verification-optional': company('Fathom', 'eku: client') + trustRoot,
  'expired-certificate': company('Granite', 'eku: client, notBefore: 2022-03-01, notAfter: 2024-03-01') + trustRoot,

  'all-correct': `
ca/root.pem: {subject: "C=DE, O=Harbor, CN=Harbor Root CA"}
ca/issuing-ca.pem: {issuer: root, subject: "C=DE, O=Harbor, CN=Harbor Issuing CA 1", pathLength: 0}
server: {issuer: issuing-ca, subject: "C=DE, O=Harbor, CN=orders.internal", san: orders.internal, eku: server}
orders/certs/server.pem: [server, ca/issuing-ca]
orders/certs/server.key: {key: server}
orders/certs/client-ca.pem: [root]
former-gateway: {issuer: issuing-ca}
root.crl: {crl: root}
issuing-ca.crl: {crl: issuing-ca, revoked: [former-gateway]}
orders/certs/crls.pem: [root.crl, issuing-ca.crl]
gateway/certs/orders-ca.pem: [root]
gateway: {issuer: issuing-ca, subject: "C=DE, O=Harbor, CN=gateway", san: gateway.internal, eku: client}
gateway/certs/gateway.pem: [gateway, ca/issuing-ca]
gateway/certs/gateway.key: {key: gateway}`,

  'haproxy/missing-intermediate': `
ca/root.pem: {subject: "C=DE, O=Ibis, CN=Ibis Root CA"}
ca/issuing-ca.pem: {issuer: root, subject: "C=DE, O=Ibis, CN=Ibis Issuing CA 1"}
server: {issuer: issuing-ca, subject: "C=DE, O=Ibis, CN=orders.internal", san: orders.internal, eku: server}
server.key: {key: server}
orders/certs/server.pem: [server, server.key, ca/issuing-ca]
orders/certs/client-ca.pem: [root]
gateway/certs/orders-ca.pem: [root]
gateway: {issuer: issuing-ca, subject: "C=DE, O=Ibis, CN=gateway", san: gateway.internal, eku: client}
gateway.key: {key: gateway}
gateway/certs/gateway.pem: [gateway, gateway.key]`,
  'haproxy/client-certificate-without-client-auth': haproxyCompany('Juniper', 'eku: server') + trustRoot,
  'haproxy/leaf-in-trust-store': `${haproxyCompany('Kestrel', 'eku: client')}orders/certs/gateway.pem: [gateway]`,
  'haproxy/client-ca-not-enforced': haproxyCompany('Larch', 'eku: client') + trustRoot,
  'haproxy/verification-optional': haproxyCompany('Maple', 'eku: client') + trustRoot,
  'haproxy/verify-result-misread': haproxyCompany('Osprey', 'eku: client') + trustRoot,
  'haproxy/expired-certificate': haproxyCompany('Nettle', 'eku: client, notBefore: 2022-03-01, notAfter: 2024-03-01') + trustRoot,
  'haproxy/all-correct': `
ca/root.pem: {subject: "C=DE, O=Plover, CN=Plover Root CA"}
ca/issuing-ca.pem: {issuer: root, subject: "C=DE, O=Plover, CN=Plover Issuing CA 1", pathLength: 0}
server: {issuer: issuing-ca, subject: "C=DE, O=Plover, CN=orders.internal", san: orders.internal, eku: server}
server.key: {key: server}
orders/certs/server.pem: [server, server.key, ca/issuing-ca]
orders/certs/client-ca.pem: [root]
former-gateway: {issuer: issuing-ca}
root.crl: {crl: root}
issuing-ca.crl: {crl: issuing-ca, revoked: [former-gateway]}
orders/certs/crls.pem: [root.crl, issuing-ca.crl]
gateway/certs/orders-ca.pem: [root]
gateway: {issuer: issuing-ca, subject: "C=DE, O=Plover, CN=gateway", san: gateway.internal, eku: client}
gateway.key: {key: gateway}
gateway/certs/gateway.pem: [gateway, gateway.key, ca/issuing-ca]`
}

const samples = fileURLToPath(new URL('../samples/', import.meta.url))

function writeStory(story: string): void {
  forgetKeys()
  const files = makeFiles(stories[story]!)
  for (const [name, { text, mode }] of story in istioStories ? secretsOf(files) : files) {
    if (!name.includes('/')) continue
    const path = join(samples, story, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { mode })
  }
}

/** One Secret a folder, in place of its files. */
function secretsOf(files: ReturnType<typeof makeFiles>): ReturnType<typeof makeFiles> {
  return new Map(
    ['orders', 'gateway'].map(folder => {
      const own = [...files].filter(([name]) => name.startsWith(`${folder}/`))
      const entries = own.map(([name, { text }]) => `  ${name.slice(folder.length + 1)}: ${Buffer.from(text).toString('base64')}\n`)
      const head = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${folder}\n  namespace: istio-ingress\ntype: kubernetes.io/tls\ndata:\n`
      return [`${folder}/secret.yaml`, { ...own[0]![1], text: head + entries.join(''), mode: 0o600 }]
    })
  )
}

const known = Object.keys(stories)
const words = process.argv.slice(2)
const wanted = words.includes('--all') ? known : words
const unknown = wanted.filter(it => !known.includes(it))
if (wanted.length === 0 || unknown.length > 0) {
  const problem = unknown.length > 0 ? `no such story: ${unknown.join(', ')}` : 'which story is to be made anew, or --all?'
  process.stderr.write(`${problem}\nThere are ${known.join(', ')}\n`)
  process.exitCode = 2
} else for (const story of wanted) writeStory(story)
