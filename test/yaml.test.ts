import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sourceFile } from '../server/src/core/text.js'
import { pemInBase64, pemInScalar } from '../server/src/dialects/yaml/embedded-pem.js'
import { at, mapAt, parseYaml, scalarAt, textAt, type YamlNode } from '../server/src/dialects/yaml/syntax.js'
import { makePki } from './pki.js'

const read = (text: string) => parseYaml(sourceFile('/w/a.yaml', text))
const root = (text: string) => read(text).documents[0]?.root
const textOf = (text: string, node: YamlNode | undefined) => node && text.slice(node.span.start, node.span.end)

describe('YAML with places', () => {
  it('gives every value its place, in every document', () => {
    const text = 'a: &one {b: [1, "two"]}\r\n---\r\n# c\r\nd: *nothing\r\ne: |\r\n  x\r\n  y\r\n'
    const [first, second] = read(text).documents
    assert.equal(textOf(text, at(first!.root, 'a', 'b', 1)), '"two"')
    assert.equal(textAt(first!.root, 'a', 'b', 1), 'two')
    assert.equal(textOf(text, at(second!.root, 'e')), '|\r\n  x\r\n  y')
    assert.equal(textAt(second!.root, 'e'), 'x\ny\n')
    assert.equal(at(second!.root, 'd'), undefined, 'an alias of nothing is nothing')
    assert.deepEqual(
      mapAt(second!.root)!.entries.map(entry => text.slice(entry.keySpan.start, entry.keySpan.end)),
      ['d', 'e']
    )
  })

  it('follows aliases and merged keys, and survives those that hold themselves', () => {
    assert.equal(textAt(root('base: &b {mode: STRICT}\nx: *b\ny: {<<: *b, z: 1}\n'), 'x', 'mode'), 'STRICT')
    assert.equal(textAt(root('base: &b {mode: STRICT}\ny: {<<: *b, z: 1}\n'), 'y', 'mode'), 'STRICT')
    let node = root('a: &a\n  b: *a\n')
    for (let depth = 0; depth < 1000 && node; depth++) node = at(node, depth === 0 ? 'a' : 'b')
    assert.equal(node, undefined)
  })

  it('reads what can be read of a template, reports nothing on it, and knows what it does not know', () => {
    const text =
      '{{- if .Values.mtls }}\nspec:\n  mtls:\n    mode: {{ .Values.mode }}\n    {{- include "labels" . | nindent 4 }}\n  name: "{{ .Release.Name }}-x"\n  port: 8443\n{{- end }}\n'
    const file = read(text)
    assert.equal(file.templated, true)
    assert.deepEqual(
      file.documents.flatMap(each => each.errors),
      []
    )
    const spec = file.documents.find(each => each.root)!.root
    assert.equal(scalarAt(spec, 'spec', 'mtls', 'mode')!.dynamic, true)
    assert.equal(textAt(spec, 'spec', 'mtls', 'mode'), undefined)
    assert.equal(scalarAt(spec, 'spec', 'name')!.dynamic, true)
    assert.equal(textAt(spec, 'spec', 'port'), '8443')
  })

  it('reads JSON, and says where YAML is broken', () => {
    assert.equal(textAt(root('{"a": [{"b": true}]}'), 'a', 0, 'b'), 'true')
    const [error] = read('a: [1, 2\nb: 3\n').documents[0]!.errors
    assert.ok(error && error.start >= 0 && error.end <= 16)
  })

  it('keeps plain scalars as written', () => {
    assert.equal(textAt(root('serial: 0x1F\nversion: 1.10\n'), 'version'), '1.10')
    assert.equal(scalarAt(root('on: yes\n'), 'on')!.value, 'yes')
  })

  it('answers for nesting as deep as the stack, and for a map of 50,000 keys', () => {
    for (const deep of ['['.repeat(100_000), '{a: '.repeat(100_000), '- '.repeat(100_000)]) assert.ok(read(deep).documents.length > 0)
    const wide = root(Array.from({ length: 50_000 }, (_, index) => `key${index}: ${index}`).join('\n'))
    assert.equal(textAt(wide, 'key49999'), '49999')
  })

  it('never throws on a prefix, and every span lies inside the text', () => {
    const text =
      'apiVersion: v1\nkind: Secret\ndata: &d\n  tls.crt: "LS0t"\n  x: !!binary |\n    AAAA\nlist:\n- {a: *d}\n- "q\\n"\n...\n---\n? complex\n: {{ t }}\n'
    for (let length = 0; length <= text.length; length++) {
      const visit = (node: YamlNode | undefined): void => {
        if (!node) return
        assert.ok(node.span.start >= 0 && node.span.start <= node.span.end && node.span.end <= length)
        if (node.kind === 'map') for (const entry of node.entries) visit(entry.value)
        if (node.kind === 'sequence') node.items.forEach(visit)
      }
      for (const document of read(text.slice(0, length)).documents) visit(document.root)
    }
  })
})

