// biome-ignore-all lint/suspicious/noTemplateCurlyInString: nginx writes its variables like this.
/** A configuration that nginx takes, damaged in hundreds of ways: ours says of each what nginx says, about the same line. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { defaultSettings } from '../../server/src/core/settings.js'
import { lineIndex, sourceFile } from '../../server/src/core/text.js'
import { nginx } from '../../server/src/dialects/nginx/index.js'
import { diskRead } from '../../server/src/files/disk.js'
import { makePki } from '../pki.js'
import { randomNumbers } from '../random-edits.js'
import { modulesPath, nginxMissing } from './nginx.js'

const configuration = `events { }
http {
    log_format told '$remote_addr "$request"';
    access_log off;
    map $ssl_client_verify $is_known {
        default 0;
        SUCCESS 1;
    }
    upstream backend {
        server 127.0.0.1:8443;
        server [::1]:8443 backup;
        keepalive 8;
    }
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate server.pem;
    ssl_certificate_key server.key;
    server {
        listen 127.0.0.1:9443 ssl default_server;
        listen [::1]:9443 ssl;
        server_name a.example.com *.b.example.com;
        ssl_client_certificate ca.pem;
        ssl_verify_client optional;
        ssl_verify_depth 2;
        location / {
            if ($is_known = 0) {
                return 403;
            }
            proxy_set_header X-Client "$ssl_client_s_dn";
            proxy_pass https://backend;
            proxy_ssl_verify on;
            proxy_ssl_trusted_certificate ca.pem;
            proxy_ssl_name a.example.com;
        }
        location ~ "^/status/(?<what>\\w{2,})$" {
            return 200 'it is ${'$what'}';
        }
    }
    server {
        listen 127.0.0.1:9080;
        ssl_crl ca.pem;
        location = /x { proxy_pass http://127.0.0.1:8080/; }
    }
}
stream {
    server {
        listen 127.0.0.1:9444 ssl;
        ssl_certificate server.pem;
        ssl_certificate_key server.key;
        ssl_verify_client on;
        ssl_client_certificate ca.pem;
        proxy_pass 127.0.0.1:8444;
        proxy_ssl on;
    }
    server {
        listen 127.0.0.1:9445;
        return ok;
    }
}
`

/** What another build of nginx, another network or another version may say otherwise, and what ours leaves to nginx. */
const elsewhere =
  /host not found|unknown directive|no port in|bind\(\)|unknown ".*" variable|pcre2?_compile|could not build|is a directory|no such file|no "events"|"\$host"|certificate "\S+\/"/i

test('of damaged configurations ours says what nginx -t says', { skip: nginxMissing }, t => {
  const world = makeWorld(t)
  assert.deepEqual(world.real(configuration), { ok: true })
  assert.deepEqual(world.ours(configuration), { ok: true })
  const random = randomNumbers(7)
  const texts = new Set(Array.from({ length: 700 }, () => damaged(configuration, random)))
  const answers = [...texts].flatMap(text => {
    const real = world.real(text)
    return elsewhere.test(real.message ?? '') ? [] : [{ text, real, ours: world.ours(text) }]
  })
  assert.ok(answers.length > 400)
  assert.ok(answers.filter(it => it.real.ok).length > 40)
  const different = answers.filter(it => it.real.ok !== it.ours.ok || it.real.line !== it.ours.line)
  for (const { text, real, ours } of different) {
    const lines = text.split('\n')
    t.diagnostic(`nginx ${JSON.stringify(real)}, ours ${JSON.stringify(ours)}: ${lines[(real.line ?? ours.line ?? 1) - 1]}`)
  }
  assert.equal(different.length, 0)
})

test('of addresses to listen on ours says what nginx -t says', { skip: nginxMissing }, t => {
  const world = makeWorld(t)
  const hosts = ['', '*', '127.0.0.1', '[::1]', '[::1', '[]', '[::1]x', 'unix', '/x', 'a/b', '127.0.0.1?x']
  const ports = ['', ':', ':80', ':0', ':65536', ':http', ':80:90', ':8000-8003', ':8003-8000', ':8000-', ':0080', ':80/']
  const bare = ['80', '0', '65536', '8000-8003', '8003-8000', '8000-65536', 'unix:', 'unix:/tmp/x.sock', '??']
  for (const address of [...hosts.flatMap(host => ports.map(port => `${host}${port}`)), ...bare]) {
    const text = `events { }\nhttp {\n    server {\n        listen '${address}';\n    }\n}\n`
    const real = world.real(text)
    if (!elsewhere.test(real.message ?? '')) assert.deepEqual(world.ours(text), real, address)
  }
})

