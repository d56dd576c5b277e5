import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DocumentSymbol } from '../server/src/core/dialect.js'
import { sourceFile } from '../server/src/core/text.js'
import { nginx } from '../server/src/dialects/nginx/index.js'

describe('hover', () => {
  /** What is said where the bar stands. */
  const at = (marked: string) => {
    const offset = marked.indexOf('|')
    const file = sourceFile('/project/nginx.conf', marked.replace('|', ''))
    const found = nginx.describe!(file, offset)
    return found && { on: file.text.slice(found.span.start, found.span.end), markdown: found.markdown }
  }

  test('a TLS directive, on its name and on its value', () => {
    assert.equal(at('server { ssl_ver|ify_client on; }')?.on, 'ssl_verify_client')
    assert.equal(at('server { ssl_verify_client opt|ional; }')?.on, 'optional')
    assert.match(
      at('server { ssl_verify_client opt|ional; }')!.markdown,
      /optional_no_ca.*\n\n\[nginx: ssl_verify_client\]\(https:\/\/nginx\.org\/en\/docs\/http\/ngx_http_ssl_module\.html#ssl_verify_client\)/s
    )
  })

  test('the page is that of the block around', () => {
    assert.match(at('stream { server { ssl_|crl a; } }')!.markdown, /stream\/ngx_stream_ssl_module\.html#ssl_crl/)
    assert.match(at('stream { server { proxy_ssl_|verify on; } }')!.markdown, /stream\/ngx_stream_proxy_module\.html#proxy_ssl_verify/)
    assert.match(at('mail { ssl_protocols| TLSv1.3; }')!.markdown, /mail\/ngx_mail_ssl_module\.html#ssl_protocols/)
    assert.match(at('location / { grpc_ssl_ver|ify on; }')!.markdown, /http\/ngx_http_grpc_module\.html#grpc_ssl_verify/)
  })

  test('a variable, also inside quotes and braces', () => {
    assert.equal(at('if ($ssl_client_ver|ify != SUCCESS) { }')?.on, '$ssl_client_verify')
    assert.equal(at(`add_header A "x \${ssl_client_s_|dn} y";`)?.on, `\${ssl_client_s_dn}`)
    assert.match(at('map $ssl_client_ver|ify $a { }')!.markdown, /never the bare word/)
  })

  test('a parameter of listen', () => assert.match(at('server { listen 443 s|sl; }')!.markdown, /`listen … ssl`: TLS is spoken/))

  test('nothing on other words, in comments and between blocks', () => {
    for (const text of ['server { ro|ot /a; }', '# ssl_ver|ify_client', 'server { | }', 'constr|uctor a;', 'listen 44|3;', '|'])
      assert.equal(at(text), undefined, text)
  })
})

describe('outline', () => {
  const outline = (all: readonly DocumentSymbol[], indentation = ''): string[] =>
    all.flatMap(it => [
      `${indentation}${it.kind} ${it.name}${it.detail ? ` (${it.detail})` : ''}`,
      ...outline(it.children, `${indentation}  `)
    ])

  test('servers by name and address, locations by what they pass to', () => {
    const text = `events { }
http {
  upstream backend { server a:1; }
  server {
    listen 80; listen 443 ssl;
    server_name www.example.com example.com;
    location ~ ^/a { proxy_pass http://backend; }
    location / { location /b { } }
  }
  server { listen 81; }
}
`
    assert.deepEqual(outline(nginx.symbols!(sourceFile('/project/nginx.conf', text))), [
      'block events',
      'block http',
      '  upstream upstream backend',
      '  server server www.example.com example.com (80, 443 ssl)',
      '    block location ~ ^/a (http://backend)',
      '    block location /',
      '      block location /b',
      '  server server (81)'
    ])
  })

  test('every selection lies in its span, and children in their parents, whatever is cut off', () => {
    const text = 'http { server { server_name a; location / { proxy_pass b; } } map $a $b { c d; } }'
    for (let length = 0; length <= text.length; length++) {
      const all = [...nginx.symbols!(sourceFile('/project/nginx.conf', text.slice(0, length)))]
      for (const it of all) {
        assert.ok(it.span.start <= it.selection.start && it.selection.end <= it.span.end && it.span.end <= length)
        for (const child of it.children) assert.ok(it.span.start <= child.span.start && child.span.end <= it.span.end)
        all.push(...it.children)
      }
    }
  })

  test('blocks 100,000 deep', () => {
    assert.equal(nginx.symbols!(sourceFile('/project/nginx.conf', 'location / {'.repeat(100_000))).length, 1)
  })
})

describe('detection', () => {
  const detected = (path: string, text: string) => nginx.mayBe(path) && nginx.detect(path, text)
  const yes: readonly (readonly [string, string])[] = [
    ['/etc/nginx/nginx.conf', ''],
    ['/a/nginx.prod.conf', 'whatever'],
    ['/a/site.conf', 'server {\n  listen 443 ssl;\n}'],
    ['/a/tls.conf', 'ssl_certificate a.pem;\nssl_certificate_key a.key;\n'],
    ['/a/sites-available/www.example.com', 'server {\n listen 443 ssl;\n}'],
    ['/a/sites-enabled/default', 'server\n{\n listen 80;\n}'],
    ['/a/default.conf.template', 'server {\n  listen 80;\n}'],
    ['/a/b.conf', 'location / {\n}']
  ]
  const no: readonly (readonly [string, string])[] = [
    ['/a/application.conf', 'http {\n  server {\n    port = 80\n  }\n}'],
    ['/a/redis.conf', 'port 6379\nbind 127.0.0.1'],
    ['/a/httpd.conf', '<VirtualHost *:443>\n  SSLEngine on\n</VirtualHost>'],
    ['/a/haproxy.cfg', 'frontend a\n  bind :443 ssl crt a.pem'],
    ['/a/main.tf', 'server {\n listen 80;\n}'],
    ['/a/readme.md', 'server {\n listen 80;\n}'],
    ['/a/binary.conf', 'server {\n listen 80;\n}\0']
  ]
  for (const [path, text] of yes) test(`${path} is one`, () => assert.equal(detected(path, text), true))
  for (const [path, text] of no) test(`${path} is none`, () => assert.equal(detected(path, text), false))
})
