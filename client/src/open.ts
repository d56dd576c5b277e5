import * as vscode from 'vscode'
import type { Range } from '../../server/src/lsp/protocol.js'

export const toRange = ({ start, end }: Range): vscode.Range => new vscode.Range(start.line, start.character, end.line, end.character)

/** Opens the file with the cursor where the block starts. */
export function openCommand({ uri, range }: { readonly uri: string; readonly range?: Range }): vscode.Command | undefined {
  if (!uri) return
  const options: vscode.TextDocumentShowOptions = range ? { selection: toRange({ start: range.start, end: range.start }) } : {}
  return { command: 'vscode.open', title: 'Open', arguments: [vscode.Uri.parse(uri), options] }
}
