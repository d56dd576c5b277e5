import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TlsEndpoint } from '../server/src/core/model.js'
import { reachOf } from '../server/src/dialects/istio/hosts.js'
import { istio } from '../server/src/dialects/istio/index.js'
import { hover } from '../server/src/features/hover.js'
import { hasIstioCorpus, istioConformance } from './conformance/istio.js'
import { checkAll, open, type Texts } from './istio.js'
import { makePki } from './pki.js'

const found = (texts: Texts): readonly string[] => checkAll(texts).map(each => `${each.path.slice(3)} ${each.severity} ${each.rule}`)
const endpointsOf = (texts: Texts, root = 'a.yaml'): readonly TlsEndpoint[] => open(texts).workspace.lowered(`/w/${root}`)?.endpoints ?? []

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64')
const indented = (text: string) => text.trimEnd().replace(/^/gm, '    ')

const gateway = (tls: string, more = '') => `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: istio-system}
spec:
  selector: {istio: ingressgateway}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [shop.example.com]
      tls: {${tls}}
${more}`
const secret = (name: string, data: Texts, field = 'data') =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: istio-system}\n${field}:\n${Object.entries(data)
    .map(([key, value]) => `  ${key}: ${value}\n`)
    .join('')}`
const policy = (name: string, namespace: string, spec: string) =>
  `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {${spec}}\n`
const rule = (host: string, tls: string, namespace = 'shop') =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: r, namespace: ${namespace}}\nspec: {host: "${host}", trafficPolicy: {tls: {${tls}}}}\n`

const pki = makePki(`
ca.pem:
int: {issuer: ca}
server.pem: {issuer: int, san: shop.example.com, eku: server}
old.pem: {issuer: ca, san: shop.example.com, notAfter: 2024-01-01}
server.key: {key: server}
old.key: {key: old}
chain.pem: [server, int]
backwards.pem: [int, server]
`)
const pem = (name: string) => pki.get(name)!

