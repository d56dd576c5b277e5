import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { LowerContext } from '../server/src/core/dialect.js'
import type { TlsEndpoint } from '../server/src/core/model.js'
import { defaultSettings } from '../server/src/core/settings.js'
import { type FileEntry, type SourceFile, sourceFile } from '../server/src/core/text.js'
import { envoy } from '../server/src/dialects/envoy/index.js'
import { openWorkspace } from '../server/src/service.js'
import { envoyConformance, hasEnvoyCorpus } from './conformance/envoy.js'
import { makePki } from './pki.js'

const main = '/w/envoy.yaml'
type Files = Readonly<Record<string, string>>

function contextOf(files: ReadonlyMap<string, SourceFile>): LowerContext {
  const read = (path: string): FileEntry => {
    const file = files.get(path)
    return file ? { kind: 'file', file } : { kind: 'missing' }
  }
  const all = [...files.values()].filter(it => envoy.detect(it.path, it.text)).flatMap(it => envoy.declares!(it))
  return { read, settings: defaultSettings, declared: key => all.filter(it => it.key === key) }
}

function lower(given: string | Files) {
  const texts = typeof given === 'string' ? { [main]: given } : given
  const files = new Map(Object.entries(texts).map(([path, text]) => [path, sourceFile(path, text)]))
  const root = files.get(Object.keys(texts)[0]!)!
  return { ...envoy.lower(root, contextOf(files)), text: root.text }
}

const textAt = ({ path, start, end }: { path: string; start: number; end: number }, text: string) => {
  assert.equal(path, main)
  return text.slice(start, end)
}

const tls = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3'
const indent = (text: string, by: number) => text.trim().replace(/^/gm, ' '.repeat(by)).trimStart()
const listener = (context: string, match = '') => `static_resources:
  listeners:
  - name: api
    address: {socket_address: {address: 0.0.0.0, port_value: 8443}}
    filter_chains:
    - filters: []
${match ? `      filter_chain_match: ${match}\n` : ''}      transport_socket:
        name: tls
        typed_config:
          "@type": ${tls}.DownstreamTlsContext
          ${indent(context, 10)}
`
const cluster = (context: string) => `static_resources:
  clusters:
  - name: orders
    load_assignment:
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: Orders.internal, port_value: 443}}}
        - endpoint: {address: {pipe: {path: /run/orders.sock}}}
    transport_socket:
      name: tls
      typed_config:
        "@type": ${tls}.UpstreamTlsContext
        ${indent(context, 8)}
`
const only = (given: string | Files): TlsEndpoint => {
  const { endpoints } = lower(given)
  assert.equal(endpoints.length, 1)
  return endpoints[0]!
}

