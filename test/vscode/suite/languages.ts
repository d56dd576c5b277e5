import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import { extension, open, type Test } from './support.js'

export const languageTests: Test = {
  'the extension activates by itself and its server starts': () => extension(),

  'certificates open as text': async () => {
    const { document } = await open('missing-intermediate/gateway/certs/gateway.pem')
    assert.equal(document.languageId, 'pem')
    assert.ok(vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputText)
  },

  'a key is PEM, and so is a certificate without an extension': async () => {
    const { document } = await open('missing-intermediate/gateway/certs/gateway.key')
    assert.equal(document.languageId, 'pem')
  },

  'nginx.conf is nginx, and any other .conf stays what it was': async () => {
    assert.equal((await open('missing-intermediate/orders/nginx.conf')).document.languageId, 'nginx')
    assert.notEqual((await open('missing-intermediate/orders/local.conf')).document.languageId, 'nginx')
  },

  'every command of the manifest is there': async () => {
    await extension()
    const manifest = vscode.extensions.getExtension('mtls-lens.mtls-lens')!.packageJSON as {
      contributes: { commands: { command: string }[] }
    }
    const there = new Set(await vscode.commands.getCommands(true))
    const declared = manifest.contributes.commands.map(it => it.command)
    assert.deepEqual(
      declared.filter(it => !there.has(it)),
      []
    )
    for (const command of ['verifyChain', 'showCertificate', 'checkWorkspace', 'restartServer', 'showOutput']) {
      assert.ok(declared.includes(`mtlsLens.${command}`), command)
    }
  }
}
