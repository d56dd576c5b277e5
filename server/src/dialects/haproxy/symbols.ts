import type { DocumentSymbol } from '../../core/dialect.js'
import type { SourceFile } from '../../core/text.js'
import { keywordOf, spanOf } from './configuration.js'
import { latestVersion } from './defaults.js'
import { type Line, parse, type Section } from './parser.js'

/** The sections, with the lines in them that listen and connect. */
export const symbols = (file: SourceFile): readonly DocumentSymbol[] => parse(file, latestVersion).sections.map(symbolOf)

function symbolOf(section: Section): DocumentSymbol {
  const { header, kind, start, end } = section
  const name = header.words
    .slice(0, 2)
    .map(it => it.value)
    .join(' ')
  const addresses = section.lines.filter(it => keywordOf(it) === 'bind').map(it => it.words[1]?.value ?? '')
  return {
    name,
    detail: addresses.join(', '),
    kind: kind === 'frontend' || kind === 'listen' ? 'server' : kind === 'backend' ? 'upstream' : 'block',
    span: { start, end },
    selection: spanOf(header.words),
    children: section.lines.filter(isShown).map(lineSymbol)
  }
}

const isShown = (line: Line): boolean => /^(?:bind|server|server-template|peer|load)$/.test(keywordOf(line)) && line.words.length > 1

const lineSymbol = (line: Line): DocumentSymbol => ({
  name: line.words
    .slice(0, 2)
    .map(it => it.value)
    .join(' '),
  detail: keywordOf(line) === 'server' ? (line.words[2]?.value ?? '') : '',
  kind: keywordOf(line) === 'bind' ? 'server' : keywordOf(line) === 'load' ? 'certificate' : 'upstream',
  span: { start: line.start, end: line.end },
  selection: spanOf(line.words.slice(0, 2)),
  children: []
})