describe('what Envoy makes of clients and their certificates', () => {
  const validation = (more = '') => `common_tls_context: {validation_context: {trusted_ca: {filename: ca.pem}${more}}}`
  const cases: readonly (readonly [says: string, context: string, certificate: string, origin: string, verifyChain: boolean])[] = [
    ['without a validation context nobody is asked', 'common_tls_context: {}', 'ignore', 'default', false],
    ['a CA makes it ask', validation(), 'request', 'default', true],
    ['written that it demands one', `require_client_certificate: true\n${validation()}`, 'require', 'written', true],
    ['written that it does not', `require_client_certificate: false\n${validation()}`, 'request', 'written', true],
    ['YAML has more words for yes', `require_client_certificate: yes\n${validation()}`, 'require', 'written', true],
    [
      'a name to match is a demand',
      validation(', match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: a}}]'),
      'require',
      'written',
      true
    ],
    ['and so is the older form', validation(', match_subject_alt_names: [{exact: a}]'), 'require', 'written', true],
    [
      'a fingerprint is one without a CA',
      'common_tls_context: {validation_context: {verify_certificate_hash: [AA]}}',
      'require',
      'written',
      true
    ],
    [
      'ACCEPT_UNTRUSTED takes the demand back',
      validation(', trust_chain_verification: ACCEPT_UNTRUSTED, match_subject_alt_names: [{exact: a}]'),
      'request',
      'default',
      false
    ],
    ['enum values may be numbers', validation(', trust_chain_verification: 1'), 'request', 'default', false],
    [
      'ACCEPT_UNTRUSTED asks without a CA',
      'common_tls_context: {validation_context: {trust_chain_verification: ACCEPT_UNTRUSTED}}',
      'request',
      'default',
      false
    ],
    ['a variable is not known', `require_client_certificate: \${REQUIRE}\n${validation()}`, 'request', 'unknown', true]
  ]
  for (const [says, context, certificate, origin, verifyChain] of cases)
    test(says, () => {
      const { peer } = only(listener(context))
      assert.deepEqual([peer.certificate.value, peer.certificate.origin, peer.verifyChain.value], [certificate, origin, verifyChain])
    })

  test('the SPIFFE validator demands one, of the bundle of its trust domain', () => {
    const { peer } = only(
      listener(`common_tls_context:
  validation_context:
    custom_validator_config:
      name: envoy.tls.cert_validator.spiffe
      typed_config:
        "@type": ${tls}.SPIFFECertValidatorConfig
        trust_domains:
        - {name: example.org, trust_bundle: {filename: /w/example.org.pem}}
        - {name: example.com, trust_bundle: {filename: /w/example.com.pem}}`)
    )
    assert.equal(peer.certificate.value, 'require')
    assert.deepEqual(
      peer.trustAnchors.map(it => it.kind === 'file' && it.path),
      ['/w/example.org.pem', '/w/example.com.pem']
    )
  })

  test('of the depth the root is taken off', () => {
    assert.equal(only(listener(validation(', max_verify_depth: 3'))).peer.maxDepth?.value, 2)
    assert.equal(only(listener(validation(', max_verify_depth: 0'))).peer.maxDepth?.value, 0)
    assert.equal(only(cluster(validation(', max_verify_depth: 3'))).peer.maxDepth, undefined, 'clients do not read it')
  })
})

describe('QUIC', () => {
  test('listens on UDP and speaks TLS 1.3 only', () => {
    const text = listener('require_client_certificate: true')
      .replace('port_value: 8443}', 'port_value: 8443, protocol: UDP}')
      .replace(
        /"@type": .*\n {10}require_client_certificate: true/,
        '"@type": type.googleapis.com/envoy.extensions.transport_sockets.quic.v3.QuicDownstreamTransport\n          downstream_tls_context: {require_client_certificate: true}'
      )
    const { role, addresses, minVersion, maxVersion, peer } = only(text)
    assert.deepEqual([role, addresses[0]!.transport, minVersion.value, maxVersion.value], ['server', 'udp', 'TLSv1.3', 'TLSv1.3'])
    assert.equal(peer.certificate.value, 'require')
  })
})

test('over QUIC nobody is asked who need not have a certificate', () => {
  const context = 'common_tls_context: {validation_context: {trusted_ca: {filename: ca.pem}}}'
  const quic = (body: string) =>
    listener('').replace(
      /"@type".*\n/,
      `"@type": type.googleapis.com/envoy.extensions.transport_sockets.quic.v3.QuicDownstreamTransport\n          downstream_tls_context: {${body}}\n          enable_resumption: false\n`
    )
  assert.equal(only(quic(context)).peer.certificate.value, 'ignore')
  assert.equal(only(quic(`require_client_certificate: true, ${context}`)).peer.certificate.value, 'require')
  assert.deepEqual(lower(quic(context)).problems, [])
})

describe('fields that are not known', () => {
  const problem = (text: string) => lower(text).problems.map(it => [it.rule, it.severity, it.fixes?.length])
  test('are errors when they are near to one that is', () => {
    assert.deepEqual(problem(cluster('snl: a.b')), [['syntax-error', undefined, 1]])
    assert.deepEqual(problem(cluster('commonTlsContxt: {}')), [['syntax-error', undefined, 1]])
  })
  test('and warnings when a newer version may have them', () =>
    assert.deepEqual(problem(cluster('encrypted_client_hello: {}')), [['syntax-error', 'warning', undefined]]))
  test('are left out of resources', () => {
    const text = `resources: [{"@type": ${tls}.Secret, name: a, tls_certificat: {}}]`
    assert.deepEqual(problem(text), [['ineffective-setting', undefined, 1]])
  })
  test('may be those of another message', () => {
    const { problems } = lower(cluster('common_tls_context: {validation_context: {require_client_certificate: true}}'))
    assert.deepEqual(
      problems.map(it => it.message),
      ['CertificateValidationContext has no field require_client_certificate; it belongs to DownstreamTlsContext']
    )
  })
})

