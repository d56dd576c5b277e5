import * as vscode from 'vscode'
import { type ChainNode, type ShowCertificateParams, type ShownCertificate, showCertificateRequest } from '../../server/src/lsp/protocol.js'
import { chooseFile } from './choose-file.js'
import type { LanguageServer } from './language-server.js'
import type { ResultPanels } from './result-panels.js'

/** Shows all that a certificate says: the one at the cursor or the node, else those of a file. */
export async function showCertificate(server: LanguageServer, results: ResultPanels, target?: vscode.Uri | ChainNode): Promise<void> {
  const question = atCursor(target)
  const shown = (question && (await ask(server, question))) ?? (await inFile(server, target))
  if (shown) await results.show(`show ${shown.title}`, shown)
}

const ask = (server: LanguageServer, question: ShowCertificateParams): Promise<ShownCertificate | null> =>
  server.ask(showCertificateRequest, question)

/** A path in a directive is a place for a certificate too, so any editor will do. */
function atCursor(target?: vscode.Uri | ChainNode): ShowCertificateParams | undefined {
  if (target && !(target instanceof vscode.Uri)) return target.range && { uri: target.uri, position: target.range.start }
  const editor = vscode.window.activeTextEditor
  if (!editor || (target && editor.document.uri.toString() !== target.toString())) return
  return { uri: editor.document.uri.toString(), position: editor.selection.active }
}

async function inFile(server: LanguageServer, target?: vscode.Uri | ChainNode): Promise<ShownCertificate | undefined> {
  const uri = await chooseFile(server, 'Choose the file to show', target)
  if (!uri) return
  const shown = await ask(server, { uri })
  if (!shown) void vscode.window.showInformationMessage('No certificate, key or revocation list stands here')
  return shown ?? undefined
}
