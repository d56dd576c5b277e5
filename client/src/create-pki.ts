import * as vscode from 'vscode'
import { type CreatePkiAnswer, type CreatePkiParams, createPkiRequest } from '../../server/src/lsp/protocol.js'
import type { LanguageServer } from './language-server.js'

/** Makes certificates and keys for development. What is given is not asked for. */
export async function createDevelopmentPki(
  server: LanguageServer,
  given: Partial<CreatePkiParams> = {}
): Promise<CreatePkiAnswer | undefined> {
  const folder = given.folder ?? (await chooseFolder())
  if (!folder) return
  const serverNames = given.serverNames ?? (await askServerNames())
  if (!serverNames) return
  const clientName = given.clientName ?? (await askClientName())
  if (clientName === undefined) return
  const params: CreatePkiParams = { folder, serverNames, clientName }
  const answer = await server.ask<CreatePkiAnswer | null>(createPkiRequest, params)
  if (answer) void report(answer)
  return answer ?? undefined
}

async function chooseFolder(): Promise<string | undefined> {
  const [workspace] = vscode.workspace.workspaceFolders ?? []
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    defaultUri: workspace?.uri,
    openLabel: 'Create Here',
    title: 'Create Development PKI: in which folder?'
  })
  return chosen?.[0]?.toString()
}

async function askServerNames(): Promise<readonly string[] | undefined> {
  const written = await vscode.window.showInputBox({
    title: 'Create Development PKI: what is the server reached as?',
    prompt: 'DNS names and IP addresses, with blanks between them',
    value: 'localhost 127.0.0.1 ::1'
  })
  return written?.split(/[\s,]+/).filter(it => it !== '')
}

const askClientName = (): Thenable<string | undefined> =>
  vscode.window.showInputBox({ title: 'Create Development PKI: whom is the client certificate for?', value: 'client' })

/** Not waited for: a message may stand until it is closed. */
async function report(answer: CreatePkiAnswer): Promise<void> {
  if (answer.kind === 'error') return void vscode.window.showErrorMessage(answer.message)
  const message = `${answer.files.length} files were made. The password of client.p12 is ${answer.password}`
  const chosen = await vscode.window.showInformationMessage(message, 'Copy Password', 'Show Files')
  if (chosen === 'Copy Password') await vscode.env.clipboard.writeText(answer.password)
  if (chosen === 'Show Files') await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.parse(answer.files[0]!.uri))
}