describe('who looks at the result', () => {
  const manager = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'
  const use = (filter: string) =>
    only(
      listener('common_tls_context: {validation_context: {trusted_ca: {filename: ca.pem}}}').replace('filters: []', `filters: [${filter}]`)
    ).result!
  const http = (body: string) => `{typed_config: {"@type": ${manager}, ${body}}}`
  const policies = 'rules: {policies: {a: {principals: [{authenticated: {principal_name: {exact: b}}}]}}}'
  const tested: Readonly<Record<string, string>> = {
    'an RBAC filter of requests': http(
      `http_filters: [{typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC, ${policies}}}]`
    ),
    'an RBAC filter of connections': `{typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC, ${policies}}}`,
    'a route': http('route_config: {virtual_hosts: [{routes: [{match: {prefix: /, tls_context: {validated: true}}}]}]}'),
    'a matcher': http(
      'matcher: {input: {typed_config: {"@type": type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput}}}'
    )
  }
  for (const [who, filter] of Object.entries(tested)) test(who, () => assert.equal(use(filter).tested.length, 1))

  test('a program may', () => {
    const lua = '{typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua}}'
    assert.equal(use(http(`http_filters: [${lua}]`)).unknown, true)
    assert.equal(use(http('http_filters: [{name: a, config_discovery: {}}]')).unknown, true)
    assert.equal(use(http('http_filters: []')).unknown, false)
  })
  test('the backend, when it is told', () => {
    assert.equal(use(http('forward_client_cert_details: SANITIZE_SET')).handedOn.length, 1)
    assert.equal(use(http('forward_client_cert_details: SANITIZE')).handedOn.length, 0)
    const header = '{header: {key: x-client, value: "%DOWNSTREAM_PEER_SUBJECT%"}}'
    assert.equal(use(http(`route_config: {request_headers_to_add: [${header}]}`)).handedOn.length, 1)
  })
})

describe('clusters', () => {
  test('have addresses, a server name and a label', () => {
    const endpoint = only(cluster('sni: Orders.Internal'))
    assert.equal(endpoint.label, 'cluster orders')
    assert.deepEqual(
      endpoint.addresses.map(({ host, port, tls }) => [host, port, tls]),
      [
        ['orders.internal', 443, true],
        ['/run/orders.sock', 0, true]
      ]
    )
    assert.deepEqual(
      endpoint.serverNames.map(it => [it.value, it.origin]),
      [['orders.internal', 'written']]
    )
    assert.deepEqual([endpoint.minVersion.value, endpoint.maxVersion.value], ['TLSv1.2', 'TLSv1.2'])
  })

  test('verify the names that are written, or that each request brings', () => {
    const names = (context: string, more = '') => only(cluster(context) + more).peer.verifyNames.map(it => [it.name, it.value, it.origin])
    const ca = 'common_tls_context: {validation_context: {trusted_ca: {filename: ca.pem}}}'
    assert.deepEqual(names(`sni: a.b\nauto_sni_san_validation: true\n${ca}`), [['auto_sni_san_validation', 'a.b', 'written']])
    const options = `    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        upstream_http_protocol_options: {auto_sni: true, auto_san_validation: true}
`
    assert.deepEqual(names(ca, options), [['auto_san_validation', '', 'unknown']])
    assert.deepEqual(
      only(cluster(ca) + options).serverNames.map(it => it.origin),
      ['unknown']
    )
    const matchers =
      '{trusted_ca: {filename: ca.pem}, match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: a}}, {san_type: DNS, matcher: {suffix: b}}]}'
    assert.deepEqual(names(`common_tls_context: {validation_context: ${matchers}}`), [
      ['match_typed_subject_alt_names', 'a', 'written'],
      ['match_typed_subject_alt_names', '', 'unknown']
    ])
  })

  test('have a context for each kind of endpoint', () => {
    const text = cluster('sni: a.b').replace(
      '    transport_socket:',
      `    transport_socket_matches:
    - name: inside
      match: {zone: a}
      transport_socket:
        typed_config: {"@type": ${tls}.UpstreamTlsContext, sni: inside.internal}
    transport_socket:`
    )
    assert.deepEqual(
      lower(text).endpoints.map(it => it.label),
      ['cluster orders (inside)', 'cluster orders']
    )
  })
})

