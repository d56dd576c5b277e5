import * as vscode from 'vscode'
import { type ExplainErrorAnswer, type ExplainErrorParams, explainErrorRequest } from '../../server/src/lsp/protocol.js'
import type { LanguageServer } from './language-server.js'
import type { ResultPanels } from './result-panels.js'

/** Explains the line that is selected, or one that is pasted. */
export async function explainError(server: LanguageServer, results: ResultPanels, given?: unknown): Promise<void> {
  const text = typeof given === 'string' ? given : (selected() ?? (await askForLine()))
  if (!text?.trim()) return
  const params: ExplainErrorParams = { text }
  const answer = await server.ask<ExplainErrorAnswer | null>(explainErrorRequest, params)
  if (answer) await results.show('explain', answer)
}

function selected(): string | undefined {
  const editor = vscode.window.activeTextEditor
  return editor && !editor.selection.isEmpty ? editor.document.getText(editor.selection) : undefined
}

const askForLine = (): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title: 'Explain Error: which line of a log?',
    prompt: 'As nginx, HAProxy, Envoy, OpenSSL, curl, Go, Java, Node, Python or rustls wrote it'
  })
