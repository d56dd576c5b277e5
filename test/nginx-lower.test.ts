// biome-ignore-all lint/suspicious/noTemplateCurlyInString: nginx writes its variables like this.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TlsEndpoint } from '../server/src/core/model.js'
import { clients, type Files, type Lowering, lowerNginx, servers } from './nginx.js'

const only = <T>(all: readonly T[]): T => {
  assert.equal(all.length, 1)
  return all[0]!
}
const serverOf = (given: string | Files, version?: string) => only(servers(lowerNginx(given, version ? { nginx: { version } } : {})))
const clientOf = (given: string | Files, version?: string) => only(clients(lowerNginx(given, version ? { nginx: { version } } : {})))

/** `host:port tls default`, one an address. */
const addresses = (it: TlsEndpoint) =>
  it.addresses.map(address =>
    [
      `${address.host ?? '?'}:${address.port ?? '?'}`,
      ...(address.transport === 'udp' ? ['udp'] : []),
      address.tls ? 'tls' : 'plain',
      ...(address.isDefault ? ['default'] : [])
    ].join(' ')
  )
const written = (it: TlsEndpoint) =>
  it.identities.map(identity =>
    [identity.certificate, identity.key].map(ref => (ref?.kind === 'file' ? ref.path : (ref?.kind ?? 'none'))).join(' + ')
  )
const trusted = (it: TlsEndpoint) =>
  it.peer.trustAnchors.map(
    ref => `${ref.kind === 'file' ? ref.written : ref.kind}${ref.intended ? '' : ' unintended'}${ref.announced ? ' announced' : ''}`
  )

describe('listen', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['listen 443 ssl;', ['*:443 tls default']],
    ['listen [::]:443 ssl;', [':::443 tls default']],
    ['listen 0.0.0.0:443 ssl;', ['*:443 tls default']],
    ['listen LocalHost:8443 ssl;', ['localhost:8443 tls default']],
    ['listen localhost ssl;', ['localhost:80 tls default']],
    ['listen unix:/run/tls.sock ssl;', ['/run/tls.sock:0 tls default']],
    ['listen 443 quic;', ['*:443 udp tls default']],
    ['listen 443 ssl http2 proxy_protocol;', ['*:443 tls default']],
    ['listen 80; listen 443 ssl;', ['*:80 plain default', '*:443 tls default']],
    ['listen 443; ssl on;', ['*:443 tls default']],
    ['listen $port ssl;', ['?:? tls']],
    ['listen ${HOST}:443 ssl;', ['?:443 tls']]
  ]
  for (const [text, expected] of cases) test(text, () => assert.deepEqual(addresses(serverOf(`http { server { ${text} } }`)), expected))

  test('without ssl it speaks no TLS, and says where that is decided', () => {
    const lowering = lowerNginx('server { listen 443; ssl_certificate a.pem; ssl_certificate_key a.key; }')
    const [server] = servers(lowering)
    assert.equal(server!.tls.value, false)
    assert.equal(lowering.text(server!.tls.at), '443')
  })

  test('a server without TLS and without TLS settings of its own is not in the model', () => {
    assert.deepEqual(servers(lowerNginx('http { ssl_certificate a.pem; server { listen 80; } }')), [])
  })

  test('one ssl on an address is enough for all servers there', () => {
    const both = servers(lowerNginx('http { server { listen 443 ssl; server_name a; } server { listen *:443; server_name b; } }'))
    assert.deepEqual(both.map(addresses), [['*:443 tls default'], ['*:443 tls']])
  })

  test('default_server wins over the first', () => {
    const both = servers(lowerNginx('http { server { listen 443 ssl; } server { listen 443 ssl default_server; } }'))
    assert.deepEqual(both.map(addresses), [['*:443 tls'], ['*:443 tls default']])
  })

  test('an address of stream is another than that of http', () => {
    const both = servers(lowerNginx('http { server { listen 443 ssl; } } stream { server { listen 443 ssl; } }'))
    assert.deepEqual(both.map(addresses), [['*:443 tls default'], ['*:443 tls default']])
    assert.deepEqual(
      both.map(it => it.protocol),
      ['http', 'stream']
    )
  })
})

