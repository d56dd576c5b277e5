import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Change, TlsEndpoint } from '../server/src/core/model.js'
import { type SourceFile, sourceFile, type TextEdit } from '../server/src/core/text.js'
import { nginx } from '../server/src/dialects/nginx/index.js'
import { type Files, lowerNginx } from './nginx.js'

const main = '/project/nginx.conf'
type Pick = (it: TlsEndpoint) => boolean
const server: Pick = it => it.role === 'server'
const client: Pick = it => it.role === 'client'

/** The files after the change, or nothing when the dialect has no way to write it. */
function change(
  given: string | Files,
  pick: Pick,
  wanted: Change | ((it: TlsEndpoint) => Change)
): Readonly<Record<string, string>> | undefined {
  const lowering = lowerNginx(given)
  const endpoint = lowering.endpoints.find(pick)!
  const edits = nginx.edit!(endpoint, typeof wanted === 'function' ? wanted(endpoint) : wanted, lowering.read)
  if (!edits) return undefined
  const files = new Map<string, SourceFile>(
    Object.entries(typeof given === 'string' ? { [main]: given } : given).map(([path, text]) => [path, sourceFile(path, text)])
  )
  return Object.fromEntries([...files.values()].map(it => [it.path, apply(it, edits)]))
}

function apply(file: SourceFile, edits: readonly TextEdit[]): string {
  return edits
    .filter(it => it.path === file.path)
    .sort((a, b) => b.start - a.start)
    .reduce((text, it) => text.slice(0, it.start) + it.newText + text.slice(it.end), file.text)
}

describe('every change, wherever it is written now, is seen again after the edit', () => {
  const changes: readonly (readonly [Change, Pick, (it: TlsEndpoint) => unknown, unknown])[] = [
    [{ set: 'certificate', value: 'require' }, server, it => it.peer.certificate.value, 'require'],
    [{ set: 'verifyChain', value: true }, server, it => it.peer.verifyChain.value, true],
    [{ set: 'maxDepth', value: 3 }, server, it => it.peer.maxDepth?.value, 3],
    [{ set: 'minVersion', value: 'TLSv1.3' }, server, it => it.minVersion.value, 'TLSv1.3'],
    [{ set: 'verifyChain', value: true }, client, it => it.peer.verifyChain.value, true],
    [{ set: 'maxDepth', value: 2 }, client, it => it.peer.maxDepth?.value, 2],
    [{ set: 'minVersion', value: 'TLSv1.2' }, client, it => it.minVersion.value, 'TLSv1.2'],
    [{ set: 'serverNameIndication', value: true }, client, it => it.serverNames.length, 1],
    [{ set: 'verifyName', value: 'a.internal' }, client, it => it.peer.verifyNames[0]?.value, 'a.internal'],
    [{ set: 'sessionReuse', value: false }, client, it => it.sessionReuse?.value, false]
  ]
  const shapes: readonly (readonly [string, (settings: string) => string])[] = [
    [
      'nothing written',
      () =>
        'http {\n  server {\n    listen 443 ssl;\n    location / {\n      proxy_pass https://b.internal;\n      proxy_ssl_verify on;\n    }\n  }\n}\n'
    ],
    ['all on one line', () => 'http { server { listen 443 ssl; location / { proxy_ssl_verify on; proxy_pass https://b.internal; } } }'],
    [
      'Windows line ends, tabs and comments',
      () =>
        'server {\r\n\tlisten 443 ssl; # here\r\n\tlocation / {\r\n\t\tproxy_pass https://b.internal; # there\r\n\t\tproxy_ssl_verify on;\r\n\t}\r\n}\r\n'
    ],
    [
      'all written',
      () => `server {
  listen 443 ssl;
  ssl_verify_client optional_no_ca;
  ssl_verify_depth 1;
  ssl_protocols TLSv1 TLSv1.3;
  location / {
    proxy_ssl_verify on; proxy_ssl_verify_depth 1; proxy_ssl_protocols TLSv1 TLSv1.3; proxy_ssl_server_name off;
    proxy_ssl_name b; proxy_ssl_session_reuse on;
    proxy_pass https://b.internal;
  }
}
`
    ],
    [
      'all inherited',
      () => `http {
  ssl_verify_client off; ssl_verify_depth 1; ssl_protocols TLSv1 TLSv1.3;
  proxy_ssl_verify on; proxy_ssl_verify_depth 1; proxy_ssl_protocols TLSv1 TLSv1.3; proxy_ssl_server_name off; proxy_ssl_name b; proxy_ssl_session_reuse on;
  server {
    listen 443 ssl;
    location / {
      proxy_pass https://b.internal;
    }
  }
}
`
    ],
    [
      'in stream',
      () => 'stream {\n  server {\n    listen 443 ssl;\n    proxy_ssl on;\n    proxy_ssl_verify on;\n    proxy_pass b.internal:1;\n  }\n}\n'
    ]
  ]
  for (const [says, shape] of shapes) {
    for (const [wanted, pick, seen, expected] of changes) {
      test(`${says}: ${pick === server ? 'server' : 'client'} ${wanted.set}`, () => {
        const after = change(shape(''), pick, wanted)
        assert.ok(after, 'an edit is offered')
        const lowering = lowerNginx(after)
        assert.equal(seen(lowering.endpoints.find(pick)!), expected, after[main])
        assert.deepEqual(lowering.problems, [], after[main])
      })
    }
  }

  test('verification is switched on in gRPC and uwsgi under their own names', () => {
    for (const [pass, prefix] of [
      ['grpc_pass grpcs', 'grpc'],
      ['uwsgi_pass suwsgi', 'uwsgi']
    ] as const) {
      const after = change(`server {\n  location / {\n    ${pass}://a:1;\n  }\n}\n`, client, { set: 'verifyChain', value: true })
      assert.match(after![main]!, new RegExp(`\\n    ${prefix}_ssl_verify on;\\n  \\}`))
    }
  })

  test('a line for a pass inside an if stands in the location, where nginx takes it', () => {
    const text = 'server {\n  location / {\n    if ($a) {\n      proxy_pass https://b;\n    }\n  }\n}\n'
    const after = change(text, client, { set: 'verifyChain', value: true })!
    assert.equal(after[main], text.replace('location / {\n', 'location / {\n    proxy_ssl_verify on;\n'))
    assert.deepEqual(lowerNginx(after).problems, [])
  })

  test('TLS is switched on at the address', () => {
    const text = 'server {\n  listen 8443 default_server;\n  ssl_certificate a.pem;\n  ssl_certificate_key a.key;\n}\n'
    const after = change(text, server, it => ({ set: 'tls', value: true, address: it.addresses[0]! }))
    assert.equal(after![main], text.replace('8443', '8443 ssl'))
    assert.equal(lowerNginx(after!).endpoints[0]!.tls.value, true)
  })
})

