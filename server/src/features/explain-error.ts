import type { Workspace } from '../core/workspace.js'
import { type Explained, type Explanation, explainError } from '../explain/explain.js'
import { type CauseHere, causesHere } from '../explain/here.js'
import type { Shown } from './verify-chain.js'
import { plain } from './words.js'

export interface ExplainedError {
  readonly title: string
  readonly markdown: string
}

/** What a line of a log means, and which of its causes this workspace shows, as Markdown. */
export function explainErrorHere(workspace: Workspace, pasted: string, shown: Shown): ExplainedError {
  const explained = explainError(pasted)
  const [first, ...others] = explained.explanations
  if (!first) return { title: 'Not a known error', markdown: unknown(explained) }
  const here = causesHere(workspace, explained.explanations, explained.text)
  const parts = [
    `# ${plain(first.meaning)}`,
    quote(explained),
    ['| | |', '|:--|:--|', `| Said | ${plain(first.who)} |`, `| To change | ${plain(first.change)} |`].join('\n'),
    ...findings(here, shown),
    ...causes(first, here),
    ...also(others),
    `${source(first.citation)}${explained.note ? ` ${explained.note}.` : ''}`
  ]
  return { title: `Explained: ${first.id}`, markdown: parts.join('\n\n') }
}

function unknown(explained: Explained): string {
  const words = ['# No error that mTLS Lens knows stands in this text', quote(explained)]
  const hint = `${explained.note ?? 'Nothing is guessed'}. Select the whole line: the words after the last colon often matter most.`
  return [...words, hint].filter(it => it !== '').join('\n\n')
}

const quote = ({ line }: Explained): string => (line === '' ? '' : `> ${plain(line)}`)

function findings(here: readonly CauseHere[], shown: Shown): readonly string[] {
  if (here.length === 0)
    return ['## In this workspace', 'No finding here is among the usual causes; the other side’s files may not be in this workspace.']
  const lines = here.map(({ finding, named }) => {
    const because = named.length > 0 ? ` (the line names ${plain(named.join(', '))})` : ''
    return `- [${plain(shown.path(finding.path))}](${shown.target(finding)}): ${plain(finding.message)} · ${rule(finding.rule)}${because}`
  })
  return ['## In this workspace', lines.join('\n')]
}

function causes({ causes: usual }: Explanation, here: readonly CauseHere[]): readonly string[] {
  if (usual.length === 0) return []
  const found = new Set(here.map(it => it.finding.rule))
  const lines = usual.map(({ words, rules }, index) => {
    const told = rules.length > 0 ? ` · ${rules.map(rule).join(', ')}` : ''
    return `${index + 1}. ${plain(words)}${told}${rules.some(it => found.has(it)) ? ' **found here**' : ''}`
  })
  return ['## Usual causes, most likely first', lines.join('\n')]
}

const also = (others: readonly Explanation[]): readonly string[] =>
  others.length === 0
    ? []
    : [
        '## Also in this text',
        others
          .slice(0, 5)
          .map(it => `- ${plain(it.meaning)} ${plain(it.who)}`)
          .join('\n')
      ]

const rule = (id: string): string => `\`${id}\``

const source = (citation: string): string => (citation.startsWith('https:') ? `[Source](${citation}).` : `${plain(citation)}.`)
