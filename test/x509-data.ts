import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SourceFile } from '../server/src/core/text.js'
import { parsePem } from '../server/src/x509/pem.js'
import { repository } from './files.js'

/** Third-party certificates that lie beside the repository on some machines; they are no part of it. */
const folder = join(repository, '../shared/x509')

/** Why tests on that data are skipped; `false` when it is there. */
export const noSharedData = existsSync(folder) ? false : 'the third-party certificates of ../shared/x509 are not on this machine'

export interface DataFile {
  /** Below the folder of the data. */
  readonly name: string
  readonly path: string
  readonly bytes: Buffer
}

export function sharedFiles(...below: readonly string[]): readonly DataFile[] {
  return below.flatMap(it =>
    readdirSync(join(folder, it), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath ?? entry.path, entry.name))
      .map(path => ({ name: path.slice(folder.length + 1), path, bytes: readFileSync(path) }))
  )
}

export const sharedJson = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))

/** As the product reads files: text where it is UTF-8, else one character a byte. */
export function asSource(path: string, bytes: Buffer): SourceFile {
  const text = bytes.toString('utf8')
  return text.includes('\ufffd') ? { path, text: bytes.toString('latin1'), encoding: 'binary' } : { path, text, encoding: 'utf8' }
}

/** Every PEM certificate in the JSON files, in one set. */
export function sharedPemCertificates(): readonly string[] {
  const found = new Set<string>()
  for (const name of [
    'limbo/limbo-core.json',
    'limbo/limbo-bettertls.json',
    'chains/chains.json',
    'chains/crl-check.json',
    'pkits/pkits.json'
  ]) {
    collect(sharedJson(name), found)
  }
  return [...found]
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value === 'string' && value.includes('-----BEGIN CERTIFICATE-----')) {
    const file: SourceFile = { path: 'x.pem', text: value, encoding: 'utf8' }
    for (const { span, kind } of parsePem(file).blocks) if (kind === 'certificate') found.add(value.slice(span.start, span.end))
  } else if (typeof value === 'object' && value !== null) for (const it of Object.values(value)) collect(it, found)
}

/** A small generator of numbers from 0 below 1, the same in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
