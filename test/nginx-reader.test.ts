// biome-ignore-all lint/suspicious/noTemplateCurlyInString: nginx writes its variables like this.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultSettings } from '../server/src/core/settings.js'
import { lineIndex, sourceFile } from '../server/src/core/text.js'
import { testConfiguration } from '../server/src/dialects/nginx/test-configuration.js'
import { lowerNginx } from './nginx.js'

/** `rule "text" message`, one a finding. */
function problems(text: string, version?: string): string[] {
  const lowering = lowerNginx(text, version ? { nginx: { version } } : {})
  return lowering.problems.map(it => `${it.rule} «${lowering.text(it)}» ${it.message}`)
}

describe('what nginx refuses, on the exact text', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['server { ssl_verify_client required; }', 'invalid-value «required» invalid value "required"'],
    ['server { ssl_verify_depth two; }', 'invalid-value «two» "ssl_verify_depth" directive invalid number'],
    ['server { ssl_verify_depth -1; }', 'invalid-value «-1» "ssl_verify_depth" directive invalid number'],
    ['server { ssl_protocols TLSv1.2 TLSv1.4; }', 'invalid-value «TLSv1.4» invalid value "TLSv1.4"'],
    [
      'server { proxy_ssl_verify yes; }',
      'invalid-value «yes» invalid value "yes" in "proxy_ssl_verify" directive, it must be "on" or "off"'
    ],
    ['server { listen 443 tls; }', 'invalid-value «tls» invalid parameter "tls"'],
    ['server { ssl_session_cache shared; }', 'invalid-value «shared» invalid session cache "shared"'],
    ['server { ssl_session_timeout 5x; }', 'invalid-value «5x» "ssl_session_timeout" directive invalid value'],
    [
      'location / { ssl_verify_client on; }',
      'directive-not-allowed-here «ssl_verify_client» "ssl_verify_client" directive is not allowed here'
    ],
    ['http { location / { } }', 'directive-not-allowed-here «location» "location" directive is not allowed here'],
    [
      'server { ssl_client_certificate a b; }',
      'syntax-error «ssl_client_certificate a b» invalid number of arguments in "ssl_client_certificate" directive'
    ],
    [
      'server { ssl_client_certificate; }',
      'syntax-error «ssl_client_certificate» invalid number of arguments in "ssl_client_certificate" directive'
    ],
    [
      'server {\n  ssl_certificate a.pem\n  ssl_certificate_key a.key;\n}',
      'syntax-error «a.pem» invalid number of arguments in "ssl_certificate" directive: there is no ";" before "ssl_certificate_key"'
    ],
    ['server { ssl_crl a; ssl_crl b; }', 'duplicate-setting «ssl_crl» "ssl_crl" directive is duplicate'],
    [
      'server { ssl_verify_clients on; }',
      'syntax-error «ssl_verify_clients» unknown directive "ssl_verify_clients": did you mean "ssl_verify_client"?'
    ],
    [
      'server { SSL_verify_client on; }',
      'syntax-error «SSL_verify_client» unknown directive "SSL_verify_client": did you mean "ssl_verify_client"?'
    ],
    [
      'server { ssl-verify-client on; }',
      'syntax-error «ssl-verify-client» unknown directive "ssl-verify-client": did you mean "ssl_verify_client"?'
    ],
    [
      'server { ssl_crl\u00a0a; }',
      'syntax-error «ssl_crl\u00a0a» unknown directive "ssl_crl\u00a0a": it holds a blank that is no space to nginx'
    ],
    ['server;', 'syntax-error «server» invalid number of arguments in "server" directive'],
    [
      'http { upstream a { server b; } server { location / { proxy_pass https://a:8443; } } }',
      'invalid-value «https://a:8443» upstream "a" may not have port 8443'
    ],
    ['server { set $scheme x; }', 'invalid-value «$scheme» the duplicate "scheme" variable'],
    ['http { upstream a { server b; } upstream A { server b; } }', 'duplicate-setting «A» duplicate upstream "A"'],
    ['server { listen 127.0.0.1:https; }', 'invalid-value «127.0.0.1:https» invalid port in "127.0.0.1:https" of the "listen" directive'],
    ["server { listen ''; }", `invalid-value «''» no host in "" of the "listen" directive`],
    ['server { listen [::1; }', 'invalid-value «[::1» invalid host in "[::1" of the "listen" directive'],
    ['server { listen 8003-8000; }', 'invalid-value «8003-8000» invalid port range in "8003-8000" of the "listen" directive'],
    ['server { listen a/b:80; }', 'invalid-value «a/b:80» invalid host in "a/b:80" of the "listen" directive'],
    ['http { map $host $a { A 1; "a" 2; } }', 'duplicate-setting «"a"» conflicting parameter "a"'],
    ['http { map $host $a { default 1; default 2; } }', 'duplicate-setting «default» duplicate default map parameter'],
    ['http { map $host a { } }', 'invalid-value «a» invalid variable name "a"'],
    ["http { log_format a ''; log_format a ''; }", 'duplicate-setting «a» duplicate "log_format" name "a"'],
    ['server { location /a { } location ^~ /a { } }', 'duplicate-setting «/a» duplicate location "/a"'],
    ['server { location =/a { } location = /a { } }', 'duplicate-setting «/a» duplicate location "/a"'],
    [
      'stream { server { listen 1 ssl; ssl_certificate a.pem; return x; } }',
      'conflicting-settings «a.pem» no "ssl_certificate_key" is defined for the "listen ... ssl" directive'
    ],
    [
      'server { proxy_set_header A "${ssl_client_verify"; }',
      'invalid-value «"${ssl_client_verify"» the closing bracket in "ssl_client_verify" variable is missing'
    ],
    ['mail { server { listen 1; } server { listen 1; } }', 'duplicate-setting «listen 1» duplicate "1" address and port pair'],
    ['http;', 'syntax-error «http» directive "http" has no opening "{"'],
    ['server { listen 80 { } }', 'syntax-error «listen» directive "listen" is not terminated by ";"'],
    ['server { listen 443 ssl', 'syntax-error «ssl» unexpected end of file, expecting ";" or "}": the directive before it has no ";"'],
    ['server { listen 443 ssl }', 'syntax-error «}» unexpected "}": the directive before it has no ";"'],
    ['\ufeffserver { }', 'syntax-error «\ufeff» unknown directive "\ufeffserver": the file begins with a byte order mark'],
    [
      'http { server { listen 443 default_server; } server { listen 443 default_server; } }',
      'duplicate-setting «listen 443 default_server» a duplicate default server for 0.0.0.0:443'
    ],
    ['server { listen 443; listen *:443; }', 'duplicate-setting «listen *:443» a duplicate listen 0.0.0.0:443'],
    ['mail { server { listen 1; ssl on; starttls on; } }', 'conflicting-settings «starttls» "ssl" directive conflicts with "starttls"'],
    [
      'server { if $ssl_client_verify = NONE { return 403; } }',
      'invalid-value «$ssl_client_verify» invalid condition "$ssl_client_verify"'
    ],
    [
      'server { listen 1 ssl; ssl_certificate a.pem; }',
      'conflicting-settings «a.pem» no "ssl_certificate_key" is defined for certificate "a.pem"'
    ],
    [
      'server { listen 1 ssl; ssl_ocsp on; ssl_verify_client optional_no_ca; }',
      'conflicting-settings «on» "ssl_ocsp" is incompatible with "ssl_verify_client optional_no_ca"'
    ],
    [
      'server { listen 1 quic; ssl_protocols TLSv1.2; }',
      'conflicting-settings «TLSv1.2» "ssl_protocols" must enable TLSv1.3 for the "listen ... quic" directive'
    ]
  ]
  for (const [text, expected] of cases) test(text.replace(/\s+/g, ' '), () => assert.equal(problems(text)[0], expected))
})