describe('inheritance', () => {
  test('a list is replaced by the nearer level, never merged', () => {
    const text =
      'http { ssl_certificate a.pem; ssl_certificate b.pem; ssl_certificate_key a.key; ssl_certificate_key b.key; server { listen 443 ssl; ssl_certificate c.pem; ssl_certificate_key c.key; } }'
    assert.deepEqual(written(serverOf(text)), ['/project/c.pem + /project/c.key'])
  })

  test('certificates and keys are inherited each for itself', () => {
    assert.deepEqual(written(serverOf('http { ssl_certificate_key a.key; server { listen 443 ssl; ssl_certificate a.pem; } }')), [
      '/project/a.pem + /project/a.key'
    ])
  })

  test('what decides is told with its place and level', () => {
    const lowering = lowerNginx('http { ssl_verify_client optional; server { listen 443 ssl; ssl_verify_depth 3; } }')
    const { certificate, maxDepth } = servers(lowering)[0]!.peer
    assert.deepEqual([certificate.value, certificate.origin, lowering.text(certificate.at)], ['request', 'inherited', 'optional'])
    assert.deepEqual([maxDepth!.value, maxDepth!.origin, lowering.text(maxDepth!.at)], [3, 'written', '3'])
  })

  test('a default is shown at the header of the block', () => {
    const lowering = lowerNginx('server { listen 443 ssl; }')
    const { certificate } = servers(lowering)[0]!.peer
    assert.deepEqual([certificate.origin, lowering.text(certificate.at), certificate.name], ['default', 'server', 'ssl_verify_client'])
  })

  test('the empty string switches an inherited setting off', () => {
    assert.deepEqual(serverOf('http { ssl_crl crl.pem; server { listen 443 ssl; ssl_crl ""; } }').peer.crls, [])
  })

  test('a server without certificate is served in the TLS context of the default server', () => {
    const text =
      'http { server { listen 443 ssl; ssl_certificate a.pem; ssl_certificate_key a.key; ssl_client_certificate ca.pem; } server { listen 443; server_name b; ssl_verify_client on; } }'
    const second = servers(lowerNginx(text))[1]!
    assert.deepEqual(written(second), ['/project/a.pem + /project/a.key'])
    assert.deepEqual(trusted(second), ['ca.pem announced'])
  })
})

describe('clients of a server', () => {
  const verify = (value: string) => serverOf(`server { listen 443 ssl; ssl_verify_client ${value}; }`).peer
  for (const [value, certificate, chain] of [
    ['off', 'ignore', false],
    ['on', 'require', true],
    ['optional', 'request', true],
    ['optional_no_ca', 'request', false]
  ] as const) {
    test(`ssl_verify_client ${value}`, () =>
      assert.deepEqual([verify(value).certificate.value, verify(value).verifyChain.value], [certificate, chain]))
  }

  test('a variable is unknown', () => assert.equal(verify('$mode').certificate.origin, 'unknown'))

  test('every source of anchors, with what it is meant for', () => {
    const text =
      'server { listen 443 ssl; ssl_verify_client on; ssl_client_certificate ca.pem; ssl_trusted_certificate ocsp.pem; ssl_crl crl.pem; }'
    assert.deepEqual(trusted(serverOf(text)), ['ca.pem announced', 'ocsp.pem unintended', 'crl.pem unintended'])
  })

  test('since 1.27.2 ssl_trusted_certificate alone is meant for clients', () => {
    const text = 'server { listen 443 ssl; ssl_verify_client on; ssl_trusted_certificate ca.pem; }'
    assert.deepEqual(trusted(serverOf(text)), ['ca.pem'])
    assert.deepEqual(trusted(serverOf(text, '1.27.1')), ['ca.pem unintended'])
  })
})

