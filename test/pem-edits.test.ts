import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appendAfter, isEditable, removeBlock, reorder } from '../server/src/core/pem-edits.js'
import { sourceFile } from '../server/src/core/text.js'
import { parsePem } from '../server/src/service.js'
import { applyEdits } from './page.js'
import { makePki } from './pki.js'

const pki = makePki('root.pem: {ca: true}\nint.pem: {issuer: root}\nleaf.pem: {issuer: int}')
const [root, int, leaf] = ['root.pem', 'int.pem', 'leaf.pem'].map(it => pki.get(it)!) as [string, string, string]
const read = (text: string) => parsePem(sourceFile('/p/chain.pem', text))
const crlf = (text: string) => text.replaceAll('\n', '\r\n')
const indented = (text: string) => text.replace(/^(?=.)/gm, '    ')

test('a certificate is appended with the line ends and the indentation of the file', () => {
  const [missing] = read(int).certificates
  for (const write of [(it: string) => it, crlf, indented]) {
    const file = read(`# kept\n${write(leaf)}# and this`)
    const text = applyEdits(file.file, appendAfter(file.blocks[0]!, [missing!]))
    assert.equal(text, `# kept\n${write(leaf)}${write(int)}# and this`)
  }
})

test('a file without an end to its last line keeps to that', () => {
  const file = read(leaf.trimEnd())
  assert.equal(applyEdits(file.file, appendAfter(file.blocks[0]!, [read(int).certificates[0]!])), (leaf + int).trimEnd())
})

test('a block is taken out with the text that speaks of it, and nothing else is touched', () => {
  const file = read(`${leaf}\nBag Attributes\n    friendlyName: root\n${root}# the intermediate\n${int}`)
  assert.equal(applyEdits(file.file, removeBlock(file, file.blocks[1]!)), `${leaf}# the intermediate\n${int}`)
  const last = read(crlf(leaf + root))
  assert.equal(applyEdits(last.file, removeBlock(last, last.blocks[1]!)), crlf(leaf))
})

test('blocks change places together with what stands before them', () => {
  const parts = [`# root\n${root}`, `\n# leaf\n${leaf}`, `# int\n${int}`]
  const file = read(`${parts.join('')}end`)
  const [first, second, third] = file.certificates
  const edits = reorder(file, [first!, second!, third!], [second!, third!, first!])
  assert.equal(applyEdits(file.file, edits), `${parts[1]}${parts[2]}${parts[0]}end`)
})

test('a byte order mark stays where it is', () => {
  const file = read(`\uFEFF${root}${leaf}`)
  const [first, second] = file.certificates
  assert.equal(applyEdits(file.file, reorder(file, [first!, second!], [second!, first!])), `\uFEFF${leaf}${root}`)
})

test('in DER and in strings of another language nothing is edited', () => {
  const der = Buffer.from(read(leaf).certificates[0]!.der).toString('latin1')
  const binary = parsePem({ path: '/p/leaf.der', text: der, encoding: 'binary' })
  const json = read(`{"certificate": "${leaf.replaceAll('\n', '\\n')}"}`)
  assert.deepEqual(
    [binary, json].flatMap(it => it.blocks.map(isEditable)),
    [false, false]
  )
  assert.ok(read(indented(leaf)).blocks.every(isEditable))
})