describe('TLS contexts are found', () => {
  const context = `{"@type": ${tls}.UpstreamTlsContext, sni: a.b}`
  const cases: Readonly<Record<string, string>> = {
    'in a list of resources': `resources:\n- "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster\n  name: orders\n  transport_socket: {name: tls, typed_config: ${context}}\n`,
    'in JSON in camel case': JSON.stringify({
      staticResources: {
        clusters: [{ name: 'orders', transportSocket: { typedConfig: { '@type': `${tls}.UpstreamTlsContext`, sni: 'a.b' } } }]
      }
    }),
    'in a list without a name': `- name: orders\n  transportSocket: {typedConfig: ${context}}\n`,
    'in a dump': `configs:\n- "@type": type.googleapis.com/envoy.admin.v3.ClustersConfigDump\n  dynamic_active_clusters:\n  - cluster: {name: orders, transport_socket: {typed_config: ${context}}}\n`,
    'in another transport socket': `static_resources:\n  clusters:\n  - name: orders\n    transport_socket:\n      typed_config:\n        "@type": type.googleapis.com/envoy.extensions.transport_sockets.tap.v3.Tap\n        transport_socket: {typed_config: ${context}}\n`,
    'behind QUIC': `static_resources:\n  clusters:\n  - name: orders\n    transport_socket:\n      typed_config:\n        "@type": type.googleapis.com/envoy.extensions.transport_sockets.quic.v3.QuicUpstreamTransport\n        upstream_tls_context: {sni: a.b}\n`,
    'in a TypedStruct': `static_resources:\n  clusters:\n  - name: orders\n    transport_socket:\n      typed_config: {"@type": type.googleapis.com/xds.type.v3.TypedStruct, type_url: ${tls}.UpstreamTlsContext, value: {sni: a.b}}\n`,
    'behind an alias': `static_resources:\n  clusters:\n  - name: orders\n    transport_socket: &tls {typed_config: ${context}}\n`,
    'in a patch of an EnvoyFilter': `apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nspec:\n  configPatches:\n  - applyTo: CLUSTER\n    patch: {operation: MERGE, value: {name: orders, transport_socket: {typed_config: ${context}}}}\n`,
    'in a ConfigMap': `apiVersion: v1\nkind: ConfigMap\ndata:\n  other: |\n    a: [\n  envoy.yaml: |\n    static_resources:\n      clusters:\n      - name: orders\n        transport_socket: {typed_config: ${context}}\n`
  }
  for (const [where, text] of Object.entries(cases))
    test(where, () => {
      assert.ok(envoy.detect('/w/envoy.yaml', text))
      const endpoint = only(text)
      assert.equal(endpoint.label, 'cluster orders')
      assert.match(textAt(endpoint.serverNames[0]!.at, text), /^"?a\.b"?$/)
    })

  test('once for each cluster that shares one', () => {
    const text = `static_resources:\n  clusters:\n  - name: a\n    transport_socket: &tls {typed_config: ${context}}\n  - name: b\n    transport_socket: *tls\n`
    assert.deepEqual(
      lower(text).endpoints.map(it => it.label),
      ['cluster a', 'cluster b']
    )
  })
})

