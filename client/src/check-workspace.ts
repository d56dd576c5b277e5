import * as vscode from 'vscode'
import { checkWorkspaceRequest, type Status } from '../../server/src/lsp/protocol.js'
import type { LanguageServer } from './language-server.js'
import { countFindings, plural } from './words.js'

/** Reads and checks everything again, then leads to the findings. */
export async function checkWorkspace(server: LanguageServer): Promise<void> {
  const options = { location: vscode.ProgressLocation.Window, title: 'mTLS Lens: checking the workspace' }
  const status = await vscode.window.withProgress(options, () => server.ask<Status>(checkWorkspaceRequest))
  void report(status)
}

/** Not waited for: a message may stand until it is closed. */
async function report(status: Status): Promise<void> {
  const summary = `${plural(status.roots, 'file')} and ${plural(status.certificates, 'certificate')} checked: ${countFindings(status)}`
  const actions = status.errors || status.warnings ? ['Show Problems'] : []
  const chosen = await vscode.window.showInformationMessage(summary, ...actions)
  if (chosen) await vscode.commands.executeCommand('workbench.actions.view.problems')
}