describe('nothing is said of', () => {
  const silent: readonly (readonly [string, string])[] = [
    ['a certificate without a key where stream speaks no TLS', 'stream { server { listen 1; ssl_certificate a.pem; return x; } }'],
    [
      'locations that are alike and not the same, and those of two servers',
      'http { server { location /a { } location = /a { } location ~ /a { } location ~* /a { } location /A { } } server { location /a { } } }'
    ],
    ['locations that stand alone in a file', 'location / { } location / { }'],
    [
      'keys of a map that are patterns, or included',
      'http { map $host $a { ~a 1; ~a 2; include x; include x; b 1; } map $host $b { b 1; } }'
    ],
    [
      'addresses that nginx takes',
      'server { listen unix:/a/b; listen [::1]:8000-8003; listen 0080; listen *; listen localhost:81; listen {{ .port }}; }'
    ],
    [
      'directives of other modules',
      'http { vhost_traffic_status_zone; pagespeed on; my_ssl_thing x; server { more_set_headers "A: b"; } }'
    ],
    [
      'directives of nginx Plus',
      'http { server { status_zone a; location / { health_check; auth_jwt "x"; } } upstream a { zone b 64k; server c:1 resolve slow_start=30s; queue 1; } }'
    ],
    ['directives of later versions', 'http { server { listen 443 quic; http2 on; http3 on; ssl_certificate_cache max=1; } }'],
    ['what was taken once', 'server { ssl on; listen 443 ssl http2 spdy; }'],
    [
      'variables and placeholders',
      'server { listen ${PORT} ssl; ssl_verify_client ${MODE}; ssl_verify_depth $DEPTH; proxy_ssl_verify $x; }'
    ],
    ['templates', 'server { {% if x %} ssl_verify_client maybe; {% endif %} listen {{ port }} }'],
    ['a part that may stand anywhere', 'proxy_ssl_verify on; server a:1; listen 443 ssl; ssl_client_certificate ca.pem; zone a 1m;'],
    ['the lines of maps and types', 'http { map $a $b { ssl_verify_clients on; default 0; } types { a/b c d e; } geo $c { default 1; } }'],
    ['a server of stream in a part', 'server { listen 443 ssl udp; proxy_pass a:1; proxy_next_upstream on; return "text"; }'],
    [
      'lists that may be repeated',
      'server { ssl_certificate a.pem; ssl_certificate b.pem; ssl_certificate_key a.key; ssl_certificate_key b.key; ssl_conf_command A b; ssl_conf_command C d; listen 1; listen 2; }'
    ]
  ]
  for (const [says, text] of silent) test(says, () => assert.deepEqual(problems(text), []))
})

