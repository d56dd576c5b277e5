import * as vscode from 'vscode'
import { type Status, statusNotification } from '../../server/src/lsp/protocol.js'
import { documentSelector } from './document-selector.js'
import type { LanguageServer } from './language-server.js'
import { countFindings, plural } from './words.js'

const showProblems = { command: 'workbench.actions.view.problems', title: 'Show Problems' }
const restartServer = { command: 'mtlsLens.restartServer', title: 'Restart' }

/** The item behind `{}` in the status bar, shown only while a file that concerns us is open. */
export function createStatusItem(server: LanguageServer): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('mtlsLens.status', documentSelector)
  item.name = 'mTLS Lens'
  item.text = 'mTLS Lens'
  item.busy = true
  item.command = showProblems
  return vscode.Disposable.from(
    item,
    // What was found last says nothing any longer.
    server.onStopped(() => {
      item.busy = false
      item.text = 'The language server has stopped'
      item.detail = 'mTLS Lens finds nothing'
      item.severity = vscode.LanguageStatusSeverity.Error
      item.command = restartServer
    }),
    server.onNotification<Status>(statusNotification, status => {
      item.busy = status.busy
      item.text = countFindings(status)
      item.detail = `mTLS Lens: ${plural(status.roots, 'file')}, ${plural(status.certificates, 'certificate')}`
      item.severity = severity(status)
      item.command = showProblems
    })
  )
}

function severity({ errors, warnings }: Status): vscode.LanguageStatusSeverity {
  if (errors) return vscode.LanguageStatusSeverity.Error
  return warnings ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information
}
