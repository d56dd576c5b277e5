import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import { eventually, extension, open, sample, type Test } from './support.js'

export const verifyTests: Test = {
  'Verify Chain says where the chain ends and whose certificate is missing': async () => {
    const shown = await verify('missing-intermediate/gateway/certs/gateway.pem')
    assert.equal(shown.verified, false)
    assert.match(shown.title, /gateway\.pem/)
    assert.match(shown.markdown, /Dunmore Issuing CA/)
    assert.ok(tabs().includes(shown.title), tabs().join())
  },

  'Verify Chain accepts a whole chain': async () => {
    const shown = await verify('all-correct/gateway/certs/gateway.pem')
    assert.equal(shown.verified, true, shown.markdown)
  },

  'Verify Chain takes the editor at hand': async () => {
    const { shown } = await extension()
    await open('all-correct/orders/certs/server.pem')
    await vscode.commands.executeCommand('mtlsLens.verifyChain')
    assert.match(shown()!.title, /server\.pem/)
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