describe('protocol versions', () => {
  const range = (text: string, version: string) => {
    const { minVersion, maxVersion } = serverOf(`server { listen 443 ssl; ${text} }`, version)
    return `${minVersion.value} ${maxVersion.value}`
  }
  for (const [version, expected] of [
    ['1.29.3', 'TLSv1.2 TLSv1.3'],
    ['1.27.2', 'TLSv1 TLSv1.3'],
    ['1.22.1', 'TLSv1 TLSv1.2']
  ] as const) {
    test(`by default in ${version}`, () => assert.equal(range('', version), expected))
  }
  test('as listed, in any order', () => assert.equal(range('ssl_protocols TLSv1.3 TLSv1.1;', '1.29.3'), 'TLSv1.1 TLSv1.3'))

  test('before 1.29.2 those of the default server count for the whole address', () => {
    const text =
      'http { server { listen 443 ssl; ssl_protocols TLSv1.3; } server { listen 443 ssl; server_name b; ssl_protocols TLSv1.2; } }'
    const second = (version: string) => servers(lowerNginx(text, { nginx: { version } }))[1]!.minVersion.value
    assert.deepEqual([second('1.29.1'), second('1.29.2')], ['TLSv1.3', 'TLSv1.2'])
  })
})

describe('names', () => {
  const names = (text: string) =>
    serverOf(`server { listen 443 ssl; server_name ${text}; }`).serverNames.map(it => `${it.value}${it.origin === 'unknown' ? ' ?' : ''}`)
  for (const [text, expected] of [
    ['WWW.example.com', ['www.example.com']],
    ['.example.com', ['example.com', '*.example.com']],
    ['_ ""', []],
    ['~^a\\d$ www.*', ['~^a\\d$ ?', 'www.* ?']],
    ['${NAME}', ['${NAME} ?']]
  ] as const) {
    test(text, () => assert.deepEqual(names(text), expected))
  }
})

describe('paths', () => {
  const pathsOf = (files: Files, paths: Record<string, string> = {}) => lowerNginx(files, { paths }).paths.map(it => it.path ?? 'dynamic')

  test('relative ones start at the main file, also in included files', () => {
    const files = {
      '/project/nginx.conf': 'http { include conf.d/*.conf; }',
      '/project/conf.d/a.conf': 'server { listen 443 ssl; ssl_certificate tls/a.pem; }'
    }
    assert.deepEqual(pathsOf(files), ['/project/tls/a.pem'])
  })

  test('a part opened alone in conf.d starts one level higher', () => {
    assert.deepEqual(pathsOf({ '/project/conf.d/a.conf': 'server { listen 443 ssl; ssl_certificate tls/a.pem; }' }), ['/project/tls/a.pem'])
  })

  test('deployed paths are mapped by the settings, the longest first', () => {
    const files = { '/project/nginx.conf': 'server { listen 443 ssl; ssl_certificate /etc/nginx/ssl/a.pem; }' }
    assert.deepEqual(pathsOf(files, { '/etc/nginx': '/x', '/etc/nginx/ssl': '/project/certs' }), ['/project/certs/a.pem'])
  })

  test('a deployed path that is not here is looked for beside the main file', () => {
    const files = { '/project/nginx.conf': 'server { listen 443 ssl; ssl_certificate /etc/nginx/tls/a.pem; }', '/project/tls/a.pem': '' }
    assert.deepEqual(pathsOf(files), ['/project/tls/a.pem'])
  })

  test('variables, data and engines are dynamic', () => {
    for (const path of ['/etc/$name.pem', 'data:$pem', 'engine:pkcs11:1', '${CERT}'])
      assert.deepEqual(pathsOf({ '/project/nginx.conf': `server { listen 443 ssl; ssl_certificate ${path}; }` }), ['dynamic'])
  })

  test('files of the distribution are missed by nobody', () => {
    assert.deepEqual(
      pathsOf({ '/project/nginx.conf': 'http { include mime.types; server { listen 443 ssl; location / { include fastcgi_params; } } }' }),
      []
    )
  })
})

