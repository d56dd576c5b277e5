import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Change, TlsEndpoint } from '../server/src/core/model.js'
import { defaultSettings } from '../server/src/core/settings.js'
import { type FileEntry, sourceFile, type TextEdit } from '../server/src/core/text.js'
import { envoy } from '../server/src/dialects/envoy/index.js'

const main = '/w/envoy.yaml'
const tls = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3'

function lower(text: string): TlsEndpoint {
  const file = sourceFile(main, text)
  const lowered = envoy.lower(file, { read: () => ({ kind: 'missing' }), declared: () => [], settings: defaultSettings })
  assert.deepEqual(
    lowered.problems.filter(it => ['syntax-error', 'invalid-value', 'duplicate-setting'].includes(it.rule)),
    [],
    text
  )
  return lowered.endpoints[0]!
}

/** The text after the change, or nothing when the dialect has no way to write it. */
function change(text: string, wanted: Change): string | undefined {
  const file = sourceFile(main, text)
  const read = (): FileEntry => ({ kind: 'file', file })
  const edits = envoy.edit!(lower(text), wanted, read)
  return edits && apply(text, edits)
}

const apply = (text: string, edits: readonly TextEdit[]): string =>
  [...edits].sort((a, b) => b.start - a.start).reduce((all, it) => all.slice(0, it.start) + it.newText + all.slice(it.end), text)

const shapes: readonly (readonly [says: string, write: (role: 'Downstream' | 'Upstream') => string])[] = [
  [
    'block style, with comments',
    role => `static_resources:
  clusters: # all
  - name: a
    transport_socket:
      typed_config:
        "@type": ${tls}.${role}TlsContext # TLS
        common_tls_context: # common
          validation_context:
            # the CA
            trusted_ca:
              filename: ca.pem
            trust_chain_verification: ACCEPT_UNTRUSTED # for now
`
  ],
  [
    'everything written already',
    role => `static_resources:
  clusters:
  - name: a
    transport_socket:
      typed_config:
        '@type': ${tls}.${role}TlsContext
        ${role === 'Upstream' ? 'sni: "old.internal"' : 'require_client_certificate: false'}
        common_tls_context:
          tls_params:
            tls_minimum_protocol_version: 'TLSv1_0'
          validation_context:
            max_verify_depth: 1
            trust_chain_verification: ACCEPT_UNTRUSTED
            trusted_ca: {filename: ca.pem}
`
  ],
  [
    'flow style',
    role =>
      `static_resources: {clusters: [{name: a, transport_socket: {typed_config: {"@type": ${tls}.${role}TlsContext, common_tls_context: {validation_context: {trusted_ca: {filename: ca.pem}, trust_chain_verification: ACCEPT_UNTRUSTED}}}}}]}\n`
  ],
  [
    'JSON in camel case',
    role =>
      `${JSON.stringify(
        {
          staticResources: {
            clusters: [
              {
                name: 'a',
                transportSocket: {
                  typedConfig: {
                    '@type': `${tls}.${role}TlsContext`,
                    commonTlsContext: {
                      validationContext: { trustedCa: { filename: 'ca.pem' }, trustChainVerification: 'ACCEPT_UNTRUSTED' }
                    }
                  }
                }
              }
            ]
          }
        },
        null,
        2
      )}\n`
  ],
  [
    'Windows line ends and a type at the end',
    role =>
      `static_resources:\r\n  clusters:\r\n  - name: a\r\n    transport_socket:\r\n      typed_config:\r\n        common_tls_context:\r\n          combined_validation_context:\r\n            default_validation_context:\r\n              trust_chain_verification: ACCEPT_UNTRUSTED\r\n            validation_context_sds_secret_config: {name: ca, sds_config: {ads: {}}}\r\n        "@type": ${tls}.${role}TlsContext\r\n`
  ]
]

