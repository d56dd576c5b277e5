/** What the TextMate grammars in `syntaxes/` make of a text, read as VS Code reads them. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import test from 'node:test'
import oniguruma from 'vscode-oniguruma'
import textmate, { type IGrammar, type IRawGrammar } from 'vscode-textmate'

const syntaxes = new URL('../syntaxes/', import.meta.url)
const certificate = ['-----BEGIN CERTIFICATE-----', 'MIIB+/09==', '-----END CERTIFICATE-----']

const nginxCases: readonly [title: string, line: string, text: string, scope: string][] = [
  ['a comment', '# a server', 'a server', 'comment.line.number-sign'],
  ['a block', 'server {', 'server', 'keyword.control.block'],
  ['a directive', 'listen 443 ssl;', 'listen', 'support.function.directive'],
  ['a directive of TLS', 'ssl_verify_client on;', 'ssl_verify_client', 'keyword.other.directive.tls'],
  ['a directive of TLS towards upstreams', 'grpc_ssl_verify on;', 'grpc_ssl_verify', 'keyword.other.directive.tls'],
  ['a word that means something', 'ssl_verify_client on;', 'on', 'constant.language'],
  ['a path', 'ssl_certificate /etc/ssl/a.pem;', '/etc/ssl/a.pem', 'string.unquoted'],
  ['a path in quotes', 'ssl_certificate "/etc/my ssl/a.pem";', '/etc/my ssl/a.pem', 'string.quoted.double'],
  ['a variable', 'set $a $ssl_client_s_dn;', '$ssl_client_s_dn', 'variable.language'],
  ['a variable in braces', `set $a x\${host}y;`, `\${host}`, 'variable.language'],
  ['a variable in quotes', 'return 200 "$host";', '$host', 'variable.language'],
  ['a number with its unit', 'client_max_body_size 8M;', '8M', 'constant.numeric'],
  ['a version of TLS', 'ssl_protocols TLSv1.2 TLSv1.3;', 'TLSv1.3', 'constant.other.protocol'],
  ['a location by regular expression', 'location ~* \\.(png|jpg){1,2}$ { expires 1d; }', '\\.(png|jpg){1,2}$', 'string.regexp'],
  ['what follows braces in a regular expression', 'location ~ a{2} { expires 1d; }', 'expires', 'support.function.directive'],
  ['a condition', 'if ($ssl_client_verify != SUCCESS) { return 403; }', 'if', 'keyword.control.conditional'],
  ['what follows a condition', 'if ($ssl_client_verify != SUCCESS) { return 403; }', 'return', 'support.function.directive'],
  ['a semicolon in quotes', `add_header A "b; c" always; listen 80;`, 'listen', 'support.function.directive'],
  ['a brace in quotes', `add_header A "}"; listen 80;`, 'listen', 'support.function.directive'],
  ['a number sign inside a word', 'return 302 /a#b; listen 80;', 'listen', 'support.function.directive'],
  ['a template', 'server_name {{ name }};', '{{ name }}', 'variable.other.template']
]

test('nginx', async t => {
  const grammar = await load('source.nginx.mtls-lens')
  for (const [title, line, text, scope] of nginxCases) {
    await t.test(title, () => assertScope(tokens(grammar, [line]), text, `${scope}.nginx`))
  }
  await t.test('a table in Lua ends no block', () => {
    const lines = ['content_by_lua_block {', 'local t = { a = { 1 } }', '}', 'ssl_verify_client on;']
    assertScope(tokens(grammar, lines), 'ssl_verify_client', 'keyword.other.directive.tls.nginx')
  })
  await t.test('arguments on several lines', () => {
    assertScope(
      tokens(grammar, ['log_format main', "  '$host'", '  escape=json;', 'ssl_verify_client on;']),
      'ssl_verify_client',
      'keyword.other.directive.tls.nginx'
    )
  })
})

const haproxyCases: readonly [title: string, line: string, text: string, scope: string][] = [
  ['a comment', 'bind :443 # here', 'here', 'comment.line.number-sign'],
  ['a section', 'frontend www', 'frontend', 'keyword.control.section'],
  ['the name of a section', 'frontend www', 'www', 'entity.name.section'],
  ['what a section inherits from', 'frontend www from base', 'base', 'entity.name.section'],
  ['a keyword', '    bind :443 ssl', 'bind', 'support.function.directive'],
  ['a keyword that is negated', '  no option httplog', 'option', 'support.function.directive'],
  ['an option of TLS', '    bind :443 ssl', 'ssl', 'keyword.other.option.tls'],
  ['a setting of TLS', '    ssl-default-bind-options no-sslv3', 'ssl-default-bind-options', 'keyword.other.directive.tls'],
  ['a word that means something', '    bind :443 ssl verify required', 'required', 'constant.language'],
  ['a path', '    bind :443 ssl crt /etc/a.pem', '/etc/a.pem', 'string.unquoted.path'],
  ['a version of TLS', '    bind :443 ssl ssl-min-ver TLSv1.2', 'TLSv1.2', 'constant.other.protocol'],
  ['an action', '  http-request deny if a', 'deny', 'support.function.action'],
  ['a condition', '  http-request deny if a', 'if', 'keyword.control.conditional'],
  ['a test of the certificate', '  http-request deny unless { ssl_c_used }', 'ssl_c_used', 'support.function.fetch.tls'],
  ['an ACL', '  acl good ssl_c_verify 0', 'good', 'entity.name.function.acl'],
  ['an expression in a value', '  http-request set-header A %[ssl_c_s_dn(cn)]', 'ssl_c_s_dn', 'support.function.fetch.tls'],
  ['a variable of the environment', `    bind :443 ssl crt "\${CERTS}/a.pem"`, `\${CERTS}`, 'variable.language.environment'],
  ['a conditional block', '.if feature(OPENSSL)', '.if', 'keyword.control.directive'],
  ['a number sign in quotes', `    bind :443 name "a # b" ssl`, 'ssl', 'keyword.other.option.tls'],
  ['a quote that does not end ends with its line', '    bind :443 name "a', 'bind', 'support.function.directive']
]

test('HAProxy', async t => {
  const grammar = await load('source.haproxy.mtls-lens')
  for (const [title, line, text, scope] of haproxyCases) {
    await t.test(title, () => assertScope(tokens(grammar, [line]), text, `${scope}.haproxy`))
  }
  await t.test('a quote that does not end spoils no other line', () => {
    assertScope(tokens(grammar, ['  log "a', 'frontend www']), 'frontend', 'keyword.control.section.haproxy')
  })
})

test('PEM', async t => {
  const grammar = await load('source.pem.mtls-lens')
  await t.test('a block', () => {
    const seen = tokens(grammar, certificate)
    assertScope(seen, 'BEGIN', 'keyword.control.begin.pem')
    assertScope(seen, 'CERTIFICATE', 'entity.name.type.label.pem')
    assertScope(seen, 'MIIB+/09==', 'string.unquoted.base64.pem')
  })
  await t.test('text around blocks', () =>
    assertScope(tokens(grammar, ['subject=CN = a', ...certificate]), 'subject=CN = a', 'comment.line.explanatory-text.pem')
  )
  await t.test('headers of an encrypted key', () => {
    const seen = tokens(grammar, ['-----BEGIN RSA PRIVATE KEY-----', 'Proc-Type: 4,ENCRYPTED'])
    assertScope(seen, 'Proc-Type', 'support.type.property-name.pem')
  })
  await t.test('a character that is no base64', () =>
    assertScope(tokens(grammar, [certificate[0]!, 'MI!B']), '!', 'invalid.illegal.base64.pem')
  )
  await t.test('an end without a beginning', () =>
    assertScope(tokens(grammar, [certificate[2]!]), certificate[2]!, 'invalid.illegal.end-without-begin.pem')
  )
  await t.test('a block that never ends', () => {
    const seen = tokens(grammar, [certificate[0]!, 'MIIB', ...certificate, 'after'])
    assertScope(seen, 'after', 'comment.line.explanatory-text.pem')
  })
})

test('PEM in YAML', async () => {
  const grammar = await load('source.yaml')
  const seen = tokens(grammar, ['crt: |', ...certificate.map(it => `  ${it}`), 'key: value'])
  assertScope(seen, 'BEGIN', 'keyword.control.begin.pem')
  assertScope(seen, 'MIIB+/09==', 'string.unquoted.base64.pem')
  assertScope(seen, 'key: value', 'source.yaml')
})

interface Token {
  readonly text: string
  readonly scopes: readonly string[]
}

function tokens(grammar: IGrammar, lines: readonly string[]): Token[] {
  let state = textmate.INITIAL
  return lines.flatMap(line => {
    const read = grammar.tokenizeLine(line, state)
    state = read.ruleStack
    return read.tokens.map(it => ({ text: line.slice(it.startIndex, it.endIndex), scopes: it.scopes }))
  })
}

function assertScope(seen: readonly Token[], text: string, scope: string): void {
  const found = seen.find(it => it.text.trim() === text)
  assert.ok(found, `no token ${text} in ${seen.map(it => it.text).join(' ¦ ')}`)
  assert.equal(found.scopes.at(-1), scope)
}

async function load(scopeName: string): Promise<IGrammar> {
  const grammars = new Map(ownGrammars().map(it => [it.scopeName, it]))
  // Stands for VS Code's own grammar, which is no part of this project.
  grammars.set('source.yaml', grammar({ scopeName: 'source.yaml', patterns: [{ name: 'comment.line.yaml', match: '#.*$' }] }))
  const registry = new textmate.Registry({
    onigLib: loadOniguruma(),
    loadGrammar: async name => grammars.get(name),
    getInjections: name => (name === 'source.yaml' ? ['pem.injection.mtls-lens'] : [])
  })
  const loaded = await registry.loadGrammar(scopeName)
  assert.ok(loaded, scopeName)
  return loaded
}

const ownGrammars = (): IRawGrammar[] =>
  readdirSync(syntaxes)
    .filter(it => it.endsWith('.tmLanguage.json'))
    .map(it => textmate.parseRawGrammar(readFileSync(new URL(it, syntaxes), 'utf8'), it))

const grammar = (raw: object): IRawGrammar => textmate.parseRawGrammar(JSON.stringify(raw), 'inline.json')

async function loadOniguruma() {
  const path = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm')
  await oniguruma.loadWASM(new Uint8Array(readFileSync(path)).buffer)
  return {
    createOnigScanner: (sources: string[]) => new oniguruma.OnigScanner(sources),
    createOnigString: (text: string) => new oniguruma.OnigString(text)
  }
}
