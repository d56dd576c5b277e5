/** Edits made at random, one after the other: after each, what was carried over has to be what a fresh look at the text gives. */
import assert from 'node:assert/strict'
import { type SourceFile, sourceFile } from '../server/src/core/text.js'
import { openWorkspace } from '../server/src/service.js'
import { readOf } from './nginx.js'

export interface Typing {
  readonly files: ReadonlyMap<string, string>
  /** The file that is edited, and its first text. */
  readonly path: string
  readonly text: string
  /** What is typed besides single letters. */
  readonly typed: readonly string[]
  /** What stands before it on a line of its own. */
  readonly indent: string
  readonly edits: number
  readonly seed: number
  /** Was the text read in part only? Asserts what else there is to say of the tree. */
  readAgain(file: SourceFile): boolean
}

const now = () => new Date('2026-06-01T00:00:00Z')

/** Compares with a workspace that never saw another text; tells how often the text was read in part, and how much was found. */
export function typeAtRandom({ files, path, text, typed, indent, edits, seed, readAgain }: Typing): {
  readonly again: number
  readonly found: number
} {
  const random = randomNumbers(seed)
  const sources = new Map([...files].map(([name, it]) => [name, sourceFile(name, it)]))
  sources.set(path, sourceFile(path, text))
  const open = () => openWorkspace({ read: readOf(sources), now, files: [...sources.keys()] })
  const workspace = open()
  workspace.check(path)
  let again = 0
  let found = 0
  let edited = text
  for (let edit = 0; edit < edits; edit++) {
    // Now and then the author takes everything back, or the text would soon be nothing but errors.
    edited = random(6) === 0 ? text : typeOnce(edited, typed, indent, random)
    const file = sourceFile(path, edited)
    sources.set(path, file)
    workspace.changed([path])
    if (readAgain(file)) again++
    // A check may be left out, as when somebody types fast.
    if (random(4) === 0) continue
    const fresh = open()
    assert.deepEqual(workspace.lowered(path), fresh.lowered(path), `what ${path} says, edit ${edit}:\n${edited}`)
    const findings = workspace.check(path)
    assert.deepEqual(findings, fresh.check(path), `what is found in ${path}, edit ${edit}:\n${edited}`)
    for (const it of findings) if (it.path === path) assert.ok(it.start <= it.end && it.end <= edited.length, it.message)
    for (const name of sources.keys()) assert.deepEqual(workspace.rootsReading(name), fresh.rootsReading(name), `who reads ${name}`)
    found += findings.length
  }
  return { again, found }
}

function typeOnce(text: string, typed: readonly string[], indent: string, random: (below: number) => number): string {
  const at = random(text.length + 1)
  const lineStart = text.lastIndexOf('\n', at - 1) + 1
  const lineEnd = text.indexOf('\n', at) + 1 || text.length
  switch (random(7)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + random(4))
    case 1:
      return text.slice(0, lineStart) + text.slice(lineEnd)
    case 2:
      return text.slice(0, lineEnd) + text.slice(lineStart)
    case 3:
      return `${text.slice(0, lineStart)}${indent}${typed[random(typed.length)]}\n${text.slice(lineStart)}`
    case 4:
      return text.slice(0, at) + String.fromCharCode(97 + random(26)) + text.slice(at)
    default:
      return text.slice(0, at) + typed[random(typed.length)] + text.slice(at)
  }
}

/** The same numbers at each run. */
/** The same numbers for the same seed, on every machine. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1
  return below => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0
    return ((state ^ (state >>> 13)) >>> 0) % below
  }
}
