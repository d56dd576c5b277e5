import * as vscode from 'vscode'
import { type ChainNode, chainsChangedNotification, chainsRequest } from '../../server/src/lsp/protocol.js'
import { holdsCertificate } from './choose-file.js'
import type { LanguageServer } from './language-server.js'
import { openCommand } from './open.js'

export interface ChainView extends vscode.Disposable {
  readonly provider: vscode.TreeDataProvider<ChainNode> & { refresh(): void }
}

/** The tree of every chain in the workspace. It holds nothing of its own: each refresh asks the server. */
export function createChainView(server: LanguageServer): ChainView {
  const changed = new vscode.EventEmitter<undefined>()
  const ids = new WeakMap<ChainNode, string>()
  const parents = new WeakMap<ChainNode, ChainNode>()

  // Without a server the view is empty, and says why.
  const askForChains = async () => (server.isStopped ? [] : server.ask<readonly ChainNode[]>(chainsRequest))

  const provider: ChainView['provider'] = {
    onDidChangeTreeData: changed.event,
    refresh: () => changed.fire(undefined),
    getChildren: async parent => {
      const children = parent?.children ?? worstFirst(await askForChains())
      if (!parent) showBadge(view, children)
      for (const [index, child] of children.entries()) {
        ids.set(child, identify(child, index, parent && ids.get(parent)))
        if (parent) parents.set(child, parent)
      }
      return [...children]
    },
    getParent: node => parents.get(node),
    getTreeItem: node => toTreeItem(node, ids.get(node))
  }

  const view = vscode.window.createTreeView('mtlsLens.chains', { treeDataProvider: provider, showCollapseAll: true })
  const subscriptions = vscode.Disposable.from(
    view,
    changed,
    server.onNotification(chainsChangedNotification, provider.refresh),
    server.onStarted(provider.refresh),
    server.onStopped(provider.refresh)
  )
  return { provider, dispose: () => subscriptions.dispose() }
}

const worstFirst = (files: readonly ChainNode[]): readonly ChainNode[] => {
  const ranks = { error: 0, warning: 1, unknown: 2, ok: 2 }
  return files.toSorted((a, b) => ranks[a.state] - ranks[b.state])
}

/** Stays the same when a tree is read again, so that what the user expanded stays expanded. */
const identify = (node: ChainNode, index: number, parent = ''): string =>
  node.kind === 'file' ? node.uri : `${parent}/${index}:${node.kind}:${node.label}`

function showBadge(view: vscode.TreeView<ChainNode>, files: readonly ChainNode[]): void {
  const broken = files.filter(it => it.state === 'error').length
  view.badge = broken ? { value: broken, tooltip: broken === 1 ? '1 file with errors' : `${broken} files with errors` } : undefined
}

function toTreeItem(node: ChainNode, id: string | undefined): vscode.TreeItem {
  const { label, description } = shownText(node)
  const item = new vscode.TreeItem(label, collapsibleState(node))
  item.id = id
  item.description = description
  item.tooltip = new vscode.MarkdownString(node.tooltip)
  item.iconPath = icon(node)
  item.contextValue = node.kind === 'file' && !holdsCertificate(node) ? 'fileWithoutCertificate' : node.kind
  item.command = openCommand(node)
  item.accessibilityInformation = { label: [node.label, node.description, stateWords[node.state]].filter(Boolean).join(', ') }
  return item
}

/** A file goes by its name, as everywhere in the editor, and its folder stands behind. */
function shownText({ kind, label, description }: ChainNode): { label: string; description: string } {
  const slash = kind === 'file' ? label.lastIndexOf('/') : -1
  if (slash === -1) return { label, description }
  return { label: label.slice(slash + 1), description: [label.slice(0, slash), description].filter(Boolean).join(' · ') }
}

function collapsibleState(node: ChainNode): vscode.TreeItemCollapsibleState {
  if (!node.children.length) return vscode.TreeItemCollapsibleState.None
  // Where all is well the file's own line says so; what is broken shows where.
  return node.kind === 'file' && node.state === 'ok' ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.Expanded
}

const stateWords = { ok: 'in order', warning: 'warning', error: 'error', unknown: 'cannot be known here' } as const

const stateColors = {
  ok: 'testing.iconPassed',
  warning: 'problemsWarningIcon.foreground',
  error: 'problemsErrorIcon.foreground',
  unknown: 'descriptionForeground'
} as const

/** The shape says what is wrong, so that nobody depends on telling colors apart; what is no link of a chain has its own shape. */
function icon({ kind, state }: ChainNode): vscode.ThemeIcon {
  const color = new vscode.ThemeColor(stateColors[state])
  if (kind === 'missing') return new vscode.ThemeIcon('debug-disconnect', color)
  if (state === 'warning' || state === 'error') return new vscode.ThemeIcon(state, color)
  if (kind === 'key') return new vscode.ThemeIcon('key', color)
  if (kind === 'crl') return new vscode.ThemeIcon('list-unordered', color)
  if (kind === 'request') return new vscode.ThemeIcon('mail', color)
  return new vscode.ThemeIcon(state === 'ok' ? 'pass-filled' : 'question', color)
}
