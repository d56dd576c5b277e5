import * as vscode from 'vscode'
import { type Status, statusNotification } from '../../server/src/lsp/protocol.js'
import { documentSelector } from './document-selector.js'
import type { LanguageServer } from './language-server.js'
import { countFindings, plural } from './words.js'

/** The item behind `{}` in the status bar, shown only while a file that concerns us is open. */
export function createStatusItem(server: LanguageServer): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('mtlsLens.status', documentSelector)
  item.name = 'mTLS Lens'
  item.text = 'mTLS Lens'
  item.busy = true
  item.command = { command: 'workbench.actions.view.problems', title: 'Show Problems' }
  return vscode.Disposable.from(
    item,
    server.onNotification<Status>(statusNotification, status => {
      item.busy = status.busy
      item.text = countFindings(status)
      item.detail = `mTLS Lens: ${plural(status.roots, 'file')}, ${plural(status.certificates, 'certificate')}`
      item.severity = severity(status)
    })
  )
}

function severity({ errors, warnings }: Status): vscode.LanguageStatusSeverity {
  if (errors) return vscode.LanguageStatusSeverity.Error
  return warnings ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information
}
