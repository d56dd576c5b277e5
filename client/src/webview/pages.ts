import { randomUUID } from 'node:crypto'
import * as vscode from 'vscode'
import type { Range } from '../../../server/src/lsp/protocol.js'
import { toRange } from '../open.js'
import { webviewDocument } from './document.js'
import { readMessage, type ToPage } from './messages.js'

export interface Place {
  readonly uri: string
  readonly range: Range
}

/** What a page shows, and all that it may ask for: it names places and texts, and the extension holds them. */
export interface Shown<Model> {
  /** Of the tab. */
  readonly title: string
  /** What the page draws: plain JSON. */
  readonly model: Model
  /** Where the page may lead; the model counts from 0. */
  readonly places: readonly Place[]
  /** What can be copied, by name: `text`, `mermaid`. */
  readonly copies: Readonly<Record<string, string>>
}

/** A kind of page: its script draws the model that `answer` finds for a question. */
export interface PageKind<Question, Model> {
  readonly viewType: string
  /** `dist/webview/<script>.js` and `.css`. */
  readonly script: string
  /** Questions with the same key share a tab. */
  keyOf(question: Question): string
  /** What VS Code kept of an earlier window is looked at before it is believed. */
  isQuestion(state: unknown): state is Question
  /** Undefined where nothing can be shown; what was shown before stays then. */
  answer(question: Question): Promise<Shown<Model> | undefined>
  /** What buttons of the page do beyond copying, by name. */
  readonly runs?: Readonly<Record<string, (question: Question, number: number | undefined) => unknown>>
}

export interface Pages<Question, Model> extends vscode.Disposable {
  /** Shows the answer beside the editor at hand, and says whether there was one. */
  open(question: Question): Promise<boolean>
  /** Puts a text of the page that the user looks at, else of the one shown last, on the clipboard. */
  copy(name: string): Promise<void>
  /** What was shown last. */
  readonly shown: Shown<Model> | undefined
}

/** How long the files have to be at rest before the pages are drawn anew. */
const pause = 250

/** Tabs that draw an answer and keep it up to date: `onChanged` says when another answer may be due. */
export function createPages<Question, Model>(
  ctx: vscode.ExtensionContext,
  kind: PageKind<Question, Model>,
  onChanged: vscode.Event<void>
): Pages<Question, Model> {
  interface Tab {
    readonly panel: vscode.WebviewPanel
    question: Question
    shown: Shown<Model> | undefined
    /** Drawn before the last change. */
    stale: boolean
  }
  const folder = vscode.Uri.joinPath(ctx.extensionUri, 'dist/webview')
  const options: vscode.WebviewOptions = { enableScripts: true, localResourceRoots: [folder] }
  const tabs = new Map<string, Tab>()
  let latest: Tab | undefined
  let timer: NodeJS.Timeout | undefined

  const send = (tab: Tab, message: ToPage<Model>) => void tab.panel.webview.postMessage(message)

  const draw = (tab: Tab) => {
    if (!tab.shown) return
    tab.panel.title = tab.shown.title
    send(tab, { kind: 'show', question: tab.question, model: tab.shown.model })
  }

  async function renew(tab: Tab): Promise<void> {
    tab.stale = false
    const answer = await kind.answer(tab.question)
    if (!answer && !tab.shown) send(tab, { kind: 'nothing', words: 'What was shown here is not there, or has not been read yet' })
    if (!answer || JSON.stringify(answer) === JSON.stringify(tab.shown)) return
    tab.shown = answer
    draw(tab)
  }

  function adopt(panel: vscode.WebviewPanel, question: Question, shown: Shown<Model> | undefined): Tab {
    const tab: Tab = { panel, question, shown, stale: shown === undefined }
    tabs.set(kind.keyOf(question), tab)
    latest = tab
    panel.webview.options = options
    panel.webview.onDidReceiveMessage(message => void hear(tab, message))
    panel.onDidChangeViewState(() => {
      if (panel.active) latest = tab
      if (panel.visible && tab.stale) void renew(tab)
    })
    panel.onDidDispose(() => {
      for (const [key, it] of tabs) if (it === tab) tabs.delete(key)
      if (latest === tab) latest = undefined
    })
    panel.webview.html = webviewDocument({
      title: shown?.title ?? panel.title,
      nonce: randomUUID(),
      scriptUri: panel.webview.asWebviewUri(vscode.Uri.joinPath(folder, `${kind.script}.js`)).toString(),
      styleUri: panel.webview.asWebviewUri(vscode.Uri.joinPath(folder, `${kind.script}.css`)).toString()
    })
    return tab
  }

  async function hear(tab: Tab, sent: unknown): Promise<void> {
    const message = readMessage(sent)
    switch (message?.kind) {
      case 'ready':
        // A tab that was hidden has lost its document, and starts again.
        return tab.shown ? draw(tab) : renew(tab)
      case 'open':
        return openPlace(tab.shown?.places[message.place])
      case 'copy':
        return copyFrom(tab, message.name)
      case 'run':
        if (kind.runs && Object.hasOwn(kind.runs, message.name)) await kind.runs[message.name]!(tab.question, message.number)
    }
  }

  async function copyFrom(tab: Tab | undefined, name: string): Promise<void> {
    const copies = tab?.shown?.copies
    if (!tab || !copies || !Object.hasOwn(copies, name)) return
    await vscode.env.clipboard.writeText(copies[name]!)
    send(tab, { kind: 'said', words: 'Copied' })
  }

  const subscriptions = vscode.Disposable.from(
    onChanged(() => {
      for (const it of tabs.values()) it.stale = true
      clearTimeout(timer)
      timer = setTimeout(() => {
        for (const it of tabs.values()) if (it.stale && it.panel.visible) void renew(it)
      }, pause)
    }),
    vscode.window.registerWebviewPanelSerializer(kind.viewType, {
      async deserializeWebviewPanel(panel, state: unknown) {
        const question: unknown = typeof state === 'object' && state !== null && 'question' in state ? state.question : undefined
        if (kind.isQuestion(question)) adopt(panel, question, undefined)
        else panel.dispose()
      }
    })
  )

  return {
    get shown() {
      return latest?.shown
    },
    copy: name => copyFrom([...tabs.values()].find(it => it.panel.active) ?? latest, name),
    async open(question) {
      const shown = await kind.answer(question)
      if (!shown) return false
      const known = tabs.get(kind.keyOf(question))
      if (known) {
        Object.assign(known, { question, shown, stale: false })
        latest = known
        draw(known)
        known.panel.reveal(known.panel.viewColumn)
        return true
      }
      const column = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active
      adopt(vscode.window.createWebviewPanel(kind.viewType, shown.title, column, { ...options, enableFindWidget: true }), question, shown)
      return true
    },
    dispose() {
      clearTimeout(timer)
      subscriptions.dispose()
      for (const it of [...tabs.values()]) it.panel.dispose()
    }
  }
}

/** In the editor to the left of the page, with the text selected that is meant. */
async function openPlace(place: Place | undefined): Promise<void> {
  if (!place) return
  const selection = toRange(place.range)
  await vscode.window.showTextDocument(vscode.Uri.parse(place.uri), { viewColumn: vscode.ViewColumn.One, selection })
}
