import { randomUUID } from 'node:crypto'
import * as vscode from 'vscode'
import { toRange } from './open.js'

export interface Result {
  /** What the tab is called, less the folders before it. */
  readonly title: string
  readonly markdown: string
  /** Undefined where nothing was judged, or no judgement was reached. */
  readonly verified?: boolean
}

export interface ResultPanels extends vscode.Disposable {
  /** Shows a result beside the editor at hand. The tab that shows an earlier answer to the same question is written anew. */
  show(question: string, result: Result): Promise<void>
  /** What was shown last, in the server's words. */
  readonly shown: Result | undefined
}

/**
 * Results are Markdown, rendered by VS Code's own Markdown extension, in a tab of ours and not in its preview: that
 * follows no link to a file, and each result leads to the blocks it is about.
 */
export function createResultPanels(): ResultPanels {
  const panels = new Map<string, vscode.WebviewPanel>()
  const links = new WeakMap<vscode.WebviewPanel, readonly string[]>()
  let shown: Result | undefined

  const open = (question: string): vscode.WebviewPanel => {
    const panel = vscode.window.createWebviewPanel('mtlsLens.result', 'mTLS Lens', viewColumn(), {
      enableScripts: true,
      enableFindWidget: true
    })
    panel.webview.onDidReceiveMessage((index: unknown) => openLink(links.get(panel)?.[Number(index)]))
    panel.onDidDispose(() => panels.delete(question))
    panels.set(question, panel)
    return panel
  }

  return {
    get shown() {
      return shown
    },
    dispose: () => {
      for (const panel of panels.values()) panel.dispose()
    },
    show: async (question, result) => {
      const { markdown, targets } = numberLinks(result.markdown)
      const body = await vscode.commands.executeCommand<string>('markdown.api.render', markdown)
      const panel = panels.get(question) ?? open(question)
      links.set(panel, targets)
      panel.title = result.title.replace(/^[^:]*\//, '')
      panel.webview.html = page(body, result.verified)
      panel.reveal(panel.viewColumn)
      shown = result
    }
  }
}

/** Beside the text that the result is about; in its place when nothing is open. */
const viewColumn = () => (vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active)

/** The renderer drops links to files, so they are numbered, and the page says which one was followed. */
function numberLinks(markdown: string): { markdown: string; targets: string[] } {
  const targets: string[] = []
  const numbered = markdown.replace(/\]\((file:[^()\s]+)\)/g, (_, target: string) => `](#open-${targets.push(target) - 1})`)
  return { markdown: numbered, targets }
}

/** `file:///certs/client.pem#L12` leads to line 12. */
async function openLink(target: string | undefined): Promise<void> {
  if (!target) return
  const uri = vscode.Uri.parse(target)
  const line = Number(/^L(\d+)/.exec(uri.fragment)?.[1] ?? 1) - 1
  const selection = toRange({ start: { line, character: 0 }, end: { line, character: 0 } })
  // Not as a text document: a certificate in DER is none.
  await vscode.commands.executeCommand('vscode.open', uri.with({ fragment: '' }), { viewColumn: vscode.ViewColumn.One, selection })
}

/** What certificates say comes from anywhere: nothing in it may run, load or send anything. */
function page(body: string, verified: boolean | undefined): string {
  const nonce = randomUUID()
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; form-action 'none'; base-uri 'none'`
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<style nonce="${nonce}">${style}</style>
</head>
<body class="${verified === undefined ? 'undecided' : verified ? 'verified' : 'refused'}">
<main>${dress(body)}</main>
<script nonce="${nonce}">${script}</script>
</body>
</html>`
}

/** Marks of checks stand alone in their cells; a date is not broken at its hyphens. */
function dress(body: string): string {
  const marked = body.replace(/<td([^>]*)>([✓✗])<\/td>/g, (_, attributes: string, mark: string) => {
    return `<td${attributes} class="${mark === '✓' ? 'passed' : 'failed'}">${mark}</td>`
  })
  return marked.replace(/>[^<>]+</g, text => text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, '<time>$&</time>'))
}

const script = `
const vscode = acquireVsCodeApi()
document.addEventListener('click', event => {
  const number = event.target.closest?.('a[href^="#open-"]')?.getAttribute('href').slice('#open-'.length)
  if (number === undefined) return
  event.preventDefault()
  vscode.postMessage(Number(number))
})`

const style = `
body { padding: 0 1.5em 2em; line-height: 1.55; color: var(--vscode-foreground); }
main { max-width: 60em; }
h1 { font-size: 1.6em; font-weight: 600; margin: 1em 0 .7em; padding-left: .6em; border-left: .25em solid var(--vscode-descriptionForeground); }
.verified h1 { border-color: var(--vscode-testing-iconPassed); }
.refused h1 { border-color: var(--vscode-problemsErrorIcon-foreground); }
h2 { font-size: 1.2em; font-weight: 600; margin: 1.6em 0 .5em; }
h3 { font-size: 1.05em; font-weight: 600; }
table { border-collapse: collapse; margin: .8em 0; font-size: .95em; }
th, td { padding: .35em .9em .35em 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, #8884)); }
th { font-weight: 600; color: var(--vscode-descriptionForeground); }
td.passed { color: var(--vscode-testing-iconPassed); font-weight: bold; }
td.failed { color: var(--vscode-problemsErrorIcon-foreground); font-weight: bold; }
code { font-family: var(--vscode-editor-font-family); font-size: .95em; }
td:has(code, a) { min-width: 6.5em; overflow-wrap: anywhere; }
td:first-child:nth-last-child(2) { white-space: nowrap; }
time { white-space: nowrap; }
blockquote { margin: 1em 0; padding: .1em 1em; border-left: .25em solid var(--vscode-textBlockQuote-border); background: var(--vscode-textBlockQuote-background); }
a { color: var(--vscode-textLink-foreground); }
a:focus { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
li { margin: .2em 0; }`
