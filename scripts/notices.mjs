/** Writes the licences of all packages whose code was bundled: they ask to go along with every copy. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** `results` are esbuild's, with metafiles. */
export function writeNotices(path, results) {
  const inputs = results.flatMap(it => Object.keys(it.metafile.inputs))
  const folders = [...new Set(inputs.map(packageFolder).filter(it => it !== undefined))].sort()
  const notices = folders.map(noticeOf)
  writeFileSync(path, `mTLS Lens contains code of these packages, under these licences.\n\n${notices.join('\n\n')}\n`)
}

/** The folder of the package that a file is of: the last of those that lie in each other. */
const packageFolder = input => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0]

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const texts = readdirSync(folder).filter(it => /^(?:licen[cs]e|copying|notice|copyright)/i.test(it) && existsSync(join(folder, it)))
  if (!license && texts.length === 0) throw new Error(`${name} says nothing of its licence`)
  const body = texts.map(it => readFileSync(join(folder, it), 'utf8').trim()).join('\n\n')
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n${'='.repeat(80)}\n\n${body || `${name} is under the licence ${license}.`}`
}