describe('findings beyond what nginx refuses', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['server { if ($ssl_client_verify = FAILED) { return 403; } }', 'unreachable-guard'],
    ['server { if ($ssl_client_verify != success) { return 403; } }', 'unreachable-guard'],
    ['server { if ($ssl_client_verify != SUCCESS) { return 403; } }', undefined],
    ['server { if ( $ssl_client_verify != "SUCCESS" ) { return 403; } }', undefined],
    ['server { if ($ssl_client_verify ~ FAILED) { return 403; } }', undefined],
    ['server { if ($ssl_client_verify = "FAILED:certificate has expired") { return 403; } }', undefined],
    ['http { map $ssl_client_verify $a { default ok; FAILED no; } }', 'unreachable-guard'],
    ['http { map $ssl_client_verify $a { default 0; success 1; FAILED 0; ~FAILED 0; } }', undefined],
    ['server { if ($ssl_client_s_dn != "/C=US/O=Acme/CN=x") { return 403; } }', 'unreachable-guard'],
    ['server { if ($ssl_client_s_dn !~ "^/C=US") { return 403; } }', 'unreachable-guard'],
    ['server { if ($ssl_client_s_dn !~ "CN=x") { return 403; } }', undefined],
    ['server { if ($ssl_client_s_dn_legacy != "/C=US/O=Acme/CN=x") { return 403; } }', undefined],
    ['http { map $ssl_client_i_dn $a { default 0; "/O=Acme/CN=x" 1; } }', 'unreachable-guard'],
    ['server { if ($ssl_client_verify = SUCCESS) { return 403; } }', 'inverted-guard'],
    ['server { location /enrol { if ($ssl_client_verify = SUCCESS) { return 403; } } }', undefined],
    ['http { server { location / { proxy_ssl_verify on; proxy_pass http://a; } } }', 'ineffective-setting'],
    ['http { server { proxy_ssl_verify on; location /a { proxy_pass http://a; } location /b { proxy_pass https://b; } } }', undefined],
    ['http { server { location / { proxy_ssl_verify on; proxy_pass $scheme://a; } } }', undefined],
    ['http { server { location / { proxy_ssl_session_reuse off; proxy_pass http://a; } } }', undefined],
    ['stream { server { listen 1; proxy_pass a:1; proxy_ssl_verify on; } }', 'ineffective-setting'],
    ['stream { proxy_ssl on; server { listen 1; proxy_pass a:1; proxy_ssl_verify on; } }', undefined],
    ['http { server { location / { proxy_ssl_name a; proxy_pass https://b; } } }', 'ineffective-setting'],
    ['http { server { proxy_ssl_server_name on; location / { proxy_ssl_name a; proxy_pass https://b; } } }', undefined]
  ]
  for (const [text, rule] of cases) {
    test(`${text}: ${rule ?? 'nothing'}`, () =>
      assert.deepEqual([...new Set(lowerNginx(text).problems.map(it => it.rule))], rule ? [rule] : []))
  }

  test('headers that a lower block drops, with the lines that are lost', () => {
    const text = (inner: string) =>
      `http { server { listen 443 ssl; ssl_certificate a; ssl_certificate_key b; ssl_verify_client optional; proxy_set_header X-Verify $ssl_client_verify; location / { ${inner} proxy_pass http://a; } } }`
    const lowering = lowerNginx(text('proxy_set_header Host $host;'))
    assert.deepEqual(
      lowering.problems.map(it => [it.rule, lowering.text(it)]),
      [['dropped-inherited-values', 'proxy_set_header Host $host']]
    )
    assert.equal(lowering.text(lowering.problems[0]!.related![0]!), 'proxy_set_header X-Verify $ssl_client_verify')
    for (const inner of ['', 'proxy_set_header x-verify $ssl_client_verify;', 'include gone.conf; proxy_set_header Host $host;']) {
      assert.deepEqual(lowerNginx(text(inner)).problems, [], inner)
    }
  })

  test('versions in a server that is not the default, as long as they had no effect', () => {
    const text = 'http { server { listen 443 ssl; } server { listen 443 ssl; server_name b; ssl_protocols TLSv1.3; } }'
    assert.equal(problems(text, '1.29.1').length, 1)
    assert.deepEqual(problems(text, '1.29.2'), [])
  })
})

