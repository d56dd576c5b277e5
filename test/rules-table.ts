import { readFileSync } from 'node:fs'
import { basename, dirname, relative } from 'node:path'
import type { Rule } from '../server/src/core/rule.js'
import { dialects, rules } from '../server/src/service.js'
import { filesBelow, repository } from './files.js'
import { type Case, type Page, parsePage, setScene } from './page.js'

/** A folder of rules. `elsewhere`: what holds for all of its rules that show no case in a dialect and give no reason themselves. */
interface Group {
  readonly heading: string
  readonly elsewhere?: Readonly<Record<string, string>>
}

const onlyMesh = "it states its own listeners and clients alone; what workloads demand of each other is stated in the mesh's own language"

const groups: Readonly<Record<string, Group>> = {
  file: { heading: 'Files and PEM' },
  certificate: { heading: 'One certificate' },
  chain: { heading: 'Chains and trust bundles' },
  endpoint: { heading: 'Endpoints', elsewhere: { pem: 'a PEM file holds no settings' } },
  connection: { heading: 'Connections', elsewhere: { pem: 'a PEM file connects to nobody, and nobody to it' } },
  mesh: {
    heading: 'Mesh and orchestration',
    elsewhere: { pem: 'a PEM file holds no settings', envoy: onlyMesh, haproxy: onlyMesh, nginx: onlyMesh }
  }
}

/** What a page says of a rule in one dialect. */
export interface Cell {
  readonly rule: string
  readonly dialect: string
  readonly fires: boolean
  readonly silent: boolean
  /** Why it cannot fire. */
  readonly reason?: string
  /** True when the reason is that of the whole group. */
  readonly general: boolean
}

/** All rules by folder, with the dialects in which a page shows them fire (●) and stay silent (○), or why they never do (–). */
export function rulesTable(): string {
  const pages = filesBelow('server/src/rules', '.md')
  const sections = Object.keys(groups).map(folder =>
    section(
      folder,
      pages.filter(it => basename(dirname(it)) === folder)
    )
  )
  return `# Rules

Made by \`npm run rules\` from the rules' pages, which are their tests: ● a case in which the rule fires, ○ one in which it must be silent, – a language in which it cannot fire, with the reason below the table. The clients of command lines (curl, openssl s_client) and what Node.js is told in options are endpoints like all others, and the same rules speak of them; nobody is blamed for what is there to be tried out.

${sections.join('\n')}`
}

/** Every rule in every dialect. */
export const ruleCells = (): readonly Cell[] => filesBelow('server/src/rules', '.md').flatMap(cellsOf)

/** Programs are no configurations: what their clients and servers do wrong is what those of a configuration do. */
const columns = dialects.filter(it => !it.common).map(it => it.id)

function section(folder: string, pages: readonly string[]): string {
  const rows = pages.map(page => row(page))
  const { heading } = groups[folder]!
  return `## ${heading}\n\n| rule | severity | fires when | ${columns.join(' | ')} |\n|---|---|---|${columns.map(() => ':-:|').join('')}\n${rows.join('\n')}\n${reasonsOf(folder, pages)}`
}

function row(path: string): string {
  const id = basename(path, '.md')
  const rule = rules.find(it => it.id === id) as Rule
  const cells = cellsOf(path).map(it => `${it.fires ? '●' : it.reason ? '–' : ''}${it.silent ? '○' : ''}`)
  return `| [${id}](../${relative(repository, path)}) | ${rule.severity} | ${rule.title} | ${cells.join(' | ')} |`
}

function reasonsOf(folder: string, pages: readonly string[]): string {
  const cells = pages.flatMap(cellsOf)
  const general = Object.entries(groups[folder]!.elsewhere ?? {}).filter(([dialect]) =>
    cells.some(it => it.general && it.dialect === dialect)
  )
  const own = pages.flatMap(page => {
    const reasons = grouped(cellsOf(page).flatMap(it => (it.reason && !it.general ? [[it.dialect, it.reason] as const] : [])))
    return reasons.length > 0 ? [`- ${basename(page, '.md')} – ${reasons.map(([names, why]) => `${names}: ${why}`).join('; ')}`] : []
  })
  const all = [...grouped(general).map(([names, why]) => `- all others – ${names}: ${why}`), ...own]
  return all.length > 0 ? `\n${all.join('\n')}\n` : ''
}

/** Names that share a reason stand together before it. */
function grouped(reasons: readonly (readonly [name: string, reason: string])[]): readonly (readonly [names: string, reason: string])[] {
  const byReason = new Map<string, string[]>()
  for (const [name, reason] of reasons) byReason.set(reason, [...(byReason.get(reason) ?? []), name])
  return [...byReason].map(([reason, names]) => [names.join(', '), reason])
}

function cellsOf(path: string): readonly Cell[] {
  const page = parsePage(readFileSync(path, 'utf8'))
  const shown = page.cases.map(it => ({ section: it.section, dialects: dialectsOf(page, it) }))
  const shows = (section: string, dialect: string) => shown.some(it => it.section === section && it.dialects.has(dialect))
  const general = groups[basename(dirname(path))]?.elsewhere ?? {}
  return columns.map(dialect => {
    const fires = shows('Fires', dialect)
    const own = page.elsewhere.get(dialect)
    const reason = own ?? (fires ? undefined : general[dialect])
    return {
      rule: page.id,
      dialect,
      fires,
      silent: shows('Silent', dialect),
      general: own === undefined && reason !== undefined,
      ...(reason ? { reason } : {})
    }
  })
}

/** Whose files a finding is expected in, and of a silent case whose are checked. */
function dialectsOf(page: Page, example: Case): ReadonlySet<string> {
  const { files, roots, expected } = setScene(page.id, example)
  const paths = example.section === 'Fires' ? expected.filter(it => it.rule === page.id).map(it => it.path) : roots
  return new Set(paths.flatMap(path => dialectOf(roots.includes(path) ? path : roots[0]!, files.get(path)?.text ?? '') ?? []))
}

const dialectOf = (path: string, text: string): string | undefined => dialects.find(it => it.mayBe(path) && it.detect(path, text))?.id
