// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are HAProxy's variables
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseText } from '../server/src/dialects/haproxy/parser.js'

const latest = '3.2.0'
const words = (line: string): readonly string[] =>
  parseText(`global\n${line}\n`, latest).sections[0]!.lines.flatMap(it => it.words.map(word => word.value))
const errors = (text: string, version = latest): readonly string[] =>
  parseText(text, version).errors.map(it => it.message.replace(/:.*/, ''))

describe('words, as HAProxy splits a line', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'bind :443 ssl': ['bind', ':443', 'ssl'],
    '  bind\t:443   ssl  ': ['bind', ':443', 'ssl'],
    'bind :443 # ssl': ['bind', ':443'],
    'bind a#b c': ['bind', 'a'],
    'name a\\#b': ['name', 'a#b'],
    'name a\\ b': ['name', 'a b'],
    'name "a b" c': ['name', 'a b', 'c'],
    "name 'a \"b' c": ['name', 'a "b', 'c'],
    'name "a\'b"': ['name', "a'b"],
    'name a"b c"d\\ e': ['name', 'ab cd e'],
    'name "a # b"': ['name', 'a # b'],
    'name a\\qb': ['name', 'a\\qb'],
    'name "a\\"b"': ['name', 'a"b'],
    'name \\x41\\x42': ['name', 'AB'],
    "name 'a\\b'": ['name', 'a\\b'],
    'name ${A}': ['name', '${A}'],
    "name '${A}'": ['name', '${A}'],
    'name "\\$A"': ['name', '$A'],
    // HAProxy has an empty word there, at which all stop that look for words.
    'name ""': ['name'],
    "name '' more": ['name'],
    '"" name': [],
    '# nothing': []
  }
  for (const [line, expected] of Object.entries(cases)) test(line, () => assert.deepEqual(words(line), expected))

  test('Windows line ends are blanks', () => {
    assert.deepEqual(
      parseText('global\r\n daemon\r\n', latest).sections[0]!.lines.map(it => it.words.map(word => word.value)),
      [['daemon']]
    )
  })

  test('the span of a word covers its quotes', () => {
    const text = 'global\n name "a b" c\n'
    const [line] = parseText(text, latest).sections[0]!.lines
    assert.deepEqual(
      line!.words.map(it => text.slice(it.start, it.end)),
      ['name', '"a b"', 'c']
    )
  })
})

describe('environment variables', () => {
  test('one that is set above is known, any other is not', () => {
    const [, line] = parseText('global\n setenv A x\n name "${A}/y" "${B}/y" "$A"\n', latest).sections[0]!.lines
    assert.deepEqual(
      line!.words.slice(1).map(it => [it.value, it.dynamic]),
      [
        ['x/y', false],
        ['${B}/y', true],
        ['x', false]
      ]
    )
  })

  test('what is wrong with a name is told as HAProxy does', () => {
    assert.deepEqual(errors('global\n a "${FOO\n b "x${1}"\n c "$1"\n'), [
      'unmatched brace in environment variable name at position 6',
      'forbidden first char in environment variable name at position 8',
      'forbidden first char in environment variable name at position 6'
    ])
  })
})

describe('errors of the reader, in the words of HAProxy', () => {
  test('a quote without end', () => assert.deepEqual(errors('global\n log "a\n'), ['unmatched quote at position 6']))
  test('hexadecimal that is none', () =>
    assert.deepEqual(errors('global\n log a\\xzz\n'), ['truncated or invalid hexadecimal sequence at position 7']))
  test('the last line has to end', () =>
    assert.deepEqual(errors('global\n daemon'), ['Missing LF on last line, file might have been truncated at position 8.']))
  test('too many words', () => assert.match(errors(`global\n log ${'x '.repeat(70)}\n`)[0]!, /^too many words, truncating after word 64/))
  test('a condition without end', () => assert.deepEqual(errors('global\n.if 1\n daemon\n'), ["non-terminated '.if' block."]))
  test('an end without condition stops HAProxy', () => {
    assert.deepEqual(errors('global\n.endif\n log "a\n'), ["lone '.endif' with no matching '.if'."])
  })
})

describe('conditional blocks', () => {
  const kept = (text: string, version = latest) =>
    parseText(text, version).sections.flatMap(section => section.lines.map(it => `${it.words[0]!.value}${it.certain ? '' : '?'}`))
  const block = (condition: string) => `global\n.if ${condition}\n a\n.else\n b\n.endif\n c\n`

  const cases: Readonly<Record<string, readonly string[]>> = {
    '1': ['a', 'c'],
    '0': ['b', 'c'],
    'version_atleast(2.4)': ['a', 'c'],
    'version_before(2.4)': ['b', 'c'],
    '!version_before(2.4)': ['a', 'c'],
    'feature(OPENSSL)': ['a', 'c'],
    'feature(QUIC)': ['a?', 'b?', 'c'],
    'defined(FOO)': ['a?', 'b?', 'c'],
    'feature(OPENSSL) && version_atleast(9.9)': ['b', 'c'],
    'defined(FOO) || version_atleast(2.4)': ['a', 'c'],
    'streq(a,a)': ['a', 'c'],
    'strneq(a,a)': ['b', 'c']
  }
  for (const [condition, expected] of Object.entries(cases)) test(condition, () => assert.deepEqual(kept(block(condition)), expected))

  test('a version that is not known yet', () => assert.deepEqual(kept(block('version_atleast(2.8)'), '2.6.12'), ['b', 'c']))
  test('the first branch that holds is taken', () =>
    assert.deepEqual(kept('global\n.if 0\n a\n.elif 1\n b\n.elif 1\n c\n.else\n d\n.endif\n'), ['b']))
  test('what stands in a branch that is not taken is not read', () =>
    assert.deepEqual(errors('global\n.if 0\n log "a\n.if 1\n b "c\n.endif\n.endif\n'), []))
})

describe('input of any kind is read', () => {
  test('a byte order mark makes the first word another', () => {
    const tree = parseText('﻿global\n daemon\n', latest)
    assert.equal(tree.sections.length, 0)
    assert.deepEqual(
      tree.outside.map(it => it.words[0]!.value),
      ['﻿global', 'daemon']
    )
  })

  test('every cut of a configuration', () => {
    const text =
      'global\n setenv A "x${B}"\n.if defined(A) && !streq("$A",b)\n log \'a\\\'\n.endif\nfrontend f\n bind :1 name a\\x41b # c\n'
    for (let cut = 0; cut <= text.length; cut++) {
      const tree = parseText(text.slice(0, cut), latest)
      for (const it of tree.errors) assert.ok(it.start >= 0 && it.end <= cut, `${cut}: ${it.message}`)
    }
  })

  test('a hundred thousand nested conditions, and lines of a megabyte', () => {
    assert.equal(parseText(`global\n${'.if 1\n'.repeat(100_000)}`, latest).errors.length, 1)
    assert.equal(parseText(`global\n.if ${'!'.repeat(1_000_000)}1\n.endif\n`, latest).errors.length, 0)
    assert.equal(parseText(`global\n log ${'x'.repeat(1_000_000)}\n`, latest).sections[0]!.lines.length, 1)
    assert.equal(parseText(`global\n log ${'"'.repeat(1_000_000)}\n`, latest).sections[0]!.lines.length, 1)
  })
})