describe('includes', () => {
  const main = '/project/nginx.conf'
  const nameOf = (it: Lowering) => servers(it).map(server => server.label)

  test('a pattern brings every file, in the order of their names', () => {
    const files = {
      [main]: 'http { include /etc/nginx/sites/*; }',
      '/project/sites/b': 'server { listen 443 ssl; server_name b; }',
      '/project/sites/a': 'server { listen 443 ssl; server_name a; }',
      '/project/sites/.c': 'server { listen 443 ssl; server_name c; }'
    }
    assert.deepEqual(nameOf(lowerNginx(files)), ['server a', 'server b'])
  })

  test('what is included stands where the include stands', () => {
    const files = { [main]: 'http { server { listen 443 ssl; include tls.conf; } }', '/project/tls.conf': 'ssl_verify_client on;' }
    const [server] = servers(lowerNginx(files))
    assert.deepEqual(
      [server!.peer.certificate.value, server!.peer.certificate.origin, server!.peer.certificate.at.path],
      ['require', 'written', '/project/tls.conf']
    )
    assert.equal(server!.incomplete, false)
  })

  test('a missing file makes its block incomplete and is told among the paths', () => {
    const lowering = lowerNginx('http { server { listen 443 ssl; include tls.conf; } server { listen 444 ssl; ssl_certificate a.pem; } }')
    assert.deepEqual(
      servers(lowering).map(it => it.incomplete),
      [true, false]
    )
    assert.equal(lowering.paths[0]!.path, '/project/tls.conf')
  })

  test('a pattern without match is no matter', () => {
    assert.equal(serverOf('http { include conf.d/*.conf; server { listen 443 ssl; } }').incomplete, false)
  })

  test('files that include each other are a finding, not a loop', () => {
    const lowering = lowerNginx({
      [main]: 'http { include a.conf; }',
      '/project/a.conf': 'include b.conf;',
      '/project/b.conf': 'include a.conf;'
    })
    assert.deepEqual(
      lowering.problems.map(it => [it.rule, it.path, lowering.text(it)]),
      [['syntax-error', '/project/b.conf', 'a.conf']]
    )
    assert.deepEqual(
      lowering.files.map(it => it.path),
      [main, '/project/a.conf', '/project/b.conf']
    )
  })

  test('includes that multiply are read only so far', () => {
    const files: Record<string, string> = { [main]: 'http { include 0.conf; include 0.conf; }' }
    for (let at = 0; at < 40; at++) files[`/project/${at}.conf`] = `include ${at + 1}.conf; include ${at + 1}.conf;`
    assert.equal(lowerNginx(files).files.length <= 42, true)
  })
})

