import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import { chainOf, eventually, extension, open, sample, type Test } from './support.js'

export const verifyTests: Test = {
  'Verify Chain says where the chain ends and whose certificate is missing': async () => {
    const shown = await verify('missing-intermediate/gateway/certs/gateway.pem')
    assert.equal(shown.verified, false)
    assert.match(shown.title, /gateway\.pem/)
    assert.match(shown.markdown, /Acme Issuing CA 1/)
    await eventually('the tab', () => tabs().includes('gateway.pem: not verified'))
  },

  'Verify Chain accepts a whole chain': async () => {
    const shown = await verify('all-correct/gateway/certs/gateway.pem')
    assert.equal(shown.verified, true, shown.title)
  },

  'Verify Chain takes the editor at hand': async () => {
    const { shown } = await extension()
    await open('all-correct/orders/certs/server.pem')
    await vscode.commands.executeCommand('mtlsLens.verifyChain')
    assert.match(shown()!.title, /server\.pem/)
  },

  'Verify Chain takes a node of the tree': async () => {
    const { shown } = await extension()
    const { file } = await chainOf('all-correct/gateway/certs/gateway.pem')
    await vscode.commands.executeCommand('mtlsLens.verifyChain', file.children[0])
    assert.equal(shown()!.verified, true)
  },

  'Verify Chain asks whom the peer trusts when no configuration says so': async () => {
    const { shown } = await extension()
    const client = await vscode.workspace.fs.readFile(sample('all-correct/gateway/certs/gateway.pem'))
    await vscode.workspace.fs.writeFile(sample('nobody-uses/client.pem'), client)
    const done = vscode.commands.executeCommand('mtlsLens.verifyChain', sample('nobody-uses/client.pem')).then(() => true)
    // No API says that a quick pick is open, so its first entry is chosen until the command ends.
    while (!(await Promise.race([done, new Promise(resolve => setTimeout(resolve, 300))]))) {
      await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext')
      await vscode.commands.executeCommand('workbench.action.quickPickManyToggle')
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem')
    }
    assert.match(shown()!.title, /nobody-uses/)
    assert.notEqual(shown()!.verified, undefined)
  },

  'Check Workspace reads everything again': async () => {
    await vscode.commands.executeCommand('mtlsLens.checkWorkspace')
    await vscode.commands.executeCommand('notifications.clearAll')
  },

  'Show Certificate says whose it is': async () => {
    const { shown } = await extension()
    await vscode.commands.executeCommand('mtlsLens.showCertificate', sample('all-correct/gateway/certs/gateway.pem'))
    const result = await eventually('the certificate', () => shown())
    assert.match(result.markdown, /gateway/)
    assert.doesNotMatch(result.markdown, /PRIVATE KEY-----/)
  }
}

async function verify(path: string) {
  const { shown } = await extension()
  await vscode.commands.executeCommand('mtlsLens.verifyChain', sample(path))
  return shown()!
}

const tabs = () => vscode.window.tabGroups.all.flatMap(it => it.tabs).map(it => it.label)
