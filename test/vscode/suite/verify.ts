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

  'Verify Chain asks whom the peer trusts when no configuration says so': () =>
    verifyAnswering('nobody-uses/ticked.pem', 'workbench.action.quickOpenSelectNext', 'workbench.action.quickPickManyToggle'),

  'Verify Chain takes the row at hand for an answer when none is ticked': () =>
    verifyAnswering('nobody-uses/not-ticked.pem', 'workbench.action.quickOpenSelectNext'),

  'Verify Chain takes a certificate in DER that is open, which is no text': async () => {
    const { shown, chains } = await extension()
    const pem = await vscode.workspace.fs.readFile(sample('all-correct/gateway/certs/gateway.pem'))
    const [, base64] = /BEGIN CERTIFICATE-+([^-]*)/.exec(new TextDecoder().decode(pem))!
    const der = sample('all-correct/gateway/certs/gateway.der')
    await vscode.workspace.fs.writeFile(der, Buffer.from(base64!, 'base64'))
    try {
      await eventually('the file in the tree', async () => (await chains.getChildren())?.some(it => it.uri === der.toString()))
      await vscode.commands.executeCommand('vscode.open', der)
      await vscode.commands.executeCommand('mtlsLens.verifyChain')
      assert.match(shown()!.title, /gateway\.der/)
    } finally {
      await vscode.workspace.fs.delete(der)
    }
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

/** Of a copy that no configuration names; each question is answered with these commands and Enter. */
async function verifyAnswering(path: string, ...answer: readonly string[]) {
  const { shown } = await extension()
  const client = await vscode.workspace.fs.readFile(sample('all-correct/gateway/certs/gateway.pem'))
  await vscode.workspace.fs.writeFile(sample(path), client)
  const done = vscode.commands.executeCommand('mtlsLens.verifyChain', sample(path)).then(() => true)
  // No API says that a quick pick is open, so it is answered until the command ends.
  while (!(await Promise.race([done, new Promise(resolve => setTimeout(resolve, 300))]))) {
    for (const command of [...answer, 'workbench.action.acceptSelectedQuickOpenItem']) await vscode.commands.executeCommand(command)
  }
  assert.ok(shown()!.title.includes(path), shown()!.title)
  assert.notEqual(shown()!.verified, undefined)
}

const tabs = () => vscode.window.tabGroups.all.flatMap(it => it.tabs).map(it => it.label)