describe('the test of the whole configuration', () => {
  const verdict = (text: string) => {
    const file = sourceFile('/project/nginx.conf', text)
    const settings = { ...defaultSettings, nginx: { version: '1.22.1' } }
    const answer = testConfiguration(file, { settings, read: () => ({ kind: 'missing' }), declared: () => [] })
    return answer.ok ? 'ok' : `${answer.at === undefined ? 'no place' : lineIndex(file).position(answer.at).line + 1}: ${answer.message}`
  }
  const head = 'events { }\nhttp {\n'
  const cases: readonly (readonly [string, string])[] = [
    [`${head}server {\nlisten 443 ssl;\n}\n}`, '3: no "ssl_certificate" is defined for the "listen ... ssl" directive'],
    [`${head}server {\nlisten 443 ssl;\nssl_certificate a;\nssl_certificate_key b;\n}\n}`, 'ok'],
    [
      `${head}server {\nlisten 443 ssl;\nssl_certificate a;\nssl_certificate_key b;\nssl_verify_client on;\n}\n}`,
      'no place: no ssl_client_certificate for ssl_verify_client'
    ],
    [
      `${head}server {\nlisten 443 ssl;\nssl_certificate a;\nssl_certificate_key b;\nssl_verify_client optional_no_ca;\nssl_ocsp on;\n}\n}`,
      'no place: "ssl_ocsp" is incompatible with "ssl_verify_client optional_no_ca"'
    ],
    ['http { server { listen 80; } }', 'no place: no "events" section in configuration'],
    [
      `${head}server {\nlocation / {\nproxy_ssl_verify on; proxy_pass https://a;\n}\n}\n}`,
      'no place: no proxy_ssl_trusted_certificate for proxy_ssl_verify'
    ],
    [
      `${head}server {\nlocation / {\nproxy_pass https://a:8443; }\n}\nupstream a { server b:1; }\n}`,
      '5: upstream "a" may not have port 8443'
    ],
    [`${head}ssl_verify_client\non\n`, '5: unexpected end of file, expecting ";" or "}"'],
    [`${head}ssl_verify_client\nmaybe\n;\n}`, '5: invalid value "maybe"'],
    [`${head}nonsense on;\n}`, '3: unknown directive "nonsense"'],
    [`${head}http2 on;\n}`, '3: unknown directive "http2"'],
    [`${head}ssl on;\n}`, 'ok'],
    [`${head}upstream a {\n}\n}`, '4: no servers are inside upstream']
  ]
  for (const [text, expected] of cases) test(expected, () => assert.equal(verdict(text), expected))
})
