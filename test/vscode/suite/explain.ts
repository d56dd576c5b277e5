import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import { eventually, extension, type Test } from './support.js'

const line =
  '2026/01/05 10:00:00 [info] 12#12: *1 client SSL certificate verify error: (10:certificate has expired) while reading client request headers, client: 127.0.0.1, server: orders.internal'

export const explainTests: Test = {
  'Explain Error says what the selected line means, and what of it this workspace shows': async () => {
    const { shown } = await extension()
    const document = await vscode.workspace.openTextDocument({ content: `first\n${line}\nlast\n`, language: 'log' })
    const editor = await vscode.window.showTextDocument(document)
    editor.selection = new vscode.Selection(1, 0, 1, line.length)
    await vscode.commands.executeCommand('mtlsLens.explainError')
    const { title, markdown } = shown()!
    assert.match(title, /^Explained: /)
    assert.match(markdown, /## In this workspace/)
    assert.match(markdown, /certificate-expired/)
    await eventually('the tab', () => labels().includes(title))
  },

  'Explain Error takes a line that is handed over': async () => {
    const { shown } = await extension()
    await vscode.commands.executeCommand('mtlsLens.explainError', 'remote error: tls: bad certificate')
    assert.match(shown()!.markdown, /Usual causes/)
  },

  'Explain Error does not guess': async () => {
    const { shown } = await extension()
    await vscode.commands.executeCommand('mtlsLens.explainError', 'all is well')
    assert.equal(shown()!.title, 'Not a known error')
  }
}

const labels = () => vscode.window.tabGroups.all.flatMap(it => it.tabs).map(it => it.label)
