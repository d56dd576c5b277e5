import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import { extension, open, sample, type Test } from './support.js'

interface SyntaxToken {
  readonly c: string
  readonly t: string
}

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

  'nginx is colored': async () => {
    await open('missing-intermediate/orders/nginx.conf')
    const tokens = await syntaxTokens('missing-intermediate/orders/nginx.conf')
    assert.match(scopeOf(tokens, 'ssl_verify_client'), /keyword\.other\.directive\.tls\.nginx/)
    assert.match(scopeOf(tokens, 'server'), /keyword\.control\.block\.nginx/)
    assert.match(scopeOf(tokens, 'on'), /constant\.language\.nginx/)
  },

  'PEM is colored': async () => {
    const tokens = await syntaxTokens('missing-intermediate/gateway/certs/gateway.pem')
    assert.match(scopeOf(tokens, 'BEGIN'), /keyword\.control\.begin\.pem/)
    assert.match(scopeOf(tokens, 'CERTIFICATE'), /entity\.name\.type\.label\.pem/)
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

/** What VS Code's own tests of grammars use. */
const syntaxTokens = (path: string) => vscode.commands.executeCommand<SyntaxToken[]>('_workbench.captureSyntaxTokens', sample(path))

const scopeOf = (tokens: readonly SyntaxToken[], text: string): string => tokens.find(it => it.c.trim() === text)?.t ?? `no token ${text}`
