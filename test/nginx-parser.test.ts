// biome-ignore-all lint/suspicious/noTemplateCurlyInString: nginx writes its variables like this.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Directive, parseText } from '../server/src/dialects/nginx/parser.js'

/** One line a directive: its words as nginx sees them, blocks indented. */
function outline(directives: readonly Directive[], indentation = ''): string[] {
  return directives.flatMap(it => {
    const end = it.form === 'simple' ? ';' : it.form === 'unfinished' ? ' (unfinished)' : ` {${it.form === 'opaque' ? '…' : ''}`
    const words = [it.name, ...it.args].map(word => word.value).join('|')
    return [`${indentation}${words}${end}`, ...outline(it.children, `${indentation}  `)]
  })
}

const read = (text: string) => outline(parseText(text).directives)
const messages = (text: string) => parseText(text).errors.map(it => it.message)

describe('words of an nginx configuration', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['blanks and line ends of any kind part words', 'a\tb\r\n  c;', ['a|b|c;']],
    ['quotes hold blanks, braces, semicolons and hashes', `a "b {;# }" 'c "d"';`, ['a|b {;# }|c "d";']],
    ['a quote inside a word is an ordinary character', 'a b"c;', ['a|b"c;']],
    ['a backslash escapes what would end the word', 'a b\\ c\\;d;', ['a|b\\ c\\;d;']],
    ['backslashes before quotes and backslashes go', `a "b\\"c" 'd\\\\e';`, ['a|b"c|d\\e;']],
    ['\\t and \\n become what they mean', 'a "b\\tc\\nd";', ['a|b\tc\nd;']],
    ['a hash begins a comment only where a word could begin', 'a b#c; # d;\ne;', ['a|b#c;', 'e;']],
    ['${name} is part of a word', 'a ${b}c/${d};', ['a|${b}c/${d};']],
    ['a brace after a dollar word opens the block', 'if ($a) { b; }', ['if|($a) {', '  b;']],
    ['a quoted word may be followed by a closing parenthesis', 'if ($a = "b") { c; }', ['if|($a|=|b|) {', '  c;']],
    ['regular expressions with braces are quoted', 'location ~ "^/a{2}$" { b; }', ['location|~|^/a{2}$ {', '  b;']],
    ['an empty word is a word', 'a "" b;', ['a||b;']],
    ['blocks nest and may be empty', 'a { b { } c; }', ['a {', '  b {', '  c;']]
  ]
  for (const [says, text, expected] of cases) {
    test(says, () => {
      assert.deepEqual(read(text), expected)
      assert.deepEqual(messages(text), [])
    })
  }

  test('spans cover the words with their quotes, and the terminator', () => {
    const text = 'server {\n  listen "443" ssl;\n}\n'
    const [server] = parseText(text).directives
    const listen = server!.children[0]!
    assert.equal(text.slice(listen.args[0]!.start, listen.args[0]!.end), '"443"')
    assert.equal(text.slice(listen.start, listen.end), 'listen "443" ssl;')
    assert.equal(text[listen.terminator], ';')
    assert.equal(text[server!.terminator], '{')
    assert.equal(text[server!.close], '}')
    assert.equal(text.slice(server!.start, server!.end), text.trimEnd())
  })
})

describe('Lua inside nginx', () => {
  const bodies: readonly (readonly [string, string])[] = [
    ['braces nest', 'local a = { { 1 }, 2 }'],
    ['braces in strings do not count', `ngx.say("}") ngx.say('{') ngx.say("\\"}")`],
    ['braces in comments do not count', '-- }\nlocal a = 1'],
    ['long brackets hold anything', 'local a = [==[ } ]] } ]==]'],
    ['long comments hold anything', '--[[ } \n } ]] local a = 1'],
    ['an unfinished string ends with its line', `ngx.say("it's\n)`]
  ]
  for (const [says, body] of bodies) {
    test(says, () => {
      const text = `content_by_lua_block {${body}}\nafter;`
      assert.deepEqual(read(text), ['content_by_lua_block {…', 'after;'])
      assert.deepEqual(messages(text), [])
    })
  }

  test('a body without end is reported at the block, where nginx reports it', () => {
    const text = 'location / {\n  content_by_lua_block {\n    local a = {\n  }\n'
    const [error] = parseText(text).errors
    assert.equal(error!.message, 'unexpected end of file, expecting terminating characters for lua code block')
    assert.equal(text.slice(error!.start, error!.end), 'content_by_lua_block {')
  })
})