describe('secrets', () => {
  const byName = (name: string, config: string) => `common_tls_context: {validation_context_sds_secret_config: {name: ${name}${config}}}`
  const secret = (name: string) =>
    `resources:\n- "@type": ${tls}.Secret\n  name: ${name}\n  validation_context: {trusted_ca: {filename: /w/ca.pem}}\n`
  const anchor = (given: Files) => {
    const { peer } = only(given)
    return peer.trustAnchors.map(it => (it.kind === 'file' ? it.path : it.kind))
  }

  test('of the same bootstrap', () => {
    const text = `${cluster(byName('ca', ''))}  secrets:\n  - {name: ca, validation_context: {trusted_ca: {filename: /w/ca.pem}}}\n`
    assert.deepEqual(anchor({ [main]: text }), ['/w/ca.pem'])
  })
  test('that the bootstrap does not have are refused', () => {
    const { problems, text } = lower(cluster(byName('ca', '')))
    assert.deepEqual(
      problems.map(it => [it.rule, textAt(it, text)]),
      [['invalid-value', 'ca']]
    )
  })
  test('of a file that is watched, by the path that it has there', () => {
    const config = ', sds_config: {path_config_source: {path: /etc/envoy/ca.yaml}}'
    assert.deepEqual(anchor({ [main]: cluster(byName('ca', config)), '/w/ca.yaml': secret('ca') }), ['/w/ca.pem'])
    assert.deepEqual(anchor({ [main]: cluster(byName('other', config)), '/w/ca.yaml': secret('ca') }), ['secret'])
  })
  test('of a server, when one file alone has that name', () => {
    const config = ', sds_config: {ads: {}}'
    assert.deepEqual(anchor({ [main]: cluster(byName('ca', config)), '/w/x.yaml': secret('ca') }), ['/w/ca.pem'])
    assert.deepEqual(anchor({ [main]: cluster(byName('ca', config)), '/w/x.yaml': secret('ca'), '/w/y.yaml': secret('ca') }), ['secret'])
    assert.deepEqual(anchor({ [main]: cluster(byName('ROOTCA', config)), '/w/x.yaml': secret('ROOTCA') }), ['secret'])
  })
  test('merge with what stands beside them', () => {
    const context =
      'common_tls_context: {combined_validation_context: {default_validation_context: {match_subject_alt_names: [{exact: a}]}, validation_context_sds_secret_config: {name: ca, sds_config: {ads: {}}}}}'
    const { peer } = only({ [main]: cluster(context), '/w/x.yaml': secret('ca') })
    assert.deepEqual([peer.trustAnchors[0]!.kind, peer.verifyNames[0]!.value, peer.verifyChain.value], ['file', 'a', true])
  })

  test('bring new findings when they come, change and go', () => {
    const texts = new Map([[main, listener(`require_client_certificate: true\n${byName('ca', ', sds_config: {ads: {}}')}`)]])
    const files = new Map<string, SourceFile>()
    const put = (path: string, text: string) => files.set(path, sourceFile(path, text))
    for (const [path, text] of texts) put(path, text)
    const read = (path: string): FileEntry => {
      const file = files.get(path)
      return file ? { kind: 'file', file } : { kind: 'missing' }
    }
    const workspace = openWorkspace({
      read,
      now: () => new Date('2026-01-01'),
      settings: defaultSettings,
      files: files.keys(),
      folders: ['/w/']
    })
    const verifies = () => {
      workspace.check(main)
      return workspace.lowered(main)!.endpoints[0]!.peer.trustAnchors[0]!.kind
    }
    assert.equal(verifies(), 'secret')
    put('/w/x.yaml', secret('ca'))
    assert.ok(workspace.changed(['/w/x.yaml']).again.includes(main))
    assert.equal(verifies(), 'file')
    files.delete('/w/x.yaml')
    assert.ok(workspace.changed(['/w/x.yaml']).again.includes(main))
    assert.equal(verifies(), 'secret')
  })
})

describe('certificates in the file itself', async () => {
  const pki = await makePki('ca: {ca: true}\nleaf: {issuer: ca, subject: "CN=leaf"}\nchain.pem: [leaf, ca]')
  const chain = pki.get('chain.pem')!
  const shapes: Readonly<Record<string, string>> = {
    'as a block': `certificate_chain:\n          inline_string: |\n${chain.trimEnd().replace(/^/gm, '            ')}`,
    'in quotes': `certificate_chain: {inline_string: ${JSON.stringify(chain)}}`,
    'as bytes': `certificate_chain: {inline_bytes: ${Buffer.from(chain).toString('base64')}}`
  }
  for (const [shape, text] of Object.entries(shapes))
    test(shape, () => {
      const file = `resources:\n- name: own\n  tls_certificate:\n        ${text}\n  x: 1\n# type.googleapis.com/envoy.\n`
      const { pem } = lower(file)
      assert.equal(pem.length, 1)
      const [leaf, ca] = pem[0]!.certificates
      assert.equal(leaf!.subject.commonName, 'leaf')
      assert.ok(ca)
      const [first, second] = [leaf!.at(), ca.at()]
      assert.ok(file.indexOf('certificate_chain') < first.start && first.end <= second.start && second.end < file.indexOf('x: 1'))
    })

  test('are none when they are there to be filled in', () => {
    for (const text of ['-----BEGIN CERTIFICATE-----\\n<cert>\\n-----END CERTIFICATE-----', '$' + '{CERT}', '[redacted]', 'fake'])
      assert.deepEqual(lower(`resources:\n- {name: own, tls_certificate: {certificate_chain: {inline_string: "${text}"}}}\n`).pem, [])
  })
})

