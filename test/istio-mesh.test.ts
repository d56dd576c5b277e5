import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TlsEndpoint } from '../server/src/core/model.js'
import { istio } from '../server/src/dialects/istio/index.js'
import { hover } from '../server/src/features/hover.js'
import { checkAll, open, type Texts } from './istio.js'

const found = (texts: Texts): readonly string[] => checkAll(texts).map(each => `${each.path.slice(3)} ${each.rule}`)
const endpointOf = (texts: Texts, root = 'a.yaml'): TlsEndpoint => open(texts).workspace.lowered(`/w/${root}`)!.endpoints[0]!
const values = (settings: readonly { readonly value: string; readonly origin: string }[]) =>
  settings.map(each => `${each.origin} ${each.value}`)

const resource = (kind: string, spec: string, namespace = 'shop', group = 'networking') =>
  `---\napiVersion: ${group}.istio.io/v1\nkind: ${kind}\nmetadata: {name: x, namespace: ${namespace}}\nspec: {${spec}}\n`
const entry = (spec: string, namespace = 'shop') => resource('ServiceEntry', `hosts: [api.bank.example], ${spec}`, namespace)
const rule = (tls: string, more = '', namespace = 'shop') =>
  resource('DestinationRule', `host: api.bank.example, trafficPolicy: {tls: {${tls}}${more}}`, namespace)
const port = (number: number, protocol: string, more = '') => `{number: ${number}, name: p${number}, protocol: ${protocol}${more}}`
const http = port(80, 'HTTP', ', targetPort: 443')

describe('TLS that proxies begin for hosts of a ServiceEntry', () => {
  const placesOf = (spec: string, more = '') =>
    endpointOf({ 'a.yaml': entry(spec) + rule('mode: SIMPLE', more) }).addresses.map(each => `${each.host}:${each.port}`)

  it('goes to the target port, of all ports that have no settings of their own', () => {
    assert.deepEqual(placesOf(`resolution: DNS, ports: [${http}]`), ['api.bank.example:443'])
    const other = ', portLevelSettings: [{port: {number: 8080}, tls: {mode: DISABLE}}]'
    assert.deepEqual(placesOf(`resolution: DNS, ports: [${http}, ${port(8080, 'HTTP')}]`, other), ['api.bank.example:443'])
  })

  it('goes to the addresses that are written, each with its own port', () => {
    const endpoints = 'endpoints: [{address: 10.0.0.1, ports: {p80: 8443}}, {address: B.example}, {address: "unix:///s"}]'
    assert.deepEqual(placesOf(`resolution: STATIC, ports: [${http}], ${endpoints}`), ['10.0.0.1:8443', 'b.example:443'])
  })

  it('has a limit to the addresses that anybody looks at', () => {
    const endpoints = Array.from({ length: 3000 }, (_, index) => `{address: 10.0.${index >> 8}.${index & 255}}`)
    assert.equal(placesOf(`resolution: STATIC, ports: [${http}, ${port(81, 'HTTP')}], endpoints: [${endpoints}]`).length, 100)
  })

  const namesOf = (spec: string, tls: string, more = '') => {
    const endpoint = endpointOf({ 'a.yaml': rule(tls) + entry(spec) + more })
    return [values(endpoint.serverNames), values(endpoint.peer.verifyNames)]
  }

  it('asks for the host of the request and expects it, where that is HTTP', () => {
    assert.deepEqual(namesOf(`ports: [${http}]`, 'mode: SIMPLE'), [['default api.bank.example'], ['default api.bank.example']])
    assert.deepEqual(namesOf(`ports: [${port(5432, 'TCP')}]`, 'mode: SIMPLE'), [[], []])
    const both = `ports: [${http}, ${port(5432, 'TCP')}]`
    assert.deepEqual(namesOf(both, 'mode: SIMPLE')[0], ['unknown api.bank.example'], 'of some ports')
  })

  it('asks for the name that a route gives the request', () => {
    const route = (more: string, hosts = 'bank.shop') =>
      resource('VirtualService', `hosts: ["${hosts}"], http: [{route: [{destination: {host: api.bank.example}}]${more}}]`)
    assert.deepEqual(namesOf(`ports: [${http}]`, 'mode: SIMPLE', route(', rewrite: {authority: Edge.bank.example}'))[0], [
      'default edge.bank.example'
    ])
    assert.deepEqual(namesOf(`ports: [${http}]`, 'mode: SIMPLE', route(''))[0], ['default bank.shop'])
    assert.deepEqual(namesOf(`ports: [${http}]`, 'mode: SIMPLE', route('', '*.bank'))[0], ['unknown api.bank.example'])
  })

  it('expects no name where one to ask for is written, but for those of the rule or the ServiceEntry', () => {
    assert.deepEqual(namesOf(`ports: [${http}]`, 'mode: SIMPLE, sni: a.example'), [['written a.example'], []])
    assert.deepEqual(namesOf(`ports: [${http}], subjectAltNames: [b.example]`, 'mode: SIMPLE, sni: a.example')[1], ['default b.example'])
    assert.deepEqual(namesOf(`ports: [${http}], subjectAltNames: [b.example]`, 'mode: SIMPLE, subjectAltNames: [c.example]')[1], [
      'written c.example'
    ])
    assert.deepEqual(values(endpointOf({ 'a.yaml': rule('mode: SIMPLE, sni: a.example') }).peer.verifyNames), ['unknown a.example'])
  })

  it('is looked at again when the ServiceEntry comes', () => {
    const { workspace, write } = open({ 'a.yaml': rule('mode: SIMPLE'), 'b.yaml': 'apiVersion: v1\nkind: ConfigMap\n' })
    const rules = () => workspace.check('/w/a.yaml').map(each => each.rule)
    assert.deepEqual(rules(), [])
    assert.ok(write('b.yaml', entry(`resolution: DNS, ports: [${port(443, 'HTTPS')}]`)).includes('a.yaml'))
    assert.deepEqual(rules(), ['upstream-name-not-verified', 'double-tls'])
  })
})