describe('what nginx refuses while it reads words', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a }', 'unexpected "}"'],
    ['}', 'unexpected "}"'],
    [';', 'unexpected ";"'],
    ['{ }', 'unexpected "{"'],
    ['a "b"c;', 'unexpected "c"'],
    ['a { b;', 'unexpected end of file, expecting "}"'],
    ['a b', 'unexpected end of file, expecting ";" or "}"'],
    ['a "b;', 'unexpected end of file, expecting ";" or "}"'],
    [`a "${'x'.repeat(5000)}`, 'too long parameter, probably missing terminating """ character'],
    [`a ${'x'.repeat(5000)};`, 'too long parameter "xxxxxxxxxx..." started']
  ]
  for (const [text, message] of cases) {
    test(`${text.slice(0, 12)}: ${message}`, () => assert.equal(messages(text)[0], message))
  }

  test('a forgotten semicolon before a brace can be put in', () => {
    const text = 'server {\n  listen 443 ssl\n}'
    const [error] = parseText(text).errors
    assert.equal(error!.insert, ';')
    assert.equal(text.slice(0, error!.insertAt), 'server {\n  listen 443 ssl')
  })

  test('reading goes on after an error', () => {
    assert.deepEqual(read('a { b }\nc;'), ['a {', '  b (unfinished)', 'c;'])
  })
})

describe('templates', () => {
  const templates: readonly (readonly [string, string])[] = [
    ['Jinja values', 'server_name {{ name }};'],
    ['Jinja statements', '{% if tls %}\nlisten 443 ssl;\n{% endif %}'],
    ['Go templates', 'server { {{ range .Servers }} listen {{ .Port }}; {{ end }} }'],
    ['ERB', 'listen <%= @port %>;\n<% if @tls %>\nssl_verify_client on;\n<% end %>'],
    ['a value in quotes', 'ssl_certificate "/etc/{{ name }}.pem";'],
    ['a marker in a comment', '# {{ ansible_managed }}\na;'],
    ['placeholders with dots', '${core.enabled}listen 443;']
  ]
  for (const [says, text] of templates) {
    test(`${says} are recognized and do no harm`, () => {
      const tree = parseText(text)
      assert.equal(tree.template, true)
      assert.deepEqual(tree.errors, [])
    })
  }

  test('nothing of this is taken for a template', () => {
    for (const text of [
      'a ${b};',
      'if ($a ~ "^{2}") { b; }',
      'return 200 "{}";',
      'content_by_lua_block { local a = {{1}} }',
      'log_format j \'{"a":{"b":1}}\';'
    ]) {
      assert.equal(parseText(text).template, false, text)
    }
  })
})

describe('hostile text', () => {
  const samples = [
    'http {\n  # a comment\n  server {\n    listen 443 ssl;\n    server_name "a b" \'c\';\n    location ~ \\.php$ { return 200 "x;{}\\""; }\n    content_by_lua_block { ngx.say("}") --[[ ]] }\n  }\n}\n',
    'stream { server { listen [::]:443 ssl; proxy_pass ${x}; {{ y }} {% z %} } }',
    '\ufeffevents { }\r\nhttp { map $a $b { default 0; "~x{2}" 1; } }\r\n'
  ]
  test('every prefix of a file is read, with all places inside it', () => {
    for (const sample of samples) {
      for (let length = 0; length <= sample.length; length++) {
        const text = sample.slice(0, length)
        const tree = parseText(text)
        const all = [...tree.directives]
        for (const it of all) {
          all.push(...it.children)
          for (const span of [it, it.name, ...it.args]) assert.ok(0 <= span.start && span.start <= span.end && span.end <= length)
          assert.ok(it.terminator <= length && it.close <= length)
        }
        for (const it of tree.errors) assert.ok(0 <= it.start && it.start <= it.end && it.end <= length && it.reportedAt <= length)
      }
    }
  })

  test('blocks 100,000 deep', () => {
    const deep = 100_000
    assert.equal(parseText('a{'.repeat(deep)).errors[0]!.message, 'unexpected end of file, expecting "}"')
    assert.deepEqual(parseText('a{'.repeat(deep) + '}'.repeat(deep)).errors, [])
  })

  test('a megabyte of any one character is read in linear time', () => {
    const million = 1_000_000
    for (const piece of ['{', '}', ';', '"', "'", '\\', '$', '#', '{{', '{%', '<%', '"{{', '${', 'a ', '\n', '\0', 'x{', '--[[']) {
      const started = performance.now()
      const tree = parseText(piece.repeat(million / piece.length))
      assert.ok(tree.directives.length + tree.errors.length >= 0)
      assert.ok(performance.now() - started < 10_000, `${JSON.stringify(piece)} takes ${performance.now() - started} ms`)
    }
  })
})