interface Answer {
  readonly ok: boolean
  /** One-based, as nginx prints it. */
  readonly line?: number
  readonly message?: string
}

interface World {
  real(text: string): Answer
  ours(text: string): Answer
}

function makeWorld(t: TestContext): World {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'mtls-lens-mutants-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const pki = makePki('ca.pem: {ca: true}\nserver.pem: {issuer: ca.pem, san: [a.example.com]}\nserver.key: {key: server.pem}')
  for (const [name, text] of pki) writeFileSync(join(folder, name), text)
  const path = join(folder, 'nginx.conf')
  const modules = ['stream', 'mail'].map(it => join(modulesPath(), `ngx_${it}_module.so`)).filter(it => existsSync(it))
  const globals = modules.map(it => `load_module ${it};`).join(' ')
  const disk = diskRead()
  return {
    real(text) {
      writeFileSync(path, text)
      const { status, stderr } = spawnSync('nginx', ['-t', '-p', folder, '-c', path, '-g', globals], { encoding: 'utf8' })
      const [, message = stderr, line] = /\[emerg\] (?:\d+#\d+: )?(.*?)(?: in \S+nginx\.conf:(\d+))?\n/.exec(stderr) ?? []
      return status === 0 ? { ok: true } : { ok: false, message, ...(line === undefined ? {} : { line: Number(line) }) }
    },
    ours(text) {
      const file = sourceFile(path, text)
      const answer = nginx.test!(file, {
        settings: { ...defaultSettings, nginx: { version: '1.22.1' } },
        read: it => (it === path ? { kind: 'file', file } : disk(it)),
        declared: () => []
      })
      if (answer.ok) return { ok: true }
      const line = answer.place && lineIndex(file).position(answer.place.start).line + 1
      return { ok: false, message: answer.message, ...(line === undefined ? {} : { line }) }
    }
  }
}

const signs = [';', '{', '}', '"', "'", '\\', '#', '$', ' ; ', ' { } ', '\n', '']
const words = ['on', 'off', '0', '1', '-1', '10m', '5s', '""', '80', '65536', '$host', 'any', 'optional', 'TLSv1.2', '1.5', 'é', 'none']

/** One slip of somebody who types. */
function damaged(text: string, random: (below: number) => number): string {
  const pick = <T>(items: readonly T[]): T => items[random(items.length)]!
  const lines = text.split('\n')
  const at = random(lines.length)
  const line = lines[at]!
  const inLine = (changed: string) => [...lines.slice(0, at), changed, ...lines.slice(at + 1)].join('\n')
  switch (random(8)) {
    case 0: {
      const sign = pick([...text.matchAll(/[;{}"']/g)]).index
      return text.slice(0, sign) + text.slice(sign + 1)
    }
    case 1: {
      const place = random(text.length)
      return text.slice(0, place) + pick(signs) + text.slice(place)
    }
    case 2:
      return [...lines.slice(0, at), ...lines.slice(at + 1)].join('\n')
    case 3:
      return inLine(`${line}\n${line}`)
    case 4: {
      const others = [...lines.slice(0, at), ...lines.slice(at + 1)]
      others.splice(random(others.length), 0, line)
      return others.join('\n')
    }
    case 5:
      return inLine(line.replace(/(\S+)(\s+)(\S+)/, '$3$2$1'))
    case 6:
      return text.slice(0, random(text.length))
    default: {
      const argument = pick([...line.matchAll(/(?<=\S\s+)[^\s;{}]+/g)].concat([]))
      return argument
        ? inLine(line.slice(0, argument.index) + pick(words) + line.slice(argument.index + argument[0].length))
        : `${text}${pick(signs)}`
    }
  }
}