describe('exportTo', () => {
  const https = (exportTo: string, namespace: string) => entry(`${exportTo}ports: [${port(443, 'HTTPS')}]`, namespace)
  const sees = (exportTo: string, namespace: string) =>
    endpointOf({ 'a.yaml': https(exportTo, namespace) + rule('mode: SIMPLE') }).addresses[0]!.port === 443

  it('says in which namespaces a ServiceEntry counts', () => {
    assert.ok(sees('', 'other'))
    assert.ok(sees('exportTo: ["*"], ', 'other'))
    assert.ok(sees('exportTo: [shop, more], ', 'other'))
    assert.ok(sees('exportTo: ["."], ', 'shop'))
    for (const it of ['"."', '"~"', 'more', '"$(NAMESPACE)"']) assert.ok(!sees(`exportTo: [${it}], `, 'other'), it)
  })

  it('is what the settings of the mesh say where it is missing', () => {
    const mesh = 'meshConfig:\n  defaultServiceExportTo: ["."]\n'
    const port = (namespace: string) =>
      endpointOf({ 'a.yaml': rule('mode: SIMPLE'), 'b.yaml': https('', namespace), 'values.yaml': mesh }).addresses[0]!.port
    assert.equal(port('other'), undefined)
    assert.equal(port('shop'), 443)
  })
})