describe('PEM inside YAML', async () => {
  const pki = await makePki('ca.pem: {subject: "CN=Acme Root"}\nleaf.pem: {issuer: ca, san: [a.example]}\nchain.pem: [leaf, ca]')
  const chain = pki.get('chain.pem')!

  it('stands on its own lines in a block scalar', () => {
    const indented = chain.trimEnd().replace(/^/gm, '    ')
    const text = `other: |\n${pki.get('ca.pem')!.replace(/^/gm, '  ')}\ninline_string: |\n${indented}\nz: 1\n`
    const file = sourceFile('/w/a.yaml', text)
    const { certificates } = pemInScalar(file, scalarAt(parseYaml(file).documents[0]!.root, 'inline_string')!)
    assert.deepEqual(
      certificates.map(each => each.subject.commonName),
      ['leaf', 'Acme Root']
    )
    const place = certificates[0]!.at()
    assert.ok(place.start > text.indexOf('inline_string'))
    assert.match(text.slice(place.start, place.end), /^-----BEGIN CERTIFICATE-----[\s\S]*-----END CERTIFICATE-----$/)
  })

  it("stands on the outer base64 of a Secret's data", () => {
    const text = `data:\n  tls.crt: ${Buffer.from(chain).toString('base64')}\n`
    const file = sourceFile('/w/secret.yaml', text)
    const scalar = scalarAt(parseYaml(file).documents[0]!.root, 'data', 'tls.crt')!
    const { certificates } = pemInBase64(file, scalar)!
    assert.deepEqual(
      certificates.map(each => each.subject.commonName),
      ['leaf', 'Acme Root']
    )
    const [first, second] = certificates.map(each => each.at())
    assert.ok(scalar.span.start <= first!.start && first!.end <= second!.start && second!.end <= scalar.span.end)
    const decode = (place: { start: number; end: number }) => Buffer.from(text.slice(scalar.span.start, place.end), 'base64').toString()
    assert.match(decode(second!), /-----END CERTIFICATE-----$/)
  })

  it('stands on the base64 of several lines, and on that with breaks written as letters', () => {
    const encoded = Buffer.from(chain).toString('base64')
    const [head, tail] = [encoded.slice(0, 76), encoded.slice(76)]
    for (const text of [`a: |\n  ${head}\n  ${tail}\n`, `a: "${head}\\n${tail}\\n"\n`, `a: '${encoded}'\n`]) {
      const file = sourceFile('/w/secret.yaml', text)
      const { certificates } = pemInBase64(file, scalarAt(parseYaml(file).documents[0]!.root, 'a')!)!
      assert.deepEqual(
        certificates.map(each => each.subject.commonName),
        ['leaf', 'Acme Root']
      )
      const last = certificates[1]!.at()
      const letters = text.slice(3, last.end).replace(/\\n|[^\w+/=]/g, '')
      assert.match(Buffer.from(letters, 'base64').toString(), /-----END CERTIFICATE-----$/)
    }
  })

  it('is nothing in a scalar that is no base64', () => {
    const file = sourceFile('/w/a.yaml', 'a: "not: base64!"\n')
    assert.equal(pemInBase64(file, scalarAt(parseYaml(file).documents[0]!.root, 'a')!), undefined)
  })
})
