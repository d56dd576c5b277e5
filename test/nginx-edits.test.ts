/** After an edit only what it can have changed is read and checked again; what comes out is what a fresh look at the text gives. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type SourceFile, sourceFile } from '../server/src/core/text.js'
import { replacedIn } from '../server/src/dialects/nginx/parse-again.js'
import { parse, parseText } from '../server/src/dialects/nginx/parser.js'
import { openWorkspace } from '../server/src/service.js'
import { hasCorpus } from './conformance/nginx.js'
import { filesBelow } from './files.js'
import { readOf } from './nginx.js'
import { makePki } from './pki.js'
import { typeAtRandom as typeInto } from './random-edits.js'

const certificates = makePki(`
/project/ca.pem:
/project/int.pem: {issuer: /project/ca}
/project/chain.pem: [/project/server, /project/int]
/project/server.pem: {issuer: /project/int, san: ["*.example.com"]}
/project/client.pem: {issuer: /project/int, eku: client}
/project/server.key: {key: /project/server}
`)

/** Servers that inherit, share addresses and upstreams, pass on, guard, and say things that are wrong. */
const many = `events {}
http {
    ssl_certificate chain.pem;
    ssl_certificate_key server.key;
    map $ssl_client_verify $good { default 0; SUCCESS 1; }
    proxy_set_header X-Client $ssl_client_s_dn;
    upstream first { server a.example.com:8443; server 10.0.0.1; }

    server {
        listen 443 ssl default_server;
        ssl_client_certificate ca.pem;
        ssl_verify_client optional;
        location / {
            proxy_set_header X-Verify $ssl_client_verify;
            proxy_pass https://second;
            proxy_ssl_certificate client.pem;
        }
    }
    server {
        listen 443 ssl;
        server_name a.example.com;
        ssl_verify_client on;
        ssl_protocols TLSv1 TLSv1.2;
        if ($ssl_client_verify != "SUCCES") { return 403; }
        include part.conf;
        root /srv/www;
    }
    server { listen 80; server_name plain.example.com; location / { proxy_pass http://first; } }
    server {
        listen 8443 ssl;
        server_name b.example.com;
        ssl_certificate missing.pem;
        ssl_client_certificate server.pem; # mtls-lens-ignore end-entity-in-trust-bundle
        ssl_verify_client on;
        ssl_verify_depth 0;
        set $who $ssl_client_s_dn;
        location / { return 200 "hello $who"; }
        location /api { proxy_pass https://first; proxy_ssl_verify on; proxy_ssl_name c.example.com; }
    }
    upstream second { server b.example.com:443; }
    server {
        listen 80;
        server_name c.example.com;
        error_page 495 =200 /x;
        location / { proxy_pass https://second; }
    }
    server {
        listen 443 ssl;
        server_name d.elsewhere.org;
        location / { fastcgi_pass first; fastcgi_param X $good; }
    }
}
stream {
    server {
        listen 9443 ssl;
        ssl_certificate chain.pem;
        ssl_verify_client on;
        proxy_pass 10.0.0.1:9;
        proxy_ssl on;
    }
    server {
        listen 9444;
        proxy_pass 10.0.0.1:9;
    }
}
`
const part = 'location /health { return 200 ok; }\nssl_verify_client off;\n'
const bare = many.slice(many.indexOf('    server {'), many.indexOf('    upstream second'))

const project: ReadonlyMap<string, string> = new Map([
  ...[...certificates].map(([path, text]) => [path, text] as const),
  ['/project/part.conf', part],
  ['/project/conf.d/other.conf', 'server {\n    listen 443 ssl;\n    server_name e.example.com;\n}\n']
])

test('typing in a configuration of many servers', () => {
  const seen = typeAtRandom(project, '/project/nginx.conf', many, 400, 1)
  assert.ok(seen.again > 150, `only ${seen.again} edits of 400 were read in part`)
  assert.ok(seen.found > 20, `only ${seen.found} findings in all`)
})

test('typing in servers that stand alone in their file', () => {
  const seen = typeAtRandom(project, '/project/conf.d/site.conf', bare, 200, 2)
  assert.ok(seen.again > 70, `only ${seen.again} edits of 200 were read in part`)
})

