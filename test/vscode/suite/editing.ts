import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import { eventually, extension, open, ours, ruleOf, sample, type Test } from './support.js'

const story = 'client-ca-not-enforced/orders/nginx.conf'
const flaw = 'client-ca-not-enforced'

export const editingTests: Test = {
  'a quick fix takes the squiggle away, and undoing it brings it back': async () => {
    const { document } = await open(story)
    const diagnostic = await squiggle(document.uri)
    const actions = await codeActions(document.uri, diagnostic.range)
    const fix = actions.find(it => it.edit && /client certificate/i.test(it.title) && !/ignore/i.test(it.title))
    assert.ok(fix, `no fix among ${actions.map(it => it.title).join(', ')}`)
    assert.ok(await vscode.workspace.applyEdit(fix.edit!))
    assert.match(document.getText(), /ssl_verify_client on;/)
    await eventually('the squiggle to go', () => !ours(document.uri).some(it => ruleOf(it) === flaw))

    await vscode.window.showTextDocument(document)
    await vscode.commands.executeCommand('undo')
    await squiggle(document.uri)
  },

  'a finding can be ignored by a comment': async () => {
    const { document } = await open(story)
    const actions = await codeActions(document.uri, (await squiggle(document.uri)).range)
    const ignore = actions.find(it => /ignore/i.test(it.title))
    assert.ok(ignore?.edit, actions.map(it => it.title).join(', '))
    await vscode.workspace.applyEdit(ignore.edit)
    assert.match(document.getText(), /# mtls-lens-ignore client-ca-not-enforced/)
    await eventually('the squiggle to go', () => !ours(document.uri).some(it => ruleOf(it) === flaw))
  },

  'what is typed is checked as it is typed': async () => {
    const editor = await open('all-correct/orders/nginx.conf')
    assert.deepEqual(ours(editor.document.uri), [])
    const at = editor.document.getText().indexOf('ssl_verify_client on')
    const start = editor.document.positionAt(at)
    await editor.edit(it =>
      it.replace(new vscode.Range(start, start.translate(0, 'ssl_verify_client on'.length)), 'ssl_verify_client maybe')
    )
    await eventually('a finding', () => ours(editor.document.uri).find(it => ruleOf(it) === 'invalid-value'))
  },

  'a file that changes on disk is checked again': async () => {
    const path = 'missing-intermediate/gateway/certs/gateway.pem'
    const before = await vscode.workspace.fs.readFile(sample(path))
    const issuer = await vscode.workspace.fs.readFile(sample('missing-intermediate/ca/issuing-ca.pem'))
    const missing = () =>
      [path, 'missing-intermediate/gateway/nginx.conf'].some(it => ours(sample(it)).some(found => ruleOf(found) === 'missing-intermediate'))
    await eventually('the finding', missing)
    await vscode.workspace.fs.writeFile(sample(path), Buffer.concat([before, issuer]))
    await eventually('the finding to go', () => !missing())
    await vscode.workspace.fs.writeFile(sample(path), before)
    await eventually('the finding to come back', missing)
  },

  'settings change what is found': async () => {
    await squiggle(sample(story))
    const settings = vscode.workspace.getConfiguration('mtlsLens')
    const before = settings.inspect('rules')?.globalValue
    await settings.update('rules', { [flaw]: 'off' }, vscode.ConfigurationTarget.Global)
    await eventually('the finding to go', () => !ours(sample(story)).some(it => ruleOf(it) === flaw))
    await settings.update('rules', before, vscode.ConfigurationTarget.Global)
    await squiggle(sample(story))
  },

  'the server can be started anew': async () => {
    await extension()
    await squiggle(sample(story))
    await vscode.commands.executeCommand('mtlsLens.restartServer')
    await squiggle(sample(story))
  }
}

const squiggle = (uri: vscode.Uri) => eventually('the squiggle', () => ours(uri).find(it => ruleOf(it) === flaw))

const codeActions = (uri: vscode.Uri, range: vscode.Range) =>
  vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, range, vscode.CodeActionKind.QuickFix.value)
