import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import { eventually, extension, open, placeOf, sample, type Test } from './support.js'

const story = 'missing-intermediate'

export const trustMapTests: Test = {
  'Show Trust Map draws the workspace': async () => {
    const { model } = await show()
    assert.match(model.summary, /^\d+ clients, \d+ servers, \d+ CAs; /)
    assert.match(model.notes.join(), /configurations listen on 127\.0\.0\.1:8443/)
    const drawn = new Set([...JSON.stringify(model.shapes).matchAll(/"data-id":"(\w+)"/g)].map(it => it[1]))
    assert.deepEqual(
      [...model.nodes, ...model.ties].filter(it => !drawn.has(it.id)),
      []
    )
    await eventually('the tab', () => tabs().includes('Trust Map'))
  },

  'Show Trust Map looks into a folder, and each node leads to its text': async () => {
    const { model, places } = await show(sample(story))
    assert.equal(model.within, story)
    assert.deepEqual(
      model.nodes.map(it => [it.kind, it.label, it.place?.label]),
      [
        ['client', 'proxy_pass https://orders', `${story}/gateway/nginx.conf:22`],
        ['server', 'server orders.internal', `${story}/orders/nginx.conf:13`],
        ['authority', 'Acme Issuing CA 1', `${story}/ca/issuing-ca.pem:1`],
        ['authority', 'Acme Root CA', `${story}/ca/root.pem:1`]
      ]
    )
    const presents = model.ties.find(it => it.kind === 'presents')!
    assert.match(presents.says, /presents gateway, issued by Acme Issuing CA 1, issuer not sent/)
    const { uri, range } = places[presents.place!.index]!
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri))
    assert.match(
      document.getText(new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character)),
      /certs\/gateway\.pem/
    )
  },

  'the map follows the files, saved or not': async () => {
    const { shownTrustMap } = await extension()
    await show(sample(story))
    const document = await vscode.workspace.openTextDocument(sample(`${story}/orders/nginx.conf`))
    const start = placeOf(document, 'ssl_verify_client on').translate(0, -1)
    const edit = new vscode.WorkspaceEdit()
    edit.replace(document.uri, new vscode.Range(start, start.translate(0, 'ssl_verify_client on'.length)), 'ssl_verify_client off')
    await vscode.workspace.applyEdit(edit)
    await eventually('the map to tell', () =>
      shownTrustMap()?.model.nodes.some(it => it.details.includes('has a CA, but asks for no certificate'))
    )
  },

  'the map can be copied for Mermaid and as SVG, and saved': async () => {
    const { copies } = await show(sample(story))
    await vscode.commands.executeCommand('mtlsLens.copyTrustMapMermaid')
    assert.equal(await vscode.env.clipboard.readText(), copies.mermaid)
    assert.match(copies.mermaid!, /^flowchart LR\n/)
    await vscode.commands.executeCommand('mtlsLens.copyTrustMapSvg')
    assert.equal(await vscode.env.clipboard.readText(), copies.svg)
    const target = sample('trust-map.svg')
    await vscode.commands.executeCommand('mtlsLens.saveTrustMap', target)
    const saved = new TextDecoder().decode(await vscode.workspace.fs.readFile(target))
    await vscode.workspace.fs.delete(target)
    assert.equal(saved, copies.svg)
    assert.match(saved, /^<svg xmlns=/)
  }
}

async function show(within?: vscode.Uri) {
  const { shownTrustMap } = await extension()
  await open(`${story}/orders/nginx.conf`)
  // Until the files are read there is nothing to draw.
  return eventually('the map', async () => {
    await vscode.commands.executeCommand('mtlsLens.showTrustMap', within)
    const shown = shownTrustMap()
    return shown && shown.model.nodes.length > 0 && (within !== undefined) === (shown.model.within !== undefined) && shown
  })
}

const tabs = () => vscode.window.tabGroups.all.flatMap(it => it.tabs).map(it => it.label)
