import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import type { MtlsLens } from '../../../client/src/extension.js'
import type { ChainNode } from '../../../server/src/lsp/protocol.js'

export type Test = Readonly<Record<string, () => unknown>>

/** A file of the samples, which are the open folder. */
export function sample(path: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? []
  assert.ok(folder, 'no folder is open')
  return vscode.Uri.joinPath(folder.uri, path)
}

/** The extension, as users get it: it activates by itself. */
export async function extension(): Promise<MtlsLens> {
  const found = vscode.extensions.getExtension<MtlsLens>('mtls-lens.mtls-lens')
  assert.ok(found, 'the extension is not installed')
  const active = await eventually('the extension to activate', () => (found.isActive ? found : undefined))
  await active.exports.ready
  return active.exports
}

export async function open(path: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(sample(path))
}

/** What `look` answers once that is neither undefined nor false. */
export async function eventually<T>(what: string, look: () => T | Promise<T>): Promise<Exclude<T, undefined | false>> {
  const started = Date.now()
  while (Date.now() - started < 20_000) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`waited in vain for ${what}`)
}

export interface SeenFinding {
  readonly rule: string
  readonly severity: keyof typeof vscode.DiagnosticSeverity
  /** The text with the squiggle; of several lines the first. */
  readonly text: string
}

export const ours = (uri: vscode.Uri): vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri).filter(it => it.source === 'mTLS Lens')

export const ruleOf = ({ code }: vscode.Diagnostic): string => String(typeof code === 'object' ? code.value : code)

export async function findings(path: string): Promise<SeenFinding[]> {
  const document = await vscode.workspace.openTextDocument(sample(path))
  return ours(document.uri).map(it => ({
    rule: ruleOf(it),
    severity: vscode.DiagnosticSeverity[it.severity] as SeenFinding['severity'],
    text: document.getText(it.range).split(/\r?\n/)[0]!
  }))
}

/** The place of the first occurrence of a text. */
export function placeOf(document: vscode.TextDocument, text: string): vscode.Position {
  const offset = document.getText().indexOf(text)
  assert.notEqual(offset, -1, `${text} is not in ${document.uri.path}`)
  return document.positionAt(offset + 1)
}

export async function hover(document: vscode.TextDocument, text: string): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, placeOf(document, text))
  return hovers
    .flatMap(it => it.contents)
    .map(it => (typeof it === 'string' ? it : it.value))
    .join('\n')
}

/** The tree below a file, one line a node, indented. */
export async function chainOf(path: string): Promise<{ file: ChainNode; lines: string[] }> {
  const { chains } = await extension()
  const file = await eventually(`${path} in the tree`, async () => {
    const files = (await chains.getChildren()) ?? []
    return files.find(it => vscode.Uri.parse(it.uri).path === sample(path).path)
  })
  const lines = async (node: ChainNode, indent = ''): Promise<string[]> => {
    const children = (await chains.getChildren(node)) ?? []
    const below = await Promise.all(children.map(it => lines(it, `${indent}  `)))
    return [`${indent}${node.kind} ${node.state}: ${node.label}`, ...below.flat()]
  }
  return { file, lines: await lines(file) }
}

/** Whatever a test left unsaved is forgotten. */
export async function revertEditors(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter(it => it.isDirty && it.uri.scheme === 'file')) {
    await vscode.window.showTextDocument(document)
    await vscode.commands.executeCommand('workbench.action.files.revert')
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors')
}
