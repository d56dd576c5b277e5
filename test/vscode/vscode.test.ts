/**
 * The extension inside a real VS Code: on the desktop where there is a display, else the host in `host/`. The suite runs
 * in VS Code's extension host; what it reports becomes tests here.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { downloadAndUnzipVSCode, resolveCliPathFromVSCodeExecutablePath, runTests } from '@vscode/test-electron'
import { build } from 'esbuild'
import { hostExecutable, hostObstacle, installHost } from './host/install.mjs'
import { testMapPage } from './map-page.js'
import { testPages } from './pages.js'
import type { Outcome } from './suite/index.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const suite = join(root, '.vscode-test/suite.cjs')

test('in a real VS Code', async t => {
  const executable = await findVsCode()
  if ('obstacle' in executable) return t.skip(`no VS Code can be had here: ${executable.obstacle}`)
  await build({
    entryPoints: [join(root, 'test/vscode/suite/index.ts')],
    outfile: suite,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning'
  })
  await t.test('from its sources', t => runSuite(t, { executable: executable.path, trusted: true }))
  await t.test('in Restricted Mode', t => runSuite(t, { executable: executable.path, trusted: false }))
  await t.test('installed from its package', t => runSuite(t, { executable: executable.path, trusted: true, vsix: packExtension() }))
})

test('the pages of the extension', testPages)
test('the page of the trust map', testMapPage)

interface Run {
  readonly executable: string
  readonly trusted: boolean
  readonly vsix?: string
}

async function runSuite(t: TestContext, { executable, trusted, vsix }: Run): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'mtls-lens-vscode-'))
  t.after(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }))
  const folder = join(scratch, 'samples')
  const outcomes = join(scratch, 'outcomes.json')
  cpSync(join(root, 'samples'), folder, { recursive: true })
  const directories = ['--user-data-dir', join(scratch, 'user-data'), '--extensions-dir', join(scratch, 'extensions')]
  writeUserSettings(scratch, trusted)
  if (vsix)
    execFileSync(resolveCliPathFromVSCodeExecutablePath(executable), ['--install-extension', vsix, ...directories], { stdio: 'ignore' })

  const code = await runTests({
    vscodeExecutablePath: executable,
    // VS Code runs tests only beside an extension under development: an empty one when the packed one is meant.
    extensionDevelopmentPath: vsix ? emptyExtension(scratch) : root,
    extensionTestsPath: suite,
    extensionTestsEnv: { MTLS_LENS_OUTCOMES: outcomes, MTLS_LENS_TRUSTED: String(trusted), MTLS_LENS_ONLY: process.env.MTLS_LENS_ONLY },
    launchArgs: [folder, ...directories]
  }).catch((error: unknown) => error)

  const seen: Outcome[] = existsSync(outcomes) ? JSON.parse(readFileSync(outcomes, 'utf8')) : []
  for (const { name, error } of seen) {
    await t.test(name, () => {
      if (error) throw new Error(error)
    })
  }
  assert.equal(code, 0, `VS Code did not run the suite to its end: ${code}`)
}

async function findVsCode(): Promise<{ readonly path: string } | { readonly obstacle: string }> {
  const given = process.env.MTLS_LENS_VSCODE
  if (given) return { path: given }
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) {
    const path = await downloadAndUnzipVSCode('stable').catch(() => undefined)
    if (path) return { path }
  }
  const obstacle = hostObstacle()
  if (obstacle) return { obstacle }
  installHost()
  return { path: hostExecutable }
}

function packExtension(): string {
  const path = join(root, '.vscode-test/packed.vsix')
  execFileSync(process.execPath, ['scripts/package.mjs', path], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  return path
}

function writeUserSettings(scratch: string, trusted: boolean): void {
  const folder = join(scratch, 'user-data/User')
  const settings = {
    'files.autoSave': 'off',
    'workbench.startupEditor': 'none',
    'security.workspace.trust.enabled': !trusted,
    'security.workspace.trust.startupPrompt': 'never',
    'security.workspace.trust.untrustedFiles': 'open'
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings))
}

function emptyExtension(scratch: string): string {
  const folder = join(scratch, 'empty-extension')
  const manifest = { publisher: 'mtls-lens', name: 'empty', version: '0.0.1', engines: { vscode: '*' } }
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  return folder
}
