/** After an edit only what it can have changed is read and checked again; what comes out is what a fresh look at the text gives. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { defaultSettings } from '../server/src/core/settings.js'
import { type SourceFile, sourceFile } from '../server/src/core/text.js'
import { latestVersion } from '../server/src/dialects/haproxy/defaults.js'
import { haproxy } from '../server/src/dialects/haproxy/index.js'
import { replacedIn } from '../server/src/dialects/haproxy/parse-again.js'
import { parse, parseText, type SyntaxTree } from '../server/src/dialects/haproxy/parser.js'
import { openWorkspace } from '../server/src/service.js'
import { hasCorpus } from './conformance/nginx.js'
import { filesBelow } from './files.js'
import { readOf } from './nginx.js'
import { makePki } from './pki.js'
import { typeAtRandom } from './random-edits.js'

const certificates = makePki(`
/project/ca.pem:
/project/int.pem: {issuer: /project/ca}
/project/server: {issuer: /project/int, san: ["*.example.com"]}
/project/server.key: {key: /project/server}
/project/site.pem: [/project/server, /project/int, /project/server.key]
/project/bare.pem: [/project/server, /project/int]
/project/client: {issuer: /project/int, eku: client}
/project/client.key: {key: /project/client}
/project/client.pem: [/project/client, /project/client.key]
`)

const project: ReadonlyMap<string, string> = new Map([
  ...[...certificates].map(([path, text]) => [path, text] as const),
  ['/project/names.list', 'site.pem [verify optional ca-file ca.pem] a.example.com\nbare.pem *.example.com\n']
])

/** Proxies that inherit, share backends, addresses and files, pass on, guard, and say things that are wrong. */
const many = `# comments before all
global
    maxconn 4000
    ssl-default-bind-options ssl-min-ver TLSv1.1
    ssl-server-verify required

crt-store shop
    load crt bare.pem key server.key alias main

defaults
    mode http
    timeout client 30s
    default-server ca-file ca.pem check

frontend web
    bind :443 ssl crt site.pem ca-file ca.pem verify optional
    acl has_cert ssl_c_used
    http-request set-header X-Client-CN %[ssl_c_s_dn(cn)] if has_cert
    http-request deny if { path_beg /admin } !has_cert
    use_backend api if { path_beg /api }
    default_backend site

frontend plain
    bind :80
    default_backend api

frontend listed
    bind :8443 ssl crt-list names.list # mtls-lens-ignore missing-intermediate
    http-request return status 403 if { ssl_c_used 0 }
    default_backend both

backend api
    http-request set-header X-Verify %[ssl_c_verify]
    server a 10.0.0.1:8443 ssl verify none sni str(a.example.com)
    server b 10.0.0.2:8443 ssl crt client.pem verifyhost b.example.com sni str(c.example.com)
    server c b.example.com:8443 verify required ca-file gone.pem

defaults tcp from nowhere
    mode tcp
    acl late ssl_fc
    tcp-request content reject if !late

listen both from tcp
    bind 127.0.0.1:9000 ssl crt @shop/main ca-file int.pem verify required ssl-min-ver TLSv1.0
    bind 127.0.0.1:9001
    server d 127.0.0.1:443 ssl ca-file ca.pem send-proxy-v2-ssl
    default-server ssl

peers mates
    bind :1024 ssl crt bare.pem
    server mate 10.0.0.9:1024 ssl ca-file ca.pem verify none

backend site
    mode http
    balance roundrobin
    http-request deny unless { ssl_c_verify 0 } or { ssl_c_used }
    server e [::1]:8443 ssl verify required ca-file ca.pem
    server p 127.0.0.1:443
    timeout sever 3s

backend api
    server f 10.0.0.6:80
# the end
`

const typed = [
  ...[
    '{',
    '}',
    ' ',
    '\n',
    '"',
    "'",
    '#',
    '$',
    '\\',
    '0',
    'x',
    '${',
    `"\${A}"`,
    '}}',
    '{{ x }}',
    '{% if x %}',
    '{%',
    '\r\n',
    '\\x4',
    '.if 1\n',
    '.endif'
  ],
  ...[
    'bind :444 ssl crt site.pem',
    'bind :443 ssl crt bare.pem verify required ca-file ca.pem',
    'bind :81',
    'bind :445 ssl crt-list names.list'
  ],
  ...['mode tcp', 'mode http', 'acl has_cert ssl_c_used', 'use_backend site if TRUE', 'default_backend both', 'default_backend nobody'],
  ...['http-request deny unless { ssl_c_verify 0 }', 'http-request set-header X-Client %[ssl_c_s_dn]', 'http-request return status 200'],
  ...[
    'server g 10.0.0.7:443 ssl',
    'server h 10.0.0.8:443 ssl verify none send-proxy-v2-ssl',
    'default-server verify none ssl',
    'default-server ca-file int.pem'
  ],
  ...[
    'frontend x\n',
    'backend api\n',
    'defaults\n',
    'global\n',
    'listen y\n',
    'crt-store\n',
    ' from tcp',
    'setenv A b\n',
    'optoin httplog'
  ],
  ...[
    'ssl-default-bind-options no-tlsv12',
    'crt-base /project',
    'verify',
    'crt-list',
    'ssl_c_used',
    '# mtls-lens-ignore peer-not-verified: so'
  ]
]

