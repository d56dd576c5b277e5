import * as vscode from 'vscode'
import { type ChainNode, chainsRequest } from '../../server/src/lsp/protocol.js'
import type { LanguageServer } from './language-server.js'

/** The file that a command is about: where it was called, else the editor at hand, else one of the workspace that the user chooses. */
export async function chooseFile(
  server: LanguageServer,
  placeHolder: string,
  target?: vscode.Uri | ChainNode,
  isOffered: (file: ChainNode) => boolean = () => true
): Promise<string | undefined> {
  // From the tree comes a node, from menus of editors and files an address, from the palette nothing.
  if (target) return target instanceof vscode.Uri ? target.toString() : target.uri
  const active = vscode.window.activeTextEditor?.document
  if (active?.languageId === 'pem') return active.uri.toString()
  const files = await server.ask<readonly ChainNode[]>(chainsRequest)
  const binary = active ? undefined : inTab()
  if (files.some(it => it.uri === binary)) return binary
  const choices = files.filter(isOffered).map(({ label, description, uri }) => ({ label, description, uri }))
  if (!choices.length) {
    void vscode.window.showInformationMessage('No certificates were found in this workspace')
    return
  }
  return (await vscode.window.showQuickPick(choices, { placeHolder, matchOnDescription: true }))?.uri
}

const certificates: readonly ChainNode['kind'][] = ['endEntity', 'intermediate', 'anchor']

/** A file of the tree may hold keys, requests or revocation lists alone. */
export const holdsCertificate = (file: ChainNode): boolean => file.children.some(it => certificates.includes(it.kind))

/** A certificate in DER has a tab that is no text editor. */
function inTab(): string | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input
  const hasUri = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom
  return hasUri ? input.uri.toString() : undefined
}
