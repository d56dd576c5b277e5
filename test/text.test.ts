import assert from 'node:assert/strict'
import test from 'node:test'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { lineIndex, sourceFile } from '../server/src/core/text.js'

const parts = ['a', '', 'bc', '\n', '\r', '\r\n', 'é', '𝄞', '\n\r']

/** Texts of all ways in which lines may end, in all orders of up to five parts. */
function* texts(length: number): Generator<string> {
  if (length === 0) return yield ''
  for (const rest of texts(length - 1)) for (const it of parts) yield it + rest
}

test('lines are those of the protocol', () => {
  for (const text of texts(5)) {
    const lines = lineIndex(sourceFile('/a', text))
    const document = TextDocument.create('file:///a', '', 0, text)
    assert.equal(lines.lineCount, document.lineCount, JSON.stringify(text))
    for (let line = 0; line < lines.lineCount; line++) {
      assert.equal(lines.lineStart(line), document.offsetAt({ line, character: 0 }), `line ${line} of ${JSON.stringify(text)}`)
    }
  }
})

test('a place in the text has a line and a character, and the other way round', () => {
  const text = 'one\r\ntwo\rthree\n\nfive'
  const lines = lineIndex(sourceFile('/a', text))
  for (let offset = 0; offset <= text.length; offset++) {
    const { line, character } = lines.position(offset)
    assert.ok(lines.lineStart(line) + character === offset)
    assert.equal(lines.offset({ line, character }), offset)
  }
  assert.deepEqual(lines.position(-1), { line: 0, character: 0 })
  assert.deepEqual(lines.position(text.length + 5), { line: 4, character: 4 })
  assert.equal(lines.offset({ line: 9, character: 0 }), text.length)
})