/** Sections whose lines are moved only when somebody asks are compared by what they then say. */
const plain = ({ sections, ...rest }: SyntaxTree) => ({
  ...rest,
  sections: sections.map(({ kind, header, lines, start, end }) => ({ kind, header, lines, start, end }))
})

function readAgain(file: SourceFile): boolean {
  const replaced = replacedIn(file, latestVersion) !== undefined
  if (replaced) assert.deepEqual(plain(parse(file, latestVersion)), plain(parseText(file.text, latestVersion)), 'the tree')
  return replaced
}

const typing = { files: project, path: '/project/haproxy.cfg', typed, indent: ' '.repeat(4), readAgain }

test('typing in a configuration of many sections', () => {
  const seen = typeAtRandom({ ...typing, text: many, edits: 350, seed: 1 })
  assert.ok(seen.again > 100, `only ${seen.again} edits of 350 were read in part`)
  assert.ok(seen.found > 150, `only ${seen.found} findings in all`)
})

test('typing in a configuration whose lines end with CR LF', () => {
  const seen = typeAtRandom({ ...typing, text: many.replaceAll('\n', '\r\n'), edits: 150, seed: 2 })
  assert.ok(seen.again > 40, `only ${seen.again} edits of 150 were read in part`)
})

test('typing in a part that others complete', () => {
  const text = many.slice(many.indexOf('frontend web'))
  const files = new Map([...project, ['/project/conf.d/other.cfg', 'backend site\n    server z 10.0.0.1:80\n']])
  const seen = typeAtRandom({ ...typing, files, path: '/project/conf.d/haproxy.cfg', text, edits: 150, seed: 3 })
  assert.ok(seen.again > 40, `only ${seen.again} edits of 150 were read in part`)
})

test('typing in the samples', () => {
  let again = 0
  for (const path of filesBelow('samples/haproxy', '.cfg')) {
    const beside = filesBelow('samples/haproxy', '').filter(it => it.startsWith(dirname(path)))
    const files = new Map(beside.map(it => [it, readFileSync(it, 'utf8')]))
    again += typeAtRandom({ ...typing, files, path, text: files.get(path)!, edits: 25, seed: 4 }).again
  }
  assert.ok(again > 40, `only ${again} edits were read in part`)
})

const corpus = fileURLToPath(new URL('../../shared/corpus/haproxy/', import.meta.url))

test('typing in real configurations', { skip: hasCorpus() ? false : '../shared/corpus is not here' }, () => {
  let again = 0
  const names = readdirSync(corpus).filter((_, at) => at % 4 === 0)
  for (const name of names) {
    const text = readFileSync(corpus + name, 'utf8')
    if (text.length < 20_000) again += typeAtRandom({ ...typing, files: new Map(), text, edits: 8, seed: text.length }).again
  }
  assert.ok(again > 100, `only ${again} edits were read in part`)
})

test('what is typed changes endpoints, or nothing but places', () => {
  const kinds: readonly [kind: 'moved' | 'changed' | 'whole', before: string, after: string][] = [
    ['moved', 'timeout sever 3s', 'timeout sever 30s'],
    ['moved', 'balance roundrobin', '# balance'],
    ['moved', 'path_beg /admin', 'path_beg /administration'],
    ['moved', '    server f 10.0.0.6:80\n', '    server f 10.0.0.6:80\n    option httpchk\n'],
    ['changed', 'verify optional', 'verify required'],
    ['changed', 'sni str(c.example.com)', 'sni str(cc.example.com)'],
    ['changed', 'sni str(a.example.com)', 'sni "str(a.example.com)"'],
    ['changed', 'http-request deny unless { ssl_c_verify 0 } or { ssl_c_used }', ''],
    ['changed', 'server p 127.0.0.1:443', 'server p 127.0.0.1:444'],
    ['changed', 'bind :80', 'bind :88'],
    ['whole', 'ssl-server-verify required', 'ssl-server-verify none'],
    ['whole', 'mode tcp', 'mode http'],
    ['whole', 'frontend plain', 'frontend simple'],
    ['whole', '    balance roundrobin\n', '    balance roundrobin\nbackend new\n'],
    ['whole', '    balance roundrobin\n', '    balance roundrobin\n.if 1\n.endif\n'],
    ['whole', 'backend site\n', 'backend site'],
    ['whole', '    balance roundrobin', '    {{ balance }}'],
    ['whole', 'timeout sever 3s\n\nbackend api', 'timeout sever 3s\n\n# {%\nbackend api from x %}'],
    ['whole', '# comments before all', 'global']
  ]
  for (const [kind, before, after] of kinds) assert.equal(kindOfEdit(before, after), kind, `${before} → ${after}`)
})

