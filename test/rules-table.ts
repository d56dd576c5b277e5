import { readFileSync } from 'node:fs'
import { basename, dirname, relative } from 'node:path'
import type { Rule } from '../server/src/core/rule.js'
import { dialects, rules } from '../server/src/service.js'
import { filesBelow, repository } from './files.js'
import { parsePage } from './page.js'

const headings: Readonly<Record<string, string>> = {
  file: 'Files and PEM',
  certificate: 'One certificate',
  chain: 'Chains and trust bundles',
  endpoint: 'Endpoints',
  connection: 'Connections',
  mesh: 'Mesh and orchestration'
}

/** All rules by folder, with the dialects in which a page shows them fire (●) and stay silent (○). */
export function rulesTable(): string {
  const pages = filesBelow('server/src/rules', '.md')
  const folders = [...new Set(pages.map(it => basename(dirname(it))))].sort((a, b) => order(a) - order(b))
  const sections = folders.map(folder =>
    section(
      folder,
      pages.filter(it => basename(dirname(it)) === folder)
    )
  )
  return `# Rules

Made by \`npm run rules\` from the rules' pages, which are their tests: ● a case in which the rule fires, ○ one in which it must be silent.

${sections.join('\n')}`
}

const order = (folder: string): number => Object.keys(headings).indexOf(folder)

const columns = dialects.map(it => it.id)

function section(folder: string, pages: readonly string[]): string {
  const rows = pages.map(page => row(page))
  return `## ${headings[folder] ?? folder}\n\n| rule | severity | fires when | ${columns.join(' | ')} |\n|---|---|---|${columns.map(() => ':-:|').join('')}\n${rows.join('\n')}\n`
}

function row(path: string): string {
  const id = basename(path, '.md')
  const rule = rules.find(it => it.id === id) as Rule
  const { cases } = parsePage(readFileSync(path, 'utf8'))
  const shows = (section: string, dialect: string) =>
    cases.some(it => it.section === section && it.fences.some(fence => dialectOf(fence) === dialect))
  const cells = columns.map(it => `${shows('Fires', it) ? '●' : ''}${shows('Silent', it) ? '○' : ''}`)
  return `| [${id}](../${relative(repository, path)}) | ${rule.severity} | ${rule.title} | ${cells.join(' | ')} |`
}

/** Made certificates are PEM files; a YAML file says by its content whose it is. */
function dialectOf({ language, text }: { readonly language: string; readonly text: string }): string | undefined {
  if (language === 'certs') return 'pem'
  return dialects.find(it => it.id === language || (language === 'yaml' && it.id !== 'pem' && it.detect('config.yaml', text)))?.id
}
