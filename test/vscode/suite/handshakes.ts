import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import type { HandshakeServer, PredictHandshakeParams } from '../../../server/src/lsp/protocol.js'
import { eventually, extension, open, placeOf, sample, type Test } from './support.js'

const story = 'missing-intermediate'

export const handshakeTests: Test = {
  'a lens stands above each listener and counts who connects': async () => {
    const lenses = await eventually('the lens', async () => {
      const seen = await lensesOf(`${story}/orders/nginx.conf`)
      return seen.some(it => it.command) && seen
    })
    assert.equal(lenses.length, 1)
    const { document } = await open(`${story}/orders/nginx.conf`)
    assert.match(document.lineAt(lenses[0]!.range.start.line).text, /server \{/)
    assert.equal(lenses[0]!.command!.title, 'Predict handshake (1 client connects)')
  },

  'no lens stands there when the setting says so': async () => {
    const settings = vscode.workspace.getConfiguration('mtlsLens')
    await settings.update('codeLens.enable', false, vscode.ConfigurationTarget.Global)
    try {
      await eventually('the lenses to go', async () => (await lensesOf(`${story}/orders/nginx.conf`)).length === 0)
    } finally {
      await settings.update('codeLens.enable', undefined, vscode.ConfigurationTarget.Global)
    }
    await eventually('the lenses to come back', async () => (await lensesOf(`${story}/orders/nginx.conf`)).length === 1)
  },

  'Predict Handshake offers the client that connects first': async () => {
    const { shownHandshake } = await extension()
    const before = shownHandshake()
    const server = await serverOf(`${story}/orders/nginx.conf`)
    await acceptFirst(vscode.commands.executeCommand('mtlsLens.predictHandshake', server))
    const { model } = shownHandshake()!
    assert.notEqual(shownHandshake(), before)
    assert.equal(model.title, 'proxy_pass https://orders → server orders.internal')
    assert.equal(model.client.place!.label, `${story}/gateway/nginx.conf:22`)
    assert.equal(model.verdict, 'Rejected by the server')
    await eventually('the tab', () => tabs().includes('Handshake: server orders.internal'))
  },

  'Predict Handshake asks for the server too': async () => {
    const { shownHandshake } = await extension()
    await open('all-correct/orders/nginx.conf')
    await acceptFirst(vscode.commands.executeCommand('mtlsLens.predictHandshake'))
    const { model } = shownHandshake()!
    // What stands in the editor at hand comes first.
    assert.equal(model.server.place!.label, 'all-correct/orders/nginx.conf:13')
    assert.equal(model.verdict, 'Accepted')
  },

  'each step leads to the text that decides it': async () => {
    const { shownHandshake } = await extension()
    await predict()
    const { model, places } = shownHandshake()!
    const demand = model.steps.find(it => it.message === 'CertificateRequest')!
    const { uri, range } = places[demand.place!.index]!
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri))
    assert.match(document.lineAt(range.start.line).text, /ssl_verify_client on/)
  },

  'a prediction follows the files, saved or not': async () => {
    const { shownHandshake } = await extension()
    await predict()
    // In the other group it would hide the prediction, which then rests.
    const document = await vscode.workspace.openTextDocument(sample(`${story}/orders/nginx.conf`))
    const start = placeOf(document, 'ssl_verify_client on').translate(0, -1)
    const edit = new vscode.WorkspaceEdit()
    edit.replace(document.uri, new vscode.Range(start, start.translate(0, 'ssl_verify_client on'.length)), 'ssl_verify_client off')
    await vscode.workspace.applyEdit(edit)
    await eventually('another verdict', () => shownHandshake()?.model.verdict === 'Accepted')
  },

  'a prediction can be copied as text and for Mermaid': async () => {
    const { shownHandshake } = await extension()
    await predict()
    const { copies } = shownHandshake()!
    await vscode.commands.executeCommand('mtlsLens.copyHandshakeMermaid')
    assert.equal(await vscode.env.clipboard.readText(), copies.mermaid)
    assert.match(copies.mermaid!, /^sequenceDiagram\n/)
    await vscode.commands.executeCommand('mtlsLens.copyHandshakeText')
    assert.match(
      await vscode.env.clipboard.readText(),
      /^proxy_pass https:\/\/orders → server orders\.internal\nRejected by the server: HTTP 400/
    )
  }
}

async function lensesOf(path: string): Promise<vscode.CodeLens[]> {
  await vscode.workspace.openTextDocument(sample(path))
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', sample(path), 10)
  return lenses.filter(it => !it.command || it.command.command === 'mtlsLens.predictHandshake')
}

async function serverOf(path: string): Promise<HandshakeServer> {
  await extension()
  await open(path)
  const lens = await eventually('the lens', async () => (await lensesOf(path)).find(it => it.command))
  return lens.command!.arguments![0]
}

async function predict(): Promise<void> {
  const server = await serverOf(`${story}/orders/nginx.conf`)
  const client = {
    kind: 'endpoint',
    uri: sample(`${story}/gateway/nginx.conf`).toString(),
    label: 'proxy_pass https://orders',
    index: 0
  } as const
  const question: PredictHandshakeParams = { server, client }
  await vscode.commands.executeCommand('mtlsLens.predictHandshake', question)
}

/** No API says that a quick pick is open, so the first entry is chosen until the command ends. */
async function acceptFirst(command: Thenable<unknown>): Promise<void> {
  const done = command.then(() => true)
  while (!(await Promise.race([done, new Promise(resolve => setTimeout(resolve, 300))])))
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem')
}

const tabs = () => vscode.window.tabGroups.all.flatMap(it => it.tabs).map(it => it.label)