test('typing in a configuration whose lines end with CR LF', () => {
  const seen = typeAtRandom(project, '/project/nginx.conf', many.replaceAll('\n', '\r\n'), 150, 3)
  assert.ok(seen.again > 50, `only ${seen.again} edits of 150 were read in part`)
})

test('typing in the samples', () => {
  let again = 0
  for (const path of filesBelow('samples', '.conf')) {
    const beside = filesBelow('samples', '').filter(it => it.startsWith(dirname(dirname(path))))
    const files = new Map(beside.map(it => [it, readFileSync(it, 'utf8')]))
    again += typeAtRandom(files, path, files.get(path)!, 12, 4).again
  }
  assert.ok(again > 20, `only ${again} edits were read in part`)
})

const corpus = fileURLToPath(new URL('../../shared/corpus/nginx/', import.meta.url))

test('typing in real configurations', { skip: hasCorpus() ? false : '../shared/corpus is not here' }, () => {
  let again = 0
  const names = readdirSync(corpus).filter((_, at) => at % 5 === 0)
  for (const name of names) {
    const text = readFileSync(corpus + name, 'utf8')
    if (text.length < 20_000) again += typeAtRandom(new Map(), '/project/nginx.conf', text, 8, text.length).again
  }
  assert.ok(again > 150, `only ${again} edits were read in part`)
})

test('what one server says for others reaches them', () => {
  const sharing = (inside: string, place: number) => `http {
server {
 listen 443 ssl default_server;
 ssl_certificate chain.pem;
 ssl_certificate_key server.key;
 ${place === 0 ? inside : ''}
}
server {
 listen 8443;
 ${place === 1 ? inside : ''}
}
server {
 listen 443;
 listen 444;
 server_name x.example.org;
 ssl_verify_client optional;
 location / { proxy_set_header X-Who $who; proxy_set_header X-Good $good; proxy_pass http://10.0.0.1; }
}
}
`
  const changes: readonly [before: string, after: string][] = [
    ['ssl_client_certificate ca.pem;', 'ssl_client_certificate int.pem;'],
    ['ssl_verify_depth 1;', 'ssl_verify_depth 0;'],
    ['ssl_protocols TLSv1.2;', 'ssl_protocols TLSv1;'],
    ['set $who x;', 'set $who $ssl_client_s_dn;'],
    ['set $good x;', 'set $good $ssl_client_verify;'],
    ['listen 444 ssl;', 'listen 445 ssl;'],
    ['ssl off;', 'ssl on;'],
    ['ssl_certificate server.pem;', 'sl_certificate server.pem;']
  ]
  for (const [before, after] of changes) {
    for (const version of ['1.22.1', '1.29.2']) {
      for (const place of [0, 1]) {
        const texts = [before, after, before].map(it => sharing(it, place))
        const files = new Map([...project].map(([name, it]) => [name, sourceFile(name, it)]))
        const open = () => openWorkspace({ read: readOf(files), now, files: [...files.keys()], settings: { nginx: { version } } })
        files.set('/project/nginx.conf', sourceFile('/project/nginx.conf', texts[0]!))
        const workspace = open()
        for (const text of texts) {
          files.set('/project/nginx.conf', sourceFile('/project/nginx.conf', text))
          workspace.changed(['/project/nginx.conf'])
          assert.deepEqual(workspace.check('/project/nginx.conf'), open().check('/project/nginx.conf'), `${before} → ${after}`)
          assert.deepEqual(workspace.lowered('/project/nginx.conf'), open().lowered('/project/nginx.conf'), `${before} → ${after}`)
        }
      }
    }
  }
})

test('what was found before an edit is forgotten when a file changes that it came from', () => {
  const files = new Map([...project].map(([name, it]) => [name, sourceFile(name, it)]))
  const path = '/project/nginx.conf'
  files.set(path, sourceFile(path, many))
  const open = () => openWorkspace({ read: readOf(files), now, files: [...files.keys()] })
  const workspace = open()
  workspace.check(path)
  const change = (name: string, text: string) => {
    files.set(name, sourceFile(name, text))
    return workspace.changed([name]).again
  }
  change(path, many.replace('d.elsewhere', 'e.elsewhere'))
  change('/project/ca.pem', certificates.get('/project/client.pem')!)
  assert.deepEqual(workspace.check(path), open().check(path))
  change(path, many)
  workspace.check(path)
  assert.ok(change('/project/ca.pem', certificates.get('/project/ca.pem')!).includes(path))
  assert.deepEqual(workspace.check(path), open().check(path))
  // The issuer that is missing may lie in any file, which no configuration names.
  files.delete('/project/int.pem')
  workspace.changed(['/project/int.pem'])
  change('/project/chain.pem', certificates.get('/project/server.pem')!)
  workspace.check(path)
  change(path, many.replace('d.elsewhere', 'f.elsewhere'))
  workspace.check(path)
  assert.ok(change('/project/int.pem', certificates.get('/project/int.pem')!).includes(path))
  assert.deepEqual(workspace.check(path), open().check(path))
})

