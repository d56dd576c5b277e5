import * as vscode from 'vscode'
import { type ChainNode, type VerifyAnswer, type VerifyParams, verifyChainRequest } from '../../server/src/lsp/protocol.js'
import { chooseFile, holdsCertificate } from './choose-file.js'
import type { LanguageServer } from './language-server.js'
import type { ResultPanels } from './result-panels.js'

type Question = Extract<VerifyAnswer, { kind: 'ask' }>

/** Verifies the file at hand or one chosen, and shows the answer. The user is asked only what the server cannot infer. */
export async function verifyChain(server: LanguageServer, results: ResultPanels, target?: vscode.Uri | ChainNode): Promise<void> {
  const uri = await chooseFile(server, 'Choose the file whose chain to verify', target, holdsCertificate)
  if (!uri) return
  const answer = await askUntilAnswered(server, { uri })
  if (answer?.kind === 'error') void vscode.window.showErrorMessage(answer.message)
  if (answer?.kind === 'result') await results.show(`verify ${uri}`, answer)
}

/** Nothing when the user gave up. */
async function askUntilAnswered(server: LanguageServer, params: VerifyParams): Promise<VerifyAnswer | undefined> {
  const answer = await server.ask<VerifyAnswer>(verifyChainRequest, params)
  if (answer.kind !== 'ask') return answer
  const purpose = answer.purpose ? await choosePurpose() : params.purpose
  if (answer.purpose && !purpose) return
  const trust = answer.trust ? await chooseTrust(answer.trustCandidates) : params.trust
  if (answer.trust && !trust) return
  const complete: VerifyParams = { uri: params.uri, ...(purpose && { purpose }), ...(trust && { trust }) }
  return server.ask<VerifyAnswer>(verifyChainRequest, complete)
}

async function choosePurpose(): Promise<VerifyParams['purpose']> {
  const choices: (vscode.QuickPickItem & { purpose: NonNullable<VerifyParams['purpose']> })[] = [
    { purpose: 'client', label: '$(account) A client presents it', description: 'verified by a server' },
    { purpose: 'server', label: '$(server) A server presents it', description: 'verified by a client' },
    { purpose: 'any', label: '$(circle-outline) Either', description: 'the extended key usage is not looked at' }
  ]
  const title = 'Verify Chain: what is this certificate used for?'
  return (await vscode.window.showQuickPick(choices, { title }))?.purpose
}

async function chooseTrust(candidates: Question['trustCandidates']): Promise<string[] | undefined> {
  const browse = { label: '$(folder-opened) Choose other files…', uri: undefined }
  const choices = [...candidates.map(({ label, description, uri }) => ({ label, description, uri })), browse]
  const chosen = await pickSome(choices)
  if (!chosen.length) return
  const files = chosen.flatMap(it => it.uri ?? [])
  if (!chosen.includes(browse)) return files
  const browsed = await vscode.window.showOpenDialog({ canSelectMany: true, openLabel: 'Trust', title: 'Files with trusted authorities' })
  return browsed && [...files, ...browsed.map(it => it.toString())]
}

/** Those with a tick, and where none has one the row at hand: VS Code's own question would take Enter on that for giving up. */
function pickSome<Choice extends vscode.QuickPickItem>(choices: readonly Choice[]): Promise<readonly Choice[]> {
  const pick = vscode.window.createQuickPick<Choice>()
  pick.title = 'Verify Chain: whom does the peer trust?'
  pick.placeholder = 'Files with the certificates of trusted authorities'
  pick.canSelectMany = true
  pick.matchOnDescription = true
  pick.items = choices
  return new Promise(resolve => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems.length > 0 ? pick.selectedItems : pick.activeItems)
      pick.hide()
    })
    pick.onDidHide(() => {
      resolve([])
      pick.dispose()
    })
    pick.show()
  })
}