describe('the settings of a mesh', () => {
  const policy = resource(
    'AuthorizationPolicy',
    'rules: [{from: [{source: {principals: [old.example/ns/shop/sa/web]}}]}]',
    'shop',
    'security'
  )
  const mesh = 'trustDomain: new.example\nenableAutoMtls: true\n'
  const indented = (text: string, by: number) => text.replace(/^(?=.)/gm, ' '.repeat(by))
  const places: Texts = {
    'a ConfigMap': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n${indented(mesh, 4)}`,
    'a ConfigMap of a revision, quoted': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio-1-26}\ndata: {mesh: "trustDomain: new.example"}\n`,
    'an IstioOperator': `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  meshConfig:\n${indented(mesh, 4)}`,
    'values of an IstioOperator': `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  values:\n    meshConfig:\n${indented(mesh, 6)}`,
    'the operator Sail': `apiVersion: sailoperator.io/v1\nkind: Istio\nspec:\n  values:\n    meshConfig:\n${indented(mesh, 6)}`,
    "Helm's values": `global: {}\nmeshConfig:\n${indented(mesh, 2)}`,
    'a file of its own': mesh
  }

  for (const [place, text] of Object.entries(places)) {
    it(`are found in ${place}`, () =>
      assert.deepEqual(found({ 'a.yaml': policy, 'm.yaml': text }), ['a.yaml principal-without-mtls'], text))
  }

  it('say nothing where they are not known for sure', () => {
    for (const text of [
      'meshConfig:\n  enableAutoMtls: true\n',
      'meshConfig:\n  trustDomain: {{ .Values.domain }}\n',
      'meshConfig:\n  trustDomain: new.example\n  trustDomainAliases: ["$(OLD)"]\n',
      'meshConfig:\n  trustDomain: new.example\npilot: {env: {PILOT_SKIP_VALIDATE_TRUST_DOMAIN: "true"}}\n'
    ])
      assert.deepEqual(found({ 'a.yaml': policy, 'm.yaml': text }), [], text)
    const variants = { 'a.yaml': policy, 'values-a.yaml': places["Helm's values"]!, 'values-b.yaml': places["Helm's values"]! }
    assert.deepEqual(found(variants), [], 'variants beside each other')
  })

  it('do not make other files theirs', () => {
    for (const text of ['trustDomain: a\n', 'a:\n  meshConfig: b\n', 'apiVersion: v2\nname: chart\nmeshConfig: a\n', '# meshConfig:\n'])
      assert.ok(!istio.detect('/w/values.yaml', text), text)
  })

  it('are read whatever part of them is there', () => {
    for (const text of Object.values(places)) {
      for (let length = 0; length <= text.length; length += 3) {
        for (const each of checkAll({ 'a.yaml': text.slice(0, length) })) {
          assert.notEqual(each.rule, 'internal-error')
          assert.ok(each.start >= 0 && each.start <= each.end && each.end <= length)
        }
      }
    }
  })

  it('give gateways their oldest version, but not for the TLS of the mesh', () => {
    const versionOf = (mode: string, more = '') =>
      endpointOf({
        'a.yaml': resource(
          'Gateway',
          `selector: {a: b}, servers: [{port: {number: 443, name: a, protocol: HTTPS}, hosts: ["*"], tls: {mode: ${mode}${more}}}]`
        ),
        'm.yaml': 'meshConfig:\n  tlsDefaults:\n    minProtocolVersion: TLSV1_3\n'
      }).minVersion.value
    assert.equal(versionOf('SIMPLE', ', credentialName: a'), 'TLSv1.3')
    assert.equal(versionOf('SIMPLE', ', credentialName: a, minProtocolVersion: TLSV1_2'), 'TLSv1.2')
    assert.equal(versionOf('ISTIO_MUTUAL'), 'TLSv1.2')
  })

  it('are explained on hover, inside a ConfigMap too', async () => {
    const text = places['a ConfigMap']!
    const { workspace } = open({ 'a.yaml': text })
    const file = workspace.read('/w/a.yaml')
    assert.ok(file.kind === 'file')
    const shown = await hover(workspace, file.file, text.indexOf('trustDomain') + 3, new Date('2026-01-01'))
    assert.equal(text.slice(shown!.span.start, shown!.span.end), 'trustDomain')
    assert.match(shown!.markdown, /istio\.mesh\.v1alpha1/)
  })
})