test('an edit that reaches beyond its server is read as a whole', () => {
  const texts: readonly [before: string, after: string][] = [
    ['server {\n listen 1;\n}\nserver {\n}\n', 'server {\n listen 1; } \n}\nserver {\n}\n'],
    ['server {\n listen 1;\n}\nserver {\n}\n', 'server {\n listen "1;\n}\nserver {\n}\n'],
    ['server {\n listen 1;\n}\nserver {\n}\n', 'server {\n listen 1;\n#}\nserver {\n}\n'],
    ['server {\n a_by_lua_block { x }\n}\nserver {\n}\n', 'server {\n a_by_lua_block { x [[ }\n}\nserver {\n}\n'],
    ['server {\n listen 1;\n}\nserver {\n}\n', 'server {\n listen {{ port }};\n}\nserver {\n}\n'],
    ['server { a {{ ; } } }\n', 'server { a {{ b; } }} }\n']
  ]
  for (const [before, after] of texts) {
    const [old, now] = [sourceFile('/nginx.conf', before), sourceFile('/nginx.conf', after)]
    typed(old, now)
    assert.equal(replacedIn(now), undefined, after)
  }
})

test('blocks nested without end are moved, too', () => {
  const deep = `server {\n a b;\n}\nserver {\n${'x {'.repeat(50_000)}${'}'.repeat(50_000)}\n}\n`
  const [old, now] = [sourceFile('/nginx.conf', deep), sourceFile('/nginx.conf', deep.replace('a b', 'a bc'))]
  typed(old, now)
  assert.ok(replacedIn(now))
  assert.equal(parse(now).directives[1]!.close, now.text.lastIndexOf('}'))
})

/** Lets a workspace see one text, then the other. */
function typed(before: SourceFile, after: SourceFile): void {
  let file = before
  const workspace = openWorkspace({
    read: path => (path === file.path ? { kind: 'file', file } : { kind: 'missing' }),
    files: [file.path]
  })
  workspace.roots()
  file = after
  workspace.changed([file.path])
}

const now = () => new Date('2026-06-01T00:00:00Z')

/** The files, the one that is edited with its first text, how many edits, and where chance starts. */
const typeAtRandom = (files: ReadonlyMap<string, string>, path: string, text: string, edits: number, seed: number) =>
  typeInto({ files, path, text, edits, seed, typed: typedTexts, indent: ' '.repeat(8), readAgain })

function readAgain(file: SourceFile): boolean {
  assert.deepEqual(parse(file), parseText(file.text), `the tree of ${file.path}:\n${file.text}`)
  return replacedIn(file) !== undefined
}

const typedTexts = [
  ...[';', '{', '}', ' ', '\n', '"', "'", '#', '$', '\\', '0', 'x', '${', '}}', '{{ x }}', '[[', ' }\n', '\r\n'],
  ...['listen 443 ssl;', 'listen 81;', 'ssl on;', 'server_name x.example.com;', 'ssl_verify_client optional;', 'ssl_verify_depth 3;'],
  ...['set $x $ssl_client_verify;', 'set $good $ssl_client_s_dn;', 'include part.conf;', 'include *.conf;', 'include gone.conf;'],
  ...['ssl_certificate ca.pem;', 'location /y { proxy_pass https://first; }', 'return 403;', 'ssl_verify_cleint on;', 'ssl_crl int.pem;'],
  ...[
    'proxy_pass http://first;',
    'content_by_lua_block { x }',
    'ssl_protocols TLSv1.3;',
    '# mtls-lens-ignore syntax-error: so',
    'server {\n}\n'
  ]
]