describe('upstreams', () => {
  test('https in proxy_pass makes a client, one each place', () => {
    const it = lowerNginx(
      'http { server { listen 80; location /a { proxy_pass https://a.internal; } location /b { proxy_pass http://b.internal; } location /c { proxy_pass https://c.internal:8443/x; } } }'
    )
    assert.deepEqual(clients(it).map(addresses), [['a.internal:443 tls'], ['c.internal:8443 tls']])
    assert.deepEqual(
      clients(it).map(client => client.label),
      ['proxy_pass https://a.internal', 'proxy_pass https://c.internal:8443/x']
    )
  })

  test('a group is resolved to its servers; their default port is 80', () => {
    const it = clientOf(
      'http { upstream Backend { server 10.0.0.1:8443; server b.internal; server c.internal:1 down; } server { location / { proxy_pass https://backend; } } }'
    )
    assert.deepEqual(addresses(it), ['10.0.0.1:8443 tls', 'b.internal:80 tls'])
  })

  test('grpcs and suwsgi speak TLS with settings of their own', () => {
    const it = lowerNginx(
      'http { server { location /a { grpc_pass grpcs://a:1; grpc_ssl_verify on; } location /b { uwsgi_pass suwsgi://b:2; uwsgi_ssl_verify on; proxy_ssl_verify off; } } }'
    )
    assert.deepEqual(
      clients(it).map(client => [addresses(client)[0], client.peer.verifyChain.value, client.peer.verifyChain.name]),
      [
        ['a:1 tls', true, 'grpc_ssl_verify'],
        ['b:2 tls', true, 'uwsgi_ssl_verify']
      ]
    )
  })

  test('in stream proxy_ssl decides', () => {
    const it = lowerNginx(
      'stream { upstream u { server a:1; } server { listen 1; proxy_pass u; proxy_ssl on; } server { listen 2; proxy_pass b:2; } }'
    )
    assert.deepEqual(clients(it).map(addresses), [['a:1 tls']])
  })

  test('variables leave the address open, and the scheme makes it unknown whether TLS is spoken', () => {
    const it = lowerNginx(
      'http { server { location /a { proxy_pass https://$host:8443; } location /b { proxy_pass $scheme://b; } location /c { proxy_pass $url; } } }'
    )
    assert.deepEqual(clients(it).map(addresses), [['?:8443 tls']])
  })

  test('settings come from the location, the server and http, one by one', () => {
    const it = clientOf(
      'http { proxy_ssl_trusted_certificate ca.pem; server { proxy_ssl_verify on; proxy_ssl_certificate a.pem; location / { proxy_ssl_certificate_key b.key; proxy_pass https://a; } } }'
    )
    assert.deepEqual(written(it), ['/project/a.pem + /project/b.key'])
    assert.deepEqual(trusted(it), ['ca.pem'])
    assert.deepEqual([it.peer.verifyChain.value, it.peer.verifyChain.origin], [true, 'inherited'])
  })

  test('the name is the host, or the name of the group, and is sent and checked only when asked for', () => {
    const text = (settings: string) =>
      `http { upstream backend { server 10.0.0.1:1; } server { location / { ${settings} proxy_pass https://backend; } } }`
    const names = (settings: string) => {
      const it = clientOf(text(settings))
      return { sent: it.serverNames.map(name => name.value), checked: it.peer.verifyNames.map(name => name.value) }
    }
    assert.deepEqual(names(''), { sent: [], checked: [] })
    assert.deepEqual(names('proxy_ssl_verify on;'), { sent: [], checked: ['backend'] })
    assert.deepEqual(names('proxy_ssl_server_name on;'), { sent: ['backend'], checked: [] })
    assert.deepEqual(names('proxy_ssl_verify on; proxy_ssl_server_name on; proxy_ssl_name a.internal;'), {
      sent: ['a.internal'],
      checked: ['a.internal']
    })
  })

  test('an address is checked but never sent as a name', () => {
    const it = clientOf('server { location / { proxy_ssl_verify on; proxy_ssl_server_name on; proxy_pass https://127.0.0.1; } }')
    assert.deepEqual([it.serverNames, it.peer.verifyNames.map(name => name.value)], [[], ['127.0.0.1']])
  })
})

