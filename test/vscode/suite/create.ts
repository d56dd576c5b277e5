import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import type { CreatePkiAnswer } from '../../../server/src/lsp/protocol.js'
import { chainOf, extension, sample, type Test } from './support.js'

export const createTests: Test = {
  'Create Development PKI makes certificates, and never twice': async () => {
    await extension()
    const folder = sample('development-pki').toString()
    const create = () =>
      vscode.commands.executeCommand<CreatePkiAnswer>('mtlsLens.createDevelopmentPki', {
        folder,
        serverNames: ['localhost'],
        clientName: 'tester'
      })
    const made = await create()
    assert.equal(made.kind, 'made', JSON.stringify(made))
    const { file } = await chainOf('development-pki/client-fullchain.pem')
    assert.equal(file.children[0]?.label, 'tester')
    const again = await create()
    assert.ok(again.kind === 'error' && again.message.startsWith('Nothing is written'))
    await vscode.commands.executeCommand('notifications.clearAll')
    await vscode.workspace.fs.delete(sample('development-pki'), { recursive: true })
  }
}
