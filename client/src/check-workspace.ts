import * as vscode from 'vscode'
import { checkWorkspaceRequest, type Status } from '../../server/src/lsp/protocol.js'
import type { LanguageServer } from './language-server.js'
import { countFindings, plural } from './words.js'

/** Reads and checks everything again, then leads to the findings. */
export async function checkWorkspace(server: LanguageServer): Promise<void> {
  const options = { location: vscode.ProgressLocation.Window, title: 'mTLS Lens: checking the workspace' }
  const status = await vscode.window.withProgress(options, () => server.ask<Status>(checkWorkspaceRequest))
  const summary = `${plural(status.roots, 'file')} and ${plural(status.certificates, 'certificate')} checked: ${countFindings(status)}`
  if (!status.errors && !status.warnings) {
    void vscode.window.showInformationMessage(summary)
    return
  }
  const show = 'Show Problems'
  if ((await vscode.window.showInformationMessage(summary, show)) === show)
    await vscode.commands.executeCommand('workbench.actions.view.problems')
}