describe('what becomes of the verification', () => {
  const used = (inside: string, around = '') => {
    const lowering = lowerNginx(`http { ${around} server { listen 443 ssl; ssl_verify_client optional; ${inside} } }`)
    const { result } = servers(lowering)[0]!
    return {
      tested: result!.tested.map(lowering.text),
      handedOn: result!.handedOn.map(lowering.text),
      unknown: result!.unknown,
      forgiven: result!.forgiven && lowering.text(result!.forgiven)
    }
  }
  const nothing = { tested: [], handedOn: [], unknown: false, forgiven: undefined }

  test('a guard tests it', () =>
    assert.deepEqual(used('if ($ssl_client_verify != SUCCESS) { return 403; }').tested, ['($ssl_client_verify != SUCCESS)']))
  test('so does one in a location', () =>
    assert.equal(used('location /a { if ($ssl_client_verify != SUCCESS) { return 403; } }').tested.length, 1))
  test('a map and a set carry it on', () => {
    assert.deepEqual(used('set $b $a; if ($b) { return 403; }', 'map $ssl_client_verify $a { default 1; SUCCESS 0; }').tested, ['($b)'])
  })
  test('a map that chooses the backend tests it', () =>
    assert.equal(used('location / { proxy_pass http://$a; }', 'map $ssl_client_verify $a { default x; SUCCESS y; }').tested.length, 1))
  test('a header hands it on', () =>
    assert.deepEqual(used('location / { proxy_set_header X-Verify $ssl_client_verify; proxy_pass http://a; }').handedOn, [
      '$ssl_client_verify'
    ]))
  test('an inherited header hands it on', () =>
    assert.equal(used('proxy_set_header X-Verify $ssl_client_verify; location / { proxy_pass http://a; }').handedOn.length, 1))
  test('a header that a lower block drops does not', () => {
    assert.deepEqual(
      used('proxy_set_header X-Verify $ssl_client_verify; location / { proxy_set_header Host $host; proxy_pass http://a; }').handedOn,
      []
    )
  })
  test('a FastCGI parameter hands it on', () =>
    assert.equal(used('location / { fastcgi_param VERIFY $ssl_client_verify; fastcgi_pass a:1; }').handedOn.length, 1))
  test('a log or an answer is no test', () => {
    assert.deepEqual(
      used('add_header X-Verify $ssl_client_verify; location / { return 200 $ssl_client_verify; }', 'log_format a "$ssl_client_verify";'),
      nothing
    )
  })
  test('Lua, njs and auth_request may test it', () => {
    for (const text of [
      'access_by_lua_block { ngx.exit(403) }',
      'js_content main.check;',
      'auth_request /auth;',
      'location / { include gone.conf; }'
    ])
      assert.equal(used(text).unknown, true, text)
  })
  test('error_page with =200 forgives', () => assert.equal(used('error_page 495 496 =200 /ok;').forgiven, '495 496 =200 /ok'))
  test('error_page with another answer does not', () => assert.deepEqual(used('error_page 495 =403 /no; error_page 404 =200 /x;'), nothing))
  test('error_page in a location comes too late', () => assert.deepEqual(used('location / { error_page 495 =200 /ok; }'), nothing))
})

describe('hops onwards', () => {
  const hop = (inside: string, around = '') => {
    const [forward] = servers(
      lowerNginx(`http { server { listen 443 ssl; ssl_verify_client optional; ${around} location / { ${inside} } } }`)
    )[0]!.forwards!
    return {
      headers: forward!.headers.map(it => `${it.name} ${it.carries}`),
      guarded: forward!.guarded,
      incomplete: forward!.incomplete,
      target: forward!.target
    }
  }
  test('each header with what it carries', () => {
    const text =
      'proxy_set_header A $ssl_client_verify; proxy_set_header B $ssl_client_s_dn; proxy_set_header C ""; proxy_set_header D $http_d; proxy_set_header E "cert $ssl_client_escaped_cert"; proxy_pass http://a;'
    assert.deepEqual(hop(text).headers, ['A result', 'B identity', 'C nothing', 'D other', 'E identity'])
  })
  test('a guard before or around it', () => {
    assert.equal(hop('proxy_pass http://a;').guarded, false)
    assert.equal(hop('if ($ssl_client_verify != SUCCESS) { return 403; } proxy_pass http://a;').guarded, true)
    assert.equal(hop('proxy_pass http://a;', 'if ($ssl_client_verify != SUCCESS) { return 403; }').guarded, true)
  })
  test('an include that is not here may set more', () => assert.equal(hop('include gone.conf; proxy_pass http://a;').incomplete, true))
  test('the header file of the distribution replaces what is inherited', () => {
    assert.deepEqual(hop('include proxy_params; proxy_pass http://a;', 'proxy_set_header A $ssl_client_verify;').headers, [])
  })
})

