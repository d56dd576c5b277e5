import { writeFileSync } from 'node:fs'
import * as vscode from 'vscode'
import { chainTests } from './chains.js'
import { createTests } from './create.js'
import { editingTests } from './editing.js'
import { explainTests } from './explain.js'
import { findingTests } from './findings.js'
import { handshakeTests } from './handshakes.js'
import { languageTests } from './languages.js'
import { revertEditors, type Test } from './support.js'
import { trustMapTests } from './trust-map.js'
import { verifyTests } from './verify.js'

/** What happened to one test; the process outside makes a test of Node's runner of it. */
export interface Outcome {
  readonly name: string
  readonly error?: string
}

const tests: Test = {
  'workspace trust is as this run wants it': () => {
    if (vscode.workspace.isTrusted !== (process.env.MTLS_LENS_TRUSTED === 'true'))
      throw new Error(`isTrusted is ${vscode.workspace.isTrusted}`)
  },
  ...languageTests,
  ...findingTests,
  ...chainTests,
  ...verifyTests,
  ...trustMapTests,
  ...createTests,
  ...explainTests,
  ...handshakeTests,
  ...editingTests
}

const limit = 60_000

/** Part of a name, to run only some while working on them. */
const wanted = process.env.MTLS_LENS_ONLY ?? ''

/** Called by VS Code in its extension host. */
export async function run(): Promise<void> {
  const outcomes: Outcome[] = []
  for (const [name, test] of Object.entries(tests).filter(([it]) => it.includes(wanted))) {
    const error = await failure(test)
    console.log(error ? `✖ ${name}\n${error}` : `✔ ${name}`)
    outcomes.push(error ? { name, error } : { name })
    writeFileSync(process.env.MTLS_LENS_OUTCOMES!, JSON.stringify(outcomes))
  }
}

async function failure(test: () => unknown): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${limit / 1000} s`)), limit)
  })
  try {
    await Promise.race([test(), timeout])
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  } finally {
    clearTimeout(timer)
    await revertEditors()
  }
}