describe('files of Kubernetes', () => {
  it('are known by their version and kind, and nothing else is', () => {
    const detect = (text: string) => istio.detect('/w/a.yaml', text)
    assert.ok(detect('apiVersion: v1\nkind: Secret\n'))
    assert.ok(detect('---\n# c\n"kind": Service\n"apiVersion": v1\n'))
    assert.ok(detect('{"apiVersion": "v1", "kind": "List", "items": []}'))
    assert.ok(detect('{{- if .Values.x }}\napiVersion: v1\nkind: Secret\n{{- end }}\n'))
    assert.ok(!detect('version: "3"\nservices: {a: {image: b}}\n'))
    assert.ok(!detect('static_resources:\n  listeners: []\n'))
    assert.ok(!detect('apiVersion: v2\nname: chart\n'), 'Chart.yaml')
    assert.ok(!detect('resources:\n  apiVersion: v1\n  kind: Secret\n'), 'values of a chart')
    assert.ok(istio.mayBe('/w/a.yml') && istio.mayBe('/w/a.yaml.tmpl') && !istio.mayBe('/w/yaml.conf'))
  })

  it('have their syntax told of once a document, and never in a template', () => {
    const broken = 'apiVersion: v1\nkind: Secret\nmetadata: {name: a\ndata: [\n'
    assert.deepEqual(found({ 'a.yaml': broken }), ['a.yaml error syntax-error'])
    assert.deepEqual(found({ 'a.yaml': `${broken}x: {{ .y }}\n` }), [])
    assert.deepEqual(found({ 'chart/templates/a.yaml': broken }), [])
    assert.deepEqual(found({ 'a.yaml': 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  ...\n  labels: {}\n' }), [], 'parts left out')
  })

  it('are read whatever part of them is there, and however deep they go', () => {
    const text = gateway(
      'mode: MUTUAL, credentialName: shop',
      `---\n${secret('shop', { 'tls.crt': base64(pem('chain.pem')) })}---\n${policy('a', 'b', 'mtls: {mode: STRICT}')}`
    )
    for (let length = 0; length <= text.length; length += 7) {
      for (const each of checkAll({ 'a.yaml': text.slice(0, length) })) {
        assert.notEqual(each.rule, 'internal-error')
        assert.ok(each.start >= 0 && each.start <= each.end && each.end <= length, `${length}: ${JSON.stringify(each)}`)
      }
    }
    for (const deep of ['['.repeat(50_000), '{a: '.repeat(50_000)]) checkAll({ 'a.yaml': `apiVersion: v1\nkind: Secret\ndata: ${deep}` })
  })
})

describe('Secrets', () => {
  it('have what is wrong with their certificates told of on the very characters', () => {
    const data = base64(pem('old.pem'))
    const text = secret('shop', { 'tls.crt': data })
    const expired = checkAll({ 'a.yaml': text }).find(each => each.rule === 'certificate-expired')!
    assert.ok(expired.start >= text.indexOf(data) && expired.end <= text.indexOf(data) + data.length && expired.end - expired.start > 10)
    const plain = secret('shop', { 'tls.crt': `|\n${indented(pem('old.pem'))}` }, 'stringData')
    const again = checkAll({ 'a.yaml': plain }).find(each => each.rule === 'certificate-expired')!
    assert.ok(plain.slice(again.start, again.end).length > 5 && again.start > plain.indexOf('-----BEGIN'))
  })

  it('are told of when the key belongs to another certificate, or to one that is not the first', () => {
    const shapes = (certificate: string, key: string) =>
      checkAll({ 'a.yaml': secret('shop', { 'tls.crt': base64(pem(certificate)), 'tls.key': base64(pem(key)) }) }).filter(
        each => each.rule === 'secret-shape'
      )
    assert.deepEqual(shapes('chain.pem', 'server.key'), [])
    assert.match(shapes('chain.pem', 'old.key')[0]!.message, /tls\.key of Secret shop belongs to another certificate/)
    assert.match(shapes('backwards.pem', 'server.key')[0]!.message, /has to come first/)
  })

  it('are told of when they hold DER', () => {
    const der = pem('server.pem').replace(/-----.*-----|\s/g, '')
    assert.deepEqual(found({ 'a.yaml': secret('shop', { 'tls.crt': der }) }), ['a.yaml error secret-shape'])
    assert.deepEqual(found({ 'a.yaml': secret('shop', { 'certificate.der': der }) }), [])
  })

  it('never have their keys in a message', () => {
    const key = base64(pem('old.key'))
    const inner = pem('old.key').split('\n')[1]!
    for (const text of [
      secret('a', { 'tls.crt': base64(pem('chain.pem')), 'tls.key': key }),
      secret('a', { 'tls.key': pem('old.key').replace(/\n/g, ' ') })
    ]) {
      for (const each of checkAll({ 'a.yaml': text }))
        assert.ok(!each.message.includes(key.slice(60, 90)) && !each.message.includes(inner.slice(0, 20)))
    }
  })
})

describe('gateways', () => {
  it('present what stands in the Secret and trust what stands in it or beside it', () => {
    const own = { 'tls.crt': base64(pem('chain.pem')), 'tls.key': base64(pem('server.key')) }
    const both = endpointsOf({
      'a.yaml': gateway('mode: MUTUAL, credentialName: shop'),
      'b.yaml': secret('shop', { ...own, 'ca.crt': base64(pem('ca.pem')) })
    })
    const beside = endpointsOf({
      'a.yaml': gateway('mode: MUTUAL, credentialName: shop'),
      'b.yaml': secret('shop', own),
      'c.yaml': secret('shop-cacert', { cacert: base64(pem('ca.pem')) })
    })
    for (const [endpoint] of [both, beside]) {
      const [anchor] = endpoint!.peer.trustAnchors
      assert.equal(endpoint!.identities[0]!.certificate.kind, 'inline')
      assert.ok(anchor?.kind === 'inline' && anchor.file.certificates.length === 1)
      assert.equal(endpoint!.peer.certificate.value, 'require')
      assert.equal(endpoint!.label, 'Gateway public, port 443')
      assert.deepEqual(
        endpoint!.serverNames.map(each => each.value),
        ['shop.example.com']
      )
    }
  })

  it('are looked at again when the Secret comes, changes and goes', () => {
    const { workspace, write } = open({
      'gateway.yaml': gateway('mode: SIMPLE, credentialName: shop'),
      'secret.yaml': 'apiVersion: v1\nkind: ConfigMap\n'
    })
    const rules = () => workspace.check('/w/gateway.yaml').map(each => each.rule)
    assert.deepEqual(rules(), [])
    const bad = secret('shop', { 'tls.crt': base64(pem('old.pem')), 'tls.key': base64(pem('old.key')) })
    assert.ok(write('secret.yaml', bad).includes('gateway.yaml'))
    assert.deepEqual(rules(), ['certificate-expired'])
    assert.ok(write('secret.yaml', secret('shop', { other: 'eA==' })).includes('gateway.yaml'))
    assert.deepEqual(rules(), ['gateway-credential'])
    write('secret.yaml', 'apiVersion: v1\nkind: ConfigMap\n')
    assert.deepEqual(rules(), [])
  })

  it('say by their mode what clients are asked for', () => {
    const modes = ['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL', 'ISTIO_MUTUAL'].map(mode => {
      const [endpoint] = endpointsOf({ 'a.yaml': gateway(`mode: ${mode}`) })
      return `${endpoint!.peer.certificate.value} ${endpoint!.peer.verifyChain.value}`
    })
    assert.deepEqual(modes, ['ignore false', 'require true', 'request true', 'require true'])
    assert.deepEqual(endpointsOf({ 'a.yaml': gateway('mode: PASSTHROUGH') }), [])
    assert.deepEqual(endpointsOf({ 'a.yaml': gateway('httpsRedirect: true') }), [])
  })

  it('that let clients in without a certificate are told of, unless somebody looks', () => {
    const optional = gateway('mode: OPTIONAL_MUTUAL, credentialName: shop')
    assert.deepEqual(found({ 'a.yaml': optional }), ['a.yaml warning client-verification-optional'])
    const looking = `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p}\nspec: {rules: [{from: [{source: {notPrincipals: ["*"]}}]}]}\n`
    assert.deepEqual(found({ 'a.yaml': `${optional}---\n${looking}` }), [])
  })

  it('of the Gateway API are read as well', () => {
    const text = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  listeners:
    - {name: https, port: 443, protocol: HTTPS, hostname: shop.example.com, tls: {certificateRefs: [{name: shop}]}}
    - {name: pass, port: 444, protocol: TLS, tls: {mode: Passthrough}}
  tls:
    frontend:
      default: {validation: {caCertificateRefs: [{kind: ConfigMap, group: "", name: cas}]}}
`
    const cas = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cas, namespace: shop}\ndata:\n  ca.crt: |\n${indented(pem('ca.pem'))}\n`
    const [endpoint, other] = endpointsOf({ 'a.yaml': `${text}---\n${cas}` })
    assert.equal(other, undefined)
    assert.equal(endpoint!.peer.certificate.value, 'require')
    const [anchor] = endpoint!.peer.trustAnchors
    assert.ok(anchor?.kind === 'inline' && anchor.file.certificates.length === 1)
  })
})

describe('connections that proxies begin', () => {
  it('verify the server against the system where nothing else is said', () => {
    const [endpoint] = endpointsOf({ 'a.yaml': rule('db', 'mode: SIMPLE') })
    assert.equal(endpoint!.role, 'client')
    assert.equal(endpoint!.peer.verifyChain.value, true)
    assert.equal(endpoint!.peer.trustAnchors[0]!.kind, 'system')
    assert.equal(endpoint!.addresses[0]!.host, 'db.shop.svc.cluster.local')
    assert.deepEqual(found({ 'a.yaml': rule('db', 'mode: SIMPLE') }), [])
  })

  it('that skip verification are told of, and the fix switches it on', () => {
    const texts = { 'a.yaml': rule('api.bank.example', 'mode: SIMPLE, insecureSkipVerify: true') }
    assert.deepEqual(found(texts), ['a.yaml error peer-not-verified'])
    const [endpoint] = endpointsOf(texts)
    const [edit] = istio.edit!(endpoint!, { set: 'verifyChain', value: true }, () => ({ kind: 'missing' }))!
    assert.equal(texts['a.yaml'].slice(edit!.start, edit!.end), 'true')
    assert.equal(edit!.newText, 'false')
  })

  it('of a BackendTLSPolicy go to its Service and verify its name', () => {
    const text = `apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: p, namespace: shop}
spec:
  targetRefs: [{group: "", kind: Service, name: db}]
  validation: {hostname: db.internal, wellKnownCACertificates: System}
`
    const [endpoint] = endpointsOf({ 'a.yaml': text })
    assert.equal(endpoint!.addresses[0]!.host, 'db.shop.svc.cluster.local')
    assert.deepEqual(
      endpoint!.peer.verifyNames.map(each => each.value),
      ['db.internal']
    )
    assert.equal(endpoint!.peer.trustAnchors[0]!.kind, 'system')
  })

  it('read paths in containers only where a setting says where they lie here', () => {
    const mutual = rule(
      'db',
      'mode: MUTUAL, clientCertificate: /etc/certs/c.pem, privateKey: /etc/certs/k.pem, caCertificates: /etc/certs/ca.pem'
    )
    assert.deepEqual(found({ 'a.yaml': mutual }), [])
    assert.deepEqual(endpointsOf({ 'a.yaml': mutual })[0]!.identities[0]!.certificate.kind, 'dynamic')
  })

  it('complete only short names, and know what a host stands for', () => {
    assert.deepEqual(reachOf('db', 'shop'), { kind: 'service', service: 'db', namespace: 'shop' })
    assert.deepEqual(reachOf('db.other.svc.cluster.local', 'shop'), { kind: 'service', service: 'db', namespace: 'other' })
    assert.deepEqual(reachOf('*.other.svc.cluster.local', 'shop'), { kind: 'namespace', namespace: 'other' })
    for (const host of ['*', '*.local', '*.cluster.local', '*.svc.cluster.local']) assert.deepEqual(reachOf(host, 'shop'), { kind: 'mesh' })
    for (const host of ['db.other', 'example.com', '*.example.com', 'a.b.c.svc.cluster.local'])
      assert.deepEqual(reachOf(host, 'shop'), { kind: 'other' })
  })
})

describe('settings that are refused', () => {
  it('are told of, with the word that is meant', () => {
    const [finding] = checkAll({ 'a.yaml': policy('a', 'b', 'mtls: {mode: strict}') })
    assert.equal(finding!.rule, 'invalid-value')
    assert.equal(finding!.fixes[0]!.edits[0]!.newText, 'STRICT')
    assert.deepEqual(found({ 'a.yaml': gateway('mode: ISTIO_MUTUAL, credentialName: a') }), ['a.yaml error conflicting-settings'])
    assert.deepEqual([...found({ 'a.yaml': rule('db', 'mode: SIMPLE, insecureSkipVerify: true, caCertificates: a') })].sort(), [
      'a.yaml error conflicting-settings',
      'a.yaml error peer-not-verified'
    ])
    assert.deepEqual(found({ 'a.yaml': policy('a', 'b', 'mtls: {mode: "$(MODE)"}') }), [])
  })
})

describe('what a workload takes', () => {
  const workload = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{ports: [{containerPort: 8080}, {containerPort: 9090}]}]}
`
  const described = async (texts: Texts) => {
    const { workspace } = open(texts)
    const file = workspace.read('/w/a.yaml')
    assert.ok(file.kind === 'file')
    return (await hover(workspace, file.file, file.file.text.indexOf('web, '), new Date('2026-01-01')))?.markdown
  }

  it('is shown on its name, port by port, by the narrowest policy', async () => {
    const mesh = policy('default', 'istio-system', 'mtls: {mode: STRICT}')
    assert.match(
      (await described({ 'a.yaml': workload, 'b.yaml': mesh }))!,
      /takes mutual TLS only \(`STRICT`\), as PeerAuthentication default says/
    )
    const own = policy('web', 'shop', 'selector: {matchLabels: {app: web}}, portLevelMtls: {9090: {mode: DISABLE}}')
    const text = (await described({ 'a.yaml': workload, 'b.yaml': `${mesh}---\n${own}` }))!
    assert.match(text, /takes mutual TLS only/)
    assert.match(text, /port 9090 takes no mutual TLS/)
    const namespace = policy('default', 'shop', 'mtls: {mode: PERMISSIVE}')
    assert.match((await described({ 'a.yaml': workload, 'b.yaml': `${mesh}---\n${namespace}` }))!, /plain connections as well/)
  })

  it('is said of settings too, with the page of the reference', async () => {
    const text = policy('default', 'shop', 'mtls: {mode: PERMISSIVE}')
    const { workspace } = open({ 'a.yaml': text })
    const file = workspace.read('/w/a.yaml')
    assert.ok(file.kind === 'file')
    const found = await hover(workspace, file.file, text.indexOf('PERMISSIVE') + 2, new Date('2026-01-01'))
    assert.equal(text.slice(found!.span.start, found!.span.end), 'PERMISSIVE')
    assert.match(found!.markdown, /plain connections as well as mutual TLS[\s\S]*istio\.io\/latest\/docs\/reference/)
  })

  it('is not shown where it cannot be known', async () => {
    assert.equal(await described({ 'a.yaml': workload }), undefined)
    const two = `${policy('one', 'shop', 'mtls: {mode: STRICT}')}---\n${policy('two', 'shop', 'mtls: {mode: DISABLE}')}`
    assert.equal(await described({ 'a.yaml': workload, 'b.yaml': two }), undefined)
  })

  it('by a policy for single workloads of the root namespace is nothing, and that is told', () => {
    const idle = policy('a', 'istio-system', 'selector: {matchLabels: {app: a}}, mtls: {mode: DISABLE}')
    assert.deepEqual(found({ 'a.yaml': idle }), ['a.yaml warning ineffective-setting'])
  })
})

describe('Istio conformance', () => {
  it('answers as others expect, or otherwise for a reason', t => {
    if (!hasIstioCorpus()) return t.skip('the corpus of configurations (../shared/corpus) is not here')
    for (const { suite, cases, agreed, differences } of istioConformance()) {
      assert.ok(cases > 0, suite)
      assert.equal(agreed, cases, `${suite}\n${differences.filter(each => each.endsWith('NOT EXPLAINED')).join('\n')}`)
    }
  })
})