describe('bare parts', () => {
  test('a server alone is one of http, unless it can only be one of stream or mail', () => {
    assert.equal(serverOf('server { listen 443 ssl; location / { } }').protocol, 'http')
    assert.equal(serverOf('server { listen 443 ssl; proxy_pass backend:1; }').protocol, 'stream')
    assert.equal(serverOf('server { listen 993 ssl; protocol imap; }').protocol, 'mail')
  })
  test('settings alone make no endpoint, but their paths are told', () => {
    const it = lowerNginx('ssl_certificate a.pem; ssl_verify_client on;')
    assert.deepEqual([it.endpoints, it.paths.map(path => path.path), it.problems], [[], ['/project/a.pem'], []])
  })
  test('mail speaks TLS by starttls too', () =>
    assert.equal(serverOf('mail { server { listen 143; protocol imap; starttls only; } }').tls.value, true))
})

describe('hostile configurations', () => {
  test('every prefix of a configuration is lowered, and every single word of it left out', () => {
    const text = `http {
  map $ssl_client_verify $ok { default 0; SUCCESS 1; FAILED 0; }
  upstream b { server c:1 weight=1; }
  server {
    listen 443 ssl default_server; listen [::]:443 quic; server_name a .b;
    ssl_certificate a.pem; ssl_certificate_key a.key; ssl_verify_client optional; ssl_ocsp on; error_page 495 =200 /x;
    if ($ssl_client_verify = FAILED) { return 403; }
    proxy_set_header A $ssl_client_s_dn;
    location ~ "x{2}" { proxy_set_header B "$ok"; proxy_ssl_name n; proxy_pass https://b/; include c.conf; }
    location /f { fastcgi_param A $ok; fastcgi_pass unix:/s:/x; include fastcgi_params; proxy_ssl_verify on; }
  }
}
stream { server { listen 1; proxy_pass b; proxy_ssl on; proxy_ssl_protocols TLSv1; } }
mail { server { listen 2; starttls on; ssl on; } }
`
    for (let length = 0; length <= text.length; length++) assert.ok(lowerNginx(text.slice(0, length)).endpoints.length >= 0)
    for (const word of text.matchAll(/[^\s;]+/g)) {
      assert.ok(lowerNginx(text.slice(0, word.index) + text.slice(word.index + word[0].length)).endpoints.length >= 0)
    }
  })

  test('names of object members are names like any other', () => {
    const words = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']
    const text = words
      .map(it => `${it} a; ${it} { ${it}; } location / { ${it}_pass a; proxy_pass ${it}; set $${it} $ssl_client_verify; }`)
      .join(' ')
    assert.equal(
      servers(
        lowerNginx(
          `http { ${words.join(' { } ')} { } server { listen 443 ssl; server_name ${words.join(' ')}; listen ${words[0]}; ${text} } }`
        )
      ).length,
      1
    )
  })
  test('blocks 100,000 deep', () => {
    assert.equal(
      lowerNginx(`http { server { listen 443 ssl; ${'location / { proxy_pass https://a; '.repeat(100_000)}`).endpoints.length > 0,
      true
    )
  })
  test('5,000 servers of one address', () => {
    const text = Array.from(
      { length: 5000 },
      (_, it) => `server { listen 443 ssl; server_name s${it}; ssl_certificate a.pem; location / { proxy_pass https://b${it}; } }`
    ).join('\n')
    const started = performance.now()
    assert.equal(lowerNginx(`http { ${text} }`).endpoints.length, 10_000)
    assert.ok(performance.now() - started < 20_000)
  })
})