describe('what is written in a template', () => {
  test('is read, and what it leaves open is not known', () => {
    const text = listener(
      'require_client_certificate: {{ .Values.require }}\ncommon_tls_context: {validation_context: {trusted_ca: {filename: "{{ .Values.ca }}"}}}'
    )
    const { endpoints, problems } = lower(text)
    assert.deepEqual(problems, [])
    assert.equal(endpoints[0]!.peer.certificate.origin, 'unknown')
    assert.equal(endpoints[0]!.peer.trustAnchors[0]!.kind, 'dynamic')
    assert.equal(endpoints[0]!.incomplete, false)
  })
  test('makes everything doubtful where it writes lines of its own', () => {
    const text = listener('common_tls_context:\n  {{- include "tls" . | nindent 2 }}\n  validation_contxt: {}')
    assert.equal(only(text).incomplete, true)
  })
})

test('a patch that is merged says only what it changes', () => {
  const patch = (operation: string) =>
    `apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nspec:\n  configPatches:\n  - patch: {operation: ${operation}, value: {transport_socket: {typed_config: {"@type": ${tls}.UpstreamTlsContext, sni: a.b}}}}\n`
  assert.deepEqual([only(patch('MERGE')).incomplete, only(patch('ADD')).incomplete], [true, false])
})

test('what is left out on purpose is no unknown field', () => {
  const text = cluster(`!ignore defaults: {a: 1}\n\${MORE}: 1\nsni: a.b`)
  assert.deepEqual(lower(text).problems, [])
})

describe('files of others', () => {
  const others: Readonly<Record<string, string>> = {
    '/w/package.json': '{"static_resources": {}}',
    '/w/package-lock.json': '{"x": "type.googleapis.com/envoy."}',
    '/w/values.yaml': 'envoy:\n  enabled: true\nstatic: {resources: 1}\n',
    '/w/deployment.yaml': 'apiVersion: apps/v1\nkind: Deployment\nspec: {x: type.googleapis.com/envoy.extensions.x}\n',
    '/w/mesh.yaml': `apiVersion: networking.istio.io/v1\nkind: EnvoyFilter\nspec: {x: ${tls}.UpstreamTlsContext}\n---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\n`,
    '/w/notes.md': '```yaml\nstatic_resources: {}\n```\n',
    '/w/secret.yaml': 'apiVersion: v1\nkind: Secret\nstringData: {tls_certificate: x}\n'
  }
  for (const [path, text] of Object.entries(others)) test(path, () => assert.equal(envoy.mayBe(path) && envoy.detect(path, text), false))
})

