import * as vscode from 'vscode'

/** Documents that we write, shown as VS Code shows Markdown: in the user's theme and font, for keyboard and screen reader alike. */
export interface ResultDocuments extends vscode.Disposable {
  /** Shows the text in a tab of that title, beside the editor at hand. A tab of the same title is written anew. */
  show(title: string, markdown: string): Promise<void>
}

export const resultScheme = 'mtls-lens'

export function createResultDocuments(): ResultDocuments {
  const texts = new Map<string, string>()
  const changed = new vscode.EventEmitter<vscode.Uri>()
  const subscriptions = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(resultScheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: uri => texts.get(uri.toString())
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => texts.delete(uri.toString()))
  )
  return {
    dispose: () => subscriptions.dispose(),
    show: async (title, markdown) => {
      // The path is what the tab is called; a slash would cut it short.
      const uri = vscode.Uri.from({ scheme: resultScheme, path: `/${title.replaceAll('/', '∕')}.md` })
      texts.set(uri.toString(), markdown)
      changed.fire(uri)
      await vscode.commands.executeCommand('vscode.openWith', uri, 'vscode.markdown.preview.editor', viewColumn())
    }
  }
}

/** Beside the text that the result is about; in its place when nothing is open. */
const viewColumn = () => (vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active)
