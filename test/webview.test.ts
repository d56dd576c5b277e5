/** What pages of ours are made of, as far as it needs no browser; what they show is tested in a real VS Code. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { webviewDocument } from '../client/src/webview/document.js'
import { readMessage } from '../client/src/webview/messages.js'
import { filesBelow } from './files.js'

const parts = { title: 'handshake', scriptUri: 'https://x.test/a.js?b&c', styleUri: 'https://x.test/a.css', nonce: 'n0' }

test('a page runs and loads nothing but the two files that carry its nonce', () => {
  const html = webviewDocument(parts)
  const policy = /content="(default-src[^"]*)"/.exec(html)?.[1]
  assert.equal(policy, "default-src 'none'; style-src 'nonce-n0'; script-src 'nonce-n0'; form-action 'none'; base-uri 'none'")
  assert.deepEqual(
    [...html.matchAll(/<(script|link|style|img|iframe)\b/g)].map(it => it[1]),
    ['link', 'script']
  )
  assert.equal(html.match(/ nonce="n0"/g)?.length, 2)
  assert.doesNotMatch(html, / style="| on\w+="/)
})

test('a title is text in a page, whatever stands in it', () => {
  const html = webviewDocument({ ...parts, title: '</title><script>alert(1)</script>"\'&' })
  assert.equal(html.match(/<script/g)?.length, 1)
  assert.match(html, /<title>&#60;\/title&#62;&#60;script&#62;alert\(1\)&#60;\/script&#62;&#34;&#39;&#38;<\/title>/)
})

test('of what a page sends only known messages are believed', () => {
  assert.deepEqual(readMessage({ kind: 'open', place: 2 }), { kind: 'open', place: 2 })
  assert.deepEqual(readMessage({ kind: 'copy', name: 'text', more: 1 }), { kind: 'copy', name: 'text' })
  assert.deepEqual(readMessage({ kind: 'ready' }), { kind: 'ready' })
  assert.deepEqual(readMessage({ kind: 'run', name: 'look', number: 3 }), { kind: 'run', name: 'look', number: 3 })
  assert.deepEqual(readMessage({ kind: 'run', name: 'look', number: '3' }), { kind: 'run', name: 'look' })
  const wrong = [
    undefined,
    null,
    'ready',
    {},
    { kind: 'open', place: '2' },
    { kind: 'open', place: 1.5 },
    { kind: 'open', uri: 'file:///etc/passwd' }
  ]
  for (const it of [...wrong, { kind: 'copy' }, { kind: 'run', name: 3 }, { kind: 'eval', name: 'x' }])
    assert.equal(readMessage(it), undefined)
})

test('pages have colors of the theme only, and no markup is written by hand', () => {
  const styles = filesBelow('client/webview', '.css').map(it => readFileSync(it, 'utf8'))
  assert.ok(styles.length > 0)
  for (const it of styles) assert.doesNotMatch(it, /#[0-9a-f]{3,8}\b(?![^{]*\{)|\brgba?\(|\bhsla?\(|https?:|@import|url\(/i)
  for (const path of filesBelow('client/webview', '.ts'))
    assert.doesNotMatch(readFileSync(path, 'utf8'), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|setAttribute\('style'/, path)
})
