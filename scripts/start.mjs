/**
 * `npm start`: builds, checks the samples, prints what was found, and opens VS Code on them with the extension: the one
 * on the PATH, or with `--browser` one that any browser can open.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const samples = join(root, 'samples')

run('esbuild.mjs')
// Its exit code tells of findings, and the samples are made to have some.
run('dist/cli.cjs', 'check', 'samples')

const code = findCode()
if (process.argv.includes('--browser')) await serve()
else if (code) openDesktop(code)
else console.log('\nTo see this in the editor: put `code` on the PATH, or run `npm start -- --browser`, and open samples/ in VS Code')

function run(script, ...parameters) {
  const { status } = spawnSync(process.execPath, [script, ...parameters], { cwd: root, stdio: 'inherit' })
  if (status === null || status > 1 || (status && script === 'esbuild.mjs')) process.exit(status ?? 1)
}

function findCode() {
  const names = process.platform === 'win32' ? ['code.cmd'] : ['code', 'codium']
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.flatMap(folder => names.map(name => join(folder, name))).find(it => existsSync(it))
}

function openDesktop(executable) {
  console.log(`\nOpening ${executable} on the samples`)
  // VS Code refuses to run as root without these.
  const forRoot = process.getuid?.() === 0 ? ['--no-sandbox', '--user-data-dir', join(tmpdir(), 'mtls-lens-code')] : []
  const parameters = [`--extensionDevelopmentPath=${root}`, samples, ...forRoot]
  spawn(executable, parameters, { stdio: 'ignore', detached: true, shell: process.platform === 'win32' }).unref()
}

/** Serves until it is interrupted. */
async function serve() {
  const { hostObstacle, installHost } = await import('../test/vscode/host/install.mjs')
  const obstacle = hostObstacle({ browser: false })
  if (obstacle) {
    console.error(`\nNo VS Code for the browser here: ${obstacle}`)
    process.exit(1)
  }
  installHost()
  const { closeAllHosts, startHost } = await import('../test/vscode/host/launch.mjs')
  const { url } = await startHost({ folder: samples, extensionDevelopmentPath: root, browser: false })
  console.log(`\nVS Code on the samples: ${url}\nCtrl+C ends it`)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => closeAllHosts().then(() => process.exit(0)))
}
