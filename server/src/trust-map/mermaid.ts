/** The map in Mermaid's language, for documents: files as subgraphs, and the same colours and dashes as in the picture. */
import { isEndpoint, type MapEdge, type MapNode, type TrustMap } from './map.js'
import { legible } from './text-width.js'
import { marks } from './words.js'

export function drawMermaid({ nodes, edges, notes }: TrustMap, shown: (path: string) => string): string {
  const endpoints = nodes.filter(isEndpoint)
  const files = new Map<string, MapNode[]>()
  for (const it of endpoints) {
    const key = it.path ?? ''
    const known = files.get(key)
    if (known) known.push(it)
    else files.set(key, [it])
  }
  const subgraphs = [...files].flatMap(([path, members], at) =>
    path === ''
      ? members.map(it => `  ${nodeText(it)}`)
      : [`  subgraph f${at}["${text(shown(path))}"]`, ...members.map(it => `    ${nodeText(it)}`), '  end']
  )
  return [
    'flowchart LR',
    ...notes.map(it => `  %% ${comment(it)}`),
    ...subgraphs,
    ...nodes.filter(it => !isEndpoint(it)).map(it => `  ${nodeText(it)}`),
    ...edges.map(it => `  ${edgeText(it)}`),
    ...stylesOf(edges),
    ''
  ].join('\n')
}

function nodeText({ id, kind, label, details }: MapNode): string {
  const lines = `"${[label, ...details.map(it => it.text)].map(text).join('<br>')}"`
  switch (kind) {
    case 'client':
      return `${id}([${lines}])`
    case 'server':
      return `${id}[${lines}]`
    case 'authority':
      return `${id}{{${lines}}}`
    case 'certificate':
      return `${id}[/${lines}/]`
    case 'elsewhere':
      return `${id}[(${lines})]`
  }
}

function edgeText({ kind, from, to, label, reason, verdict, inEffect }: MapEdge): string {
  switch (kind) {
    case 'connects':
      return `${from} ==>|"${[`${marks[verdict ?? 'unknown']} ${label}`, ...(reason === undefined ? [] : [reason])].map(text).join('<br>')}"| ${to}`
    case 'presents':
      return `${from} -->|"presents${label === '' ? '' : ` ${text(label)}`}"| ${to}`
    case 'trusts':
      return `${from} -.->|"${inEffect === false ? 'trusts, in vain' : 'trusts'}"| ${to}`
    case 'issued':
      return `${from} -->|"issued by"| ${to}`
  }
}

/** Colours that are legible on light and dark ground alike. */
const strokes = {
  accepted: 'stroke:#2da44e,stroke-width:3px',
  rejected: 'stroke:#e5484d,stroke-width:3px,stroke-dasharray:9 4',
  unknown: 'stroke:#8b949e,stroke-width:3px,stroke-dasharray:2 4',
  plaintext: 'stroke:#bf8700,stroke-width:3px,stroke-dasharray:11 3 2 3',
  presents: 'stroke:#3b82f6',
  trusts: 'stroke:#a371f7',
  issued: 'stroke:#8b949e'
} as const

function stylesOf(edges: readonly MapEdge[]): readonly string[] {
  const numbers = new Map<keyof typeof strokes, number[]>()
  edges.forEach(({ kind, verdict }, at) => {
    const name = kind === 'connects' ? (verdict ?? 'unknown') : kind
    const known = numbers.get(name)
    if (known) known.push(at)
    else numbers.set(name, [at])
  })
  return [...numbers].map(([name, all]) => `  linkStyle ${all.join(',')} ${strokes[name]}`)
}

/** Mermaid takes quotes, brackets, entities, Markdown and line breaks in a text for its own. */
const text = (it: string): string => legible(it).replace(/[^\p{L}\p{N} .,:/'@=+-]/gu, found => `#${found.codePointAt(0)};`)

/** A brace after `%%` would begin a directive. */
const comment = (it: string): string => it.replace(/[\p{Cc}\u2028\u2029{}]+/gu, ' ')