function kindOfEdit(before: string, after: string): 'moved' | 'changed' | 'whole' {
  assert.ok(many.includes(before), before)
  const files = new Map([...project].map(([name, it]) => [name, sourceFile(name, it)]))
  const [old, now] = [sourceFile('/project/haproxy.cfg', many), sourceFile('/project/haproxy.cfg', many.replace(before, after))]
  const ctx = { read: readOf(files), settings: defaultSettings, declared: () => [] }
  const lowered = haproxy.lower(old, ctx)
  haproxy.edited!(old, now)
  const again = haproxy.lowerAgain!(now, lowered, ctx)
  if (!again) return 'whole'
  assert.deepEqual(again.lowered, haproxy.lower(sourceFile(now.path, now.text), ctx), `${before} → ${after}`)
  return again.onlyMoved ? 'moved' : 'changed'
}

test('a text that comes back is what it was, however it came back', () => {
  const path = '/project/haproxy.cfg'
  const saved = sourceFile(path, many)
  const files = new Map([...project].map(([name, it]) => [name, sourceFile(name, it)]))
  files.set(path, saved)
  const workspace = openWorkspace({ read: readOf(files), files: [...files.keys()], now: () => new Date('2026-06-01T00:00:00Z') })
  const show = (file: SourceFile) => {
    files.set(path, file)
    workspace.changed([path])
    return workspace.check(path)
  }
  const found = show(saved)
  // First an edit inside of a section and back, then one that concerns all of them.
  show(sourceFile(path, many.replace('balance roundrobin', 'balance first')))
  assert.deepEqual(show(saved), found)
  show(sourceFile(path, many.replace('defaults', 'defaAults')))
  assert.deepEqual(show(saved), found)
})

test('what a backend does with the result reaches the listener that uses it', () => {
  const listening = 'frontend f\n    mode http\n    bind :443 ssl crt site.pem ca-file ca.pem verify optional\n    default_backend b\n\n'
  const text = (line: string) => `${listening}backend b\n    mode http\n    ${line}\n    server s 10.0.0.1:80\n`
  const path = '/project/haproxy.cfg'
  const files = new Map([...project].map(([name, it]) => [name, sourceFile(name, it)]))
  files.set(path, sourceFile(path, text('# nothing')))
  const open = () => openWorkspace({ read: readOf(files), files: [...files.keys()], now: () => new Date('2026-06-01T00:00:00Z') })
  const workspace = open()
  const seen = [
    '# nothing',
    'http-request deny if { ssl_c_verify 1 }',
    '# nothing',
    'http-request deny if { ssl_c_verify 1 } !{ ssl_c_used }'
  ].map(line => {
    files.set(path, sourceFile(path, text(line)))
    workspace.changed([path])
    const findings = workspace.check(path)
    assert.deepEqual(findings, open().check(path), line)
    return findings.some(it => it.rule === 'client-verification-optional')
  })
  assert.deepEqual(seen, [true, false, true, false])
})

test('quotes change where a word stands, and not what it says', () => {
  const text = (value: string) => `frontend f\n    bind :443 ssl crt site.pem ssl-min-ver ${value}\n    default_backend b\nbackend b\n`
  const path = '/project/haproxy.cfg'
  const files = new Map([...project].map(([name, it]) => [name, sourceFile(name, it)]))
  files.set(path, sourceFile(path, text('TLSv1.0')))
  const open = () => openWorkspace({ read: readOf(files), files: [...files.keys()], now: () => new Date('2026-06-01T00:00:00Z') })
  const workspace = open()
  const places = ['TLSv1.0', '"TLSv1.0"', 'TLSv1.0""', "''TLSv1.0", 'TLSv1.0'].map(value => {
    files.set(path, sourceFile(path, text(value)))
    workspace.changed([path])
    const findings = workspace.check(path)
    assert.deepEqual(findings, open().check(path), value)
    return findings.filter(it => it.rule === 'obsolete-tls-version').length
  })
  assert.deepEqual(places, [1, 1, 1, 1, 1])
})