describe('a Sidecar', () => {
  const sidecar = (ingress: string, labels = 'workloadSelector: {labels: {app: web}}, ') =>
    resource('Sidecar', `${labels}ingress: [{port: {number: 9080, name: a, protocol: HTTPS}, ${ingress}}]`)
  const files = 'serverCertificate: /c, privateKey: /k'

  it('ends TLS on a port of its workloads', () => {
    const demanded = ['SIMPLE', 'OPTIONAL_MUTUAL', 'MUTUAL'].map(mode => {
      const endpoint = endpointOf({ 'a.yaml': sidecar(`tls: {mode: ${mode}, ${files}, caCertificates: /a}`) })
      assert.equal(endpoint.role, 'server')
      assert.equal(endpoint.label, 'Sidecar x, port 9080')
      assert.deepEqual(
        [endpoint.addresses[0]!.host, endpoint.addresses[0]!.port, endpoint.addresses[0]!.isDefault],
        ['app=web', 9080, true]
      )
      return endpoint.peer.certificate.value
    })
    assert.deepEqual(demanded, ['ignore', 'request', 'require'])
  })

  it('is told of when it lacks what it needs, and makes no endpoint where it ends nothing', () => {
    assert.deepEqual(found({ 'a.yaml': sidecar(`tls: {mode: MUTUAL, ${files}}`) }), ['a.yaml gateway-credential'])
    const { endpoints } = open({ 'a.yaml': sidecar('defaultEndpoint: "127.0.0.1:80"') }).workspace.lowered('/w/a.yaml')!
    assert.deepEqual(endpoints, [])
    const plain = sidecar(`tls: {mode: SIMPLE, ${files}}`).replace('HTTPS', 'HTTP')
    assert.deepEqual(found({ 'a.yaml': plain }), ['a.yaml directive-not-allowed-here'])
  })

  it('is shown on the port of a workload that has no mutual TLS of the mesh', async () => {
    const workload =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec: {containers: [{ports: [{containerPort: 9080}]}]}\n'
    const policy = resource(
      'PeerAuthentication',
      'selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}, portLevelMtls: {9080: {mode: DISABLE}}',
      'shop',
      'security'
    )
    const { workspace } = open({ 'a.yaml': workload + policy + sidecar(`tls: {mode: SIMPLE, ${files}}`) })
    const file = workspace.read('/w/a.yaml')
    assert.ok(file.kind === 'file')
    const shown = await hover(workspace, file.file, file.file.text.indexOf('web'), new Date('2026-01-01'))
    assert.match(shown!.markdown, /port 9080 takes no mutual TLS \(`DISABLE`\); Sidecar x has TLS of its own there/)
    assert.ok(!workspace.check('/w/a.yaml').some(each => each.rule === 'disabled-mtls'))
  })

  it('names the hosts that proxies of its namespace know', () => {
    const doubled = (hosts: string, namespace = 'shop') =>
      found({
        'a.yaml':
          entry(`resolution: DNS, ports: [${port(443, 'HTTPS')}]`) +
          rule('mode: SIMPLE, subjectAltNames: [a]') +
          resource('Sidecar', `egress: [{hosts: [${hosts}]}]`, namespace)
      }).includes('a.yaml double-tls')
    for (const hosts of ['"*/*"', '"./*"', '"shop/api.bank.example"', '"shop/*.example"', '"a/b", "*/api.bank.example"'])
      assert.ok(doubled(hosts), hosts)
    for (const hosts of ['"other/*"', '"./db.example"', '"~/*"', '"*"']) assert.ok(!doubled(hosts), hosts)
    assert.ok(!doubled('"other/*"', 'istio-system'), 'for the whole mesh')
    assert.ok(doubled('"other/*"', 'elsewhere'))
  })
})

describe('principals', () => {
  const verdict = (principal: string) =>
    found({
      'a.yaml': resource(
        'AuthorizationPolicy',
        `selector: {matchLabels: {app: a}}, rules: [{from: [{source: {principals: ["${principal}"]}}]}]`,
        'shop',
        'security'
      )
    }).length === 0

  it('have the form of an identity, or a part of it before or behind a *', () => {
    for (const it of [
      '*',
      'a/ns/b/sa/c',
      'a/*',
      'a/n*',
      'a/ns/*',
      'a/ns/b*',
      'a/ns/b/*',
      'a/ns/b/s*',
      'a/ns/b/sa/*',
      'a*',
      '*c',
      '*/c',
      '*sa/c',
      '*a/c',
      '*/b/sa/c',
      '*ns/b/sa/c',
      '*local/ns/b/sa/c',
      '$(P)'
    ])
      assert.ok(verdict(it), it)
    for (const it of [
      'a',
      'a/b',
      'a/ns/b/sa',
      'a/ns/b/sa/',
      'a/ns/b/sa/c/d',
      'a/sa/b/ns/c',
      'a/b/*',
      'a/ns/b/c*',
      'a/ns/b/sa/c/*',
      '*x/c',
      '*/ns/c',
      '*/a/ns/b/sa/c',
      '*/ns/*',
      'a/ns/*/sa/c',
      '**'
    ])
      assert.ok(!verdict(it), it)
  })
})
