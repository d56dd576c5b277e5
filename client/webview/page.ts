import './theme.css'
import type { FromPage, ToPage } from '../src/webview/messages.js'
import { element } from './dom.js'

/** What a drawing may do. */
export interface Page {
  /** Shows the place in an editor. */
  open(place: number): void
  /** Puts the text of this name on the clipboard. */
  copy(name: string): void
  /** Runs what the extension offers under this name, for one of many things where there are many. */
  run(name: string, number?: number): void
}

interface VsCodeApi {
  postMessage(message: FromPage): void
  getState(): unknown
  setState(state: Kept): void
}

/** What outlives the document, which ends whenever its tab is hidden. */
interface Kept {
  readonly question: unknown
  readonly scroll: number
}

declare function acquireVsCodeApi(): VsCodeApi

/**
 * Draws each model that the extension sends. What has the focus, an element with a `data-key`, has it again in the new
 * drawing, so that files can change under somebody who reads; `news` says in a few words what they now see.
 */
export function startPage<Model>(draw: (model: Model, page: Page) => readonly Node[], news?: (model: Model) => string): void {
  const api = acquireVsCodeApi()
  const page: Page = {
    open: place => api.postMessage({ kind: 'open', place }),
    copy: name => api.postMessage({ kind: 'copy', name }),
    run: (name, number) => api.postMessage({ kind: 'run', name, ...(number !== undefined && { number }) })
  }
  const root = document.getElementById('page')!
  const said = document.getElementById('said')!
  let question: unknown
  let isFirst = true
  document.addEventListener('scroll', () => question !== undefined && api.setState({ question, scroll: window.scrollY }), { passive: true })
  window.addEventListener('message', ({ data }: MessageEvent<ToPage<Model>>) => {
    if (data.kind === 'said') return say(said, data.words)
    if (data.kind === 'nothing') return root.replaceChildren(element('p', {}, data.words))
    question = data.question
    const { activeElement } = document
    const key = activeElement instanceof HTMLElement || activeElement instanceof SVGElement ? activeElement.dataset.key : undefined
    root.replaceChildren(...draw(data.model, page))
    if (key !== undefined) focusOn(root, key)
    if (isFirst) window.scrollTo(0, scrollOf(api.getState(), question))
    else if (news) say(said, news(data.model))
    isFirst = false
    api.setState({ question, scroll: window.scrollY })
  })
  api.postMessage({ kind: 'ready' })
}

/** Where the reader was, if it was in an answer to the same question. */
function scrollOf(kept: unknown, question: unknown): number {
  if (typeof kept !== 'object' || kept === null || !('question' in kept) || !('scroll' in kept)) return 0
  return JSON.stringify(kept.question) === JSON.stringify(question) ? Number(kept.scroll) : 0
}

function focusOn(root: HTMLElement, key: string): void {
  const marked = [...root.querySelectorAll<HTMLElement>('[data-key]')]
  marked.find(it => it.dataset.key === key)?.focus()
}

/** Screen readers read it out; it goes after a while. */
function say(said: HTMLElement, words: string): void {
  said.textContent = words
  setTimeout(() => {
    if (said.textContent === words) said.textContent = ''
  }, 2000)
}

export interface Action {
  readonly label: string
  readonly key: string
  readonly act: () => void
}

export const toolbar = (label: string, actions: readonly Action[]): HTMLElement =>
  element('div', { role: 'toolbar', class: 'toolbar', 'aria-label': label }, ...actions.map(button))

export function button({ label, key, act }: Action): HTMLButtonElement {
  const made = element('button', { type: 'button', 'data-key': key }, label)
  made.addEventListener('click', act)
  return made
}

/** The arrow keys lead through a list of things that can have the focus, as in VS Code's own lists. */
export function moveWithArrows(list: HTMLElement, selector: string): void {
  list.addEventListener('keydown', event => {
    const steps = { ArrowDown: 1, ArrowUp: -1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }
    const step = Object.hasOwn(steps, event.key) ? steps[event.key as keyof typeof steps] : undefined
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return
    const items = [...list.querySelectorAll<HTMLElement>(selector)]
    const at = items.indexOf(document.activeElement as HTMLElement)
    if (at < 0) return
    event.preventDefault()
    items[Math.min(Math.max(at + step, 0), items.length - 1)]!.focus()
  })
}