describe('the edit looks as if written by hand', () => {
  test('a value is replaced in place', () => {
    const text = 'server {\n    listen 443 ssl;\n    ssl_verify_client   optional_no_ca ; # for now\n}\n'
    assert.equal(change(text, server, { set: 'verifyChain', value: true })![main], text.replace('optional_no_ca', 'on'))
  })

  test('a new line stands below its relatives, indented like them, and leaves comments alone', () => {
    const text = 'server {\n\tlisten 443 ssl;\n\tssl_client_certificate ca.pem; # ours\n\n\tlocation / { }\n}\n'
    assert.equal(
      change(text, server, { set: 'certificate', value: 'require' })![main],
      text.replace('# ours\n', '# ours\n\tssl_verify_client on;\n')
    )
  })

  test('a line of several directives stays one line', () => {
    assert.equal(
      change('server { listen 443 ssl; }', server, { set: 'certificate', value: 'require' })![main],
      'server { listen 443 ssl; ssl_verify_client on; }'
    )
  })

  test('line ends are those of the file', () => {
    const after = change('server {\r\n  listen 443 ssl;\r\n}\r\n', server, { set: 'certificate', value: 'require' })![main]!
    assert.equal(after, 'server {\r\n  listen 443 ssl;\r\n  ssl_verify_client on;\r\n}\r\n')
  })

  test('what stands in an included file is changed there', () => {
    const files = { [main]: 'server { listen 443 ssl; include tls.conf; }', '/project/tls.conf': 'ssl_verify_client off;\n' }
    assert.equal(change(files, server, { set: 'certificate', value: 'require' })!['/project/tls.conf'], 'ssl_verify_client on;\n')
  })

  test('the versions go on to the highest in use', () => {
    const after = change('server { listen 443 ssl; ssl_protocols TLSv1 TLSv1.1 TLSv1.2; }', server, { set: 'minVersion', value: 'TLSv1.2' })
    assert.equal(after![main], 'server { listen 443 ssl; ssl_protocols TLSv1.2; }')
  })
})

describe('no edit is offered', () => {
  test('where a variable decides', () => {
    assert.equal(change('server { listen 443 ssl; ssl_verify_client $mode; }', server, { set: 'certificate', value: 'require' }), undefined)
  })
  test('for what the role does not have', () => {
    assert.equal(change('server { listen 443 ssl; }', server, { set: 'sessionReuse', value: false }), undefined)
    assert.equal(change('server { location / { proxy_pass https://a; } }', client, { set: 'certificate', value: 'require' }), undefined)
  })
  test('to send an address as a name', () => {
    assert.equal(
      change('server { location / { proxy_pass https://127.0.0.1; } }', client, { set: 'serverNameIndication', value: true }),
      undefined
    )
  })
})