const changes: readonly (readonly ['Downstream' | 'Upstream', Change, (it: TlsEndpoint) => unknown, unknown])[] = [
  [
    'Downstream',
    { set: 'certificate', value: 'require' },
    it => it.peer.certificate.value === 'request' || it.peer.certificate.value,
    'require'
  ],
  ['Downstream', { set: 'verifyChain', value: true }, it => it.peer.verifyChain.value, true],
  ['Downstream', { set: 'maxDepth', value: 2 }, it => it.peer.maxDepth?.value, 2],
  ['Downstream', { set: 'minVersion', value: 'TLSv1.3' }, it => it.minVersion.value, 'TLSv1.3'],
  ['Upstream', { set: 'minVersion', value: 'TLSv1.2' }, it => it.minVersion.value, 'TLSv1.2'],
  ['Upstream', { set: 'verifyChain', value: true }, it => it.peer.verifyChain.value, true],
  ['Upstream', { set: 'verifyName', value: 'a.internal' }, it => it.peer.verifyNames.map(name => name.value).join(), 'a.internal']
]

describe('every change, wherever it is written now, is seen again after the edit', () => {
  for (const [says, write] of shapes)
    for (const [role, wanted, look, expected] of changes)
      test(`${says}: ${wanted.set} of ${role}`, () => {
        const before = write(role)
        const after = change(before, wanted)
        assert.ok(after !== undefined, 'it can be written')
        assert.deepEqual(look(lower(after)), expected, after)
        const comments = (text: string) => text.match(/# .*/g)
        assert.deepEqual(comments(after), comments(before))
        if (before.startsWith('{')) JSON.parse(after)
        assert.equal(after.includes('\r\n') && !/[^\r]\n/.test(after), before.includes('\r\n'))
      })
})

describe('it looks as a person would have written it', () => {
  const context = (body: string) =>
    `static_resources:\n  clusters:\n  - name: a\n    transport_socket:\n      typed_config:\n${body.replace(/^(?=.)/gm, '        ')}`
  const type = `"@type": ${tls}.DownstreamTlsContext`
  const upstream = `"@type": ${tls}.UpstreamTlsContext`

  test('below the type', () => {
    const body = (more: string) => context(`${type}\n${more}common_tls_context: {validation_context: {trusted_ca: {filename: ca.pem}}}\n`)
    assert.equal(change(body(''), { set: 'certificate', value: 'require' }), body('require_client_certificate: true\n'))
  })
  test('with the messages that it needs around', () => {
    assert.equal(
      change(context(`${type}\ncommon_tls_context:\n  alpn_protocols: [h2]\n`), { set: 'minVersion', value: 'TLSv1.2' }),
      context(`${type}\ncommon_tls_context:\n  tls_params:\n    tls_minimum_protocol_version: TLSv1_2\n  alpn_protocols: [h2]\n`)
    )
  })
  test('as a list of one', () => {
    assert.equal(
      change(context(`${upstream}\ncommon_tls_context:\n  validation_context:\n    trusted_ca: {filename: ca.pem}\n`), {
        set: 'verifyName',
        value: 'a.internal'
      }),
      context(
        `${upstream}\ncommon_tls_context:\n  validation_context:\n    match_typed_subject_alt_names:\n    - san_type: DNS\n      matcher:\n        exact: a.internal\n    trusted_ca: {filename: ca.pem}\n`
      )
    )
  })
  test('between the braces', () => {
    assert.equal(
      change(context(`${type}\ncommon_tls_context: {validation_context: {}}\n`), { set: 'maxDepth', value: 1 }),
      context(`${type}\ncommon_tls_context: {validation_context: {max_verify_depth: 2}}\n`)
    )
  })
})

describe('what cannot be written is left alone', () => {
  const text = shapes[0]![1]('Upstream')
  test('sessions', () => assert.equal(change(text, { set: 'sessionReuse', value: false }), undefined))
  test('a demand of servers', () => assert.equal(change(text, { set: 'certificate', value: 'require' }), undefined))
  test('an address as a name', () => assert.equal(change(text, { set: 'verifyName', value: '10.0.0.1' }), undefined))
  test('a second name', () => {
    const named = change(text, { set: 'verifyName', value: 'a.internal' })!
    assert.equal(change(named, { set: 'verifyName', value: 'b.internal' }), undefined)
  })
  test('a variable', () => {
    const variable = text
      .replace('Upstream', 'Downstream')
      .replace('common_tls_context:', 'require_client_certificate: $' + '{REQUIRE}\n        common_tls_context:')
    assert.equal(change(variable, { set: 'certificate', value: 'require' }), undefined)
  })
})