describe('hostile texts', () => {
  const whole = listener(`require_client_certificate: true
common_tls_context:
  tls_params: {tls_minimum_protocol_version: TLSv1_3, cipher_suites: [A, B]}
  tls_certificates: [{certificate_chain: {filename: a.pem}, private_key: {inline_string: "x\\ny"}}]
  combined_validation_context: {default_validation_context: {}, validation_context_sds_secret_config: {name: a}}`)

  test('every prefix is read, and every place lies inside of it', () => {
    for (let length = 0; length <= whole.length; length += 3) {
      const text = whole.slice(0, length)
      const { problems, endpoints, paths } = lower(text)
      for (const it of [
        ...problems,
        ...endpoints.map(each => each.at),
        ...endpoints.map(each => each.block),
        ...paths.map(each => each.at)
      ])
        assert.ok(
          it.start >= 0 && it.start <= it.end && it.end <= length,
          `${JSON.stringify(it)} in ${length} ${JSON.stringify(text.slice(-60))}`
        )
      envoy.symbols!(sourceFile(main, text))
      envoy.describe!(sourceFile(main, text), length >> 1)
    }
  })

  test('values of the wrong kind', () => {
    for (const wrong of ['x', '[]', '[[]]', '{}', '1', 'null', '[{}]', '{a: {b: [c]}}', '""', '*x', '!!binary AA=='])
      for (const field of [
        'common_tls_context',
        'require_client_certificate',
        'common_tls_context: {validation_context',
        'common_tls_context: {tls_certificates',
        'common_tls_context: {validation_context: {trusted_ca',
        'common_tls_context: {validation_context: {match_typed_subject_alt_names',
        'common_tls_context: {tls_params'
      ]) {
        const close = '}'.repeat(field.split('{').length - 1)
        lower(listener(`${field}: ${wrong}${close}`))
        lower(cluster(`${field}: ${wrong}${close}`))
      }
  })

  test('aliases that double at each step, and nesting without end, cost little', () => {
    const laughs = Array.from(
      { length: 40 },
      (_, at) => `a${at}: &a${at} {x: ${at ? `*a${at - 1}` : '1'}, y: ${at ? `*a${at - 1}` : '1'}}`
    ).join('\n')
    const started = performance.now()
    lower(`static_resources: {}\n${laughs}\nclusters: [{name: a, transport_socket: *a39}]\n`)
    lower(`static_resources:\n${'{a: '.repeat(100_000)}`)
    lower(`static_resources: ${'['.repeat(100_000)}`)
    assert.ok(performance.now() - started < 5000)
  })

  test('a file of nothing but blanks is no work', () => {
    const started = performance.now()
    for (const text of [
      '\n'.repeat(2_000_000),
      ' '.repeat(2_000_000),
      '- '.repeat(1_000_000),
      `"tls_certificate": ${'{'.repeat(1_000_000)}`
    ])
      assert.equal(envoy.detect('/w/a.yaml', text), false)
    assert.ok(performance.now() - started < 2000)
  })

  test('ten thousand clusters take a second or two', () => {
    const one = (at: number) => `  - name: c${at}\n    transport_socket: {typed_config: {"@type": ${tls}.UpstreamTlsContext, sni: a.b}}\n`
    const text = `static_resources:\n  clusters:\n${Array.from({ length: 10_000 }, (_, at) => one(at)).join('')}`
    const started = performance.now()
    assert.equal(lower(text).endpoints.length, 10_000)
    assert.ok(performance.now() - started < 6000)
  })
})

describe('outline and hover', () => {
  test('listeners, clusters and secrets', () => {
    const text = `${listener('common_tls_context: {}')}  clusters:\n  - name: orders\n    transport_socket: {typed_config: {"@type": ${tls}.UpstreamTlsContext}}\n  secrets: [{name: ca, validation_context: {}}]\n`
    const names = envoy.symbols!(sourceFile(main, text)).map(it => [it.name, it.children.map(child => `${child.name}, ${child.detail}`)])
    assert.deepEqual(names, [
      ['listener api', ['filter chain 1, TLS']],
      ['cluster orders', []],
      ['secret ca', []]
    ])
  })
  test('a field says what it means, in either spelling', () => {
    for (const name of ['require_client_certificate', 'requireClientCertificate']) {
      const text = listener(`${name}: true`)
      const found = envoy.describe!(sourceFile(main, text), text.indexOf(name) + 3)
      assert.equal(text.slice(found!.span.start, found!.span.end), name)
      assert.match(found!.markdown, /without `trusted_ca` it has no effect/)
    }
    assert.equal(envoy.describe!(sourceFile(main, 'static_resources: {}'), 3), undefined)
  })
})

test('the corpus is read without failures', t => {
  if (!hasEnvoyCorpus()) return t.skip('the corpus (../shared/corpus/envoy) is not here')
  const { failures, detected, endpoints } = envoyConformance()
  assert.deepEqual(failures, [])
  assert.ok(detected > 200 && endpoints.server > 50 && endpoints.client > 70)
})
