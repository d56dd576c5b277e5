import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { filesBelow, repository } from './files.js'

/** Who may import whom: folders of `server/src` (or one file there), and packages. Types count like values. */
const allowed: Readonly<Record<string, { readonly folders: string; readonly packages?: RegExp }>> = {
  core: { folders: 'core x509 path' },
  x509: { folders: 'core x509', packages: /^(@peculiar\/(x509|asn1-.*)|reflect-metadata|node:crypto|node:url)$/ },
  // It makes certificates and keys, which nothing that checks does.
  create: { folders: 'x509 create', packages: /^(@peculiar\/(x509|asn1-.*)|reflect-metadata|node:crypto)$/ },
  path: { folders: 'core x509 path', packages: /^(@peculiar\/x509|node:crypto)$/ },
  handshake: { folders: 'core x509 path handshake' },
  'trust-map': { folders: 'core x509 handshake trust-map' },
  dialects: { folders: 'core x509 dialects', packages: /^(yaml|@babel\/(parser|types))$/ },
  rules: { folders: 'core rules' },
  explain: { folders: 'core path explain' },
  features: { folders: 'core x509 path handshake trust-map explain features lsp/protocol' },
  'open-workspace.ts': { folders: 'core x509 path dialects rules' },
  'service.ts': { folders: 'core x509 create path handshake trust-map dialects rules features explain open-workspace.ts lsp/protocol' },
  files: { folders: 'core files', packages: /^(node:(fs|path|os|url)(\/promises)?|ignore)$/ },
  lsp: { folders: 'core service.ts features files lsp', packages: /^(vscode-languageserver(-textdocument)?(\/.*)?|node:(?!crypto).*)$/ },
  // It hashes findings for its baseline; certificates are none of its business.
  cli: { folders: 'core open-workspace.ts service.ts files cli lsp', packages: /^(?!vscode|@peculiar)/ },
  'index.ts': { folders: 'core x509 path handshake service.ts' },
  client: { folders: 'client lsp/protocol', packages: /^(vscode|vscode-languageclient\/.*|node:.*)$/ },
  // It runs in a page, where there is neither VS Code nor Node.
  webview: { folders: 'webview client/src/webview/messages lsp/protocol' }
}

const files = [...filesBelow('server/src', '.ts'), ...filesBelow('client/src', '.ts'), ...filesBelow('client/webview', '.ts')]

test('every folder keeps to the imports that it is allowed', () => {
  const forbidden = files.flatMap(path => {
    const area = areaOf(path)
    const rule = allowed[area]
    if (!rule) return [`${shown(path)}: ${area} is not in the table`]
    return importsOf(readFileSync(path, 'utf8'))
      .filter(it => !isAllowed(rule, path, it))
      .map(it => `${shown(path)} imports ${it}`)
  })
  assert.deepEqual(forbidden, [])
})

test('imports are found however they are written', () => {
  const text = `import a from 'a'\nimport type { B,\n  C } from "b"\nimport 'c'\nexport * from './d.js'\nconst e = await import('e')\nconst f = "from 'x'"\n`
  assert.deepEqual(importsOf(text), ['a', 'b', 'c', './d.js', 'e'])
})

const shown = (path: string) => relative(repository, path).replaceAll('\\', '/')

/** `core` for `server/src/core/text.ts`, `service.ts` for `server/src/service.ts`, `webview` for what runs in pages, `client` for the rest of the client. */
function areaOf(path: string): string {
  const [top, part, area] = shown(path).split('/')
  return top === 'client' ? (part === 'webview' ? 'webview' : 'client') : area!
}

function importsOf(text: string): readonly string[] {
  const written =
    /^import\s+(?:[\w*${},\s]+?\sfrom\s*)?['"]([^'"]+)['"]|^export\s+(?:type\s+)?(?:\*[\w\s]*|\{[^}]*\})\s*from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm
  return [...text.matchAll(written)].map(it => it[1] ?? it[2] ?? it[3]!)
}

function isAllowed(rule: (typeof allowed)[string], path: string, imported: string): boolean {
  if (!imported.startsWith('.')) return rule.packages?.test(imported) ?? false
  const target = join(dirname(path), imported)
  const inSource = shown(target)
  if (inSource === 'package.json') return true
  const area = areaOf(target).replace(/\.js$/, '.ts')
  return rule.folders.split(' ').some(it => it === area || [`server/src/${it}.`, `${it}.`].some(file => inSource.startsWith(file)))
}
