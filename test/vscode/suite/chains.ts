import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import { chainOf, eventually, extension, type Test } from './support.js'

const broken = 'missing-intermediate/gateway/certs/gateway.pem'
const whole = 'all-correct/gateway/certs/gateway.pem'

export const chainTests: Test = {
  'the tree shows the missing link as a node': async () => {
    const { lines } = await chainOf(broken)
    assert.match(lines[0]!, /^file error: /)
    assert.match(lines[1]!, /^ {2}endEntity /)
    const missing = lines.filter(it => it.trim().startsWith('missing '))
    assert.equal(missing.length, 1, lines.join('\n'))
    assert.match(missing[0]!, /Acme Issuing CA 1/)
  },

  'the tree shows a whole chain from leaf to anchor': async () => {
    const { lines } = await chainOf(whole)
    assert.deepEqual(
      lines.map(it => it.trim().split(' ')[0]),
      ['file', 'endEntity', 'intermediate', 'anchor'],
      lines.join('\n')
    )
    assert.ok(
      lines.every(it => / ok: /.test(it)),
      lines.join('\n')
    )
  },

  'a node shows its state in shape, color and words': async () => {
    const { chains } = await extension()
    const { file } = await chainOf(broken)
    const item = await chains.getTreeItem(file)
    const icon = item.iconPath as vscode.ThemeIcon
    assert.equal(icon.id, 'error')
    assert.deepEqual(icon.color, new vscode.ThemeColor('problemsErrorIcon.foreground'))
    assert.match(item.accessibilityInformation?.label ?? '', /error/)
    assert.equal(item.contextValue, 'file')
  },

  'a file of keys offers no chain to verify': async () => {
    const { chains } = await extension()
    const { file } = await chainOf('all-correct/gateway/certs/gateway.key')
    assert.equal((await chains.getTreeItem(file)).contextValue, 'fileWithoutCertificate')
  },

  'a click on a node goes to its block': async () => {
    const { chains } = await extension()
    const { file } = await chainOf('all-correct/orders/certs/server.pem')
    const last = file.children.at(-1)!
    const { command } = await chains.getTreeItem(last)
    await vscode.commands.executeCommand(command!.command, ...command!.arguments!)
    const editor = await eventually('the editor', () => vscode.window.activeTextEditor)
    assert.equal(editor.document.uri.toString(), last.uri)
    assert.match(editor.document.lineAt(editor.selection.active.line).text, /-----BEGIN/)
  },

  'the view can be opened': async () => {
    await vscode.commands.executeCommand('mtlsLens.chains.focus')
    await vscode.commands.executeCommand('workbench.view.explorer')
  }
}
