/**
 * Installs a real VS Code that needs no display: the VS Code server with its Node extension host, a Node to run it with
 * and playwright-core, all from npm packages, into `.vscode-test/host`. Debian's chromium shows its workbench.
 * An install of the same versions is left as it is.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CODE_SERVER = '4.139.1' // holds VS Code 1.139.1, which wants Node 24
const NODE = '24.21.0'
const PLAYWRIGHT = '1.65.1'

export const hostDirectory = process.env.VSCODE_HOST_DIR ?? fileURLToPath(new URL('../../../.vscode-test/host', import.meta.url))
/** Behaves as the executable of VS Code does for @vscode/test-electron. */
export const hostExecutable = join(hostDirectory, 'code')
export const chromium = process.env.VSCODE_HOST_CHROMIUM ?? '/usr/bin/chromium'

/** Why no host can be had here; nothing when it can. To serve other browsers it needs none of its own. */
export function hostObstacle({ browser = true } = {}) {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return 'the VS Code host needs Linux on x64 or arm64'
  if (browser && !existsSync(chromium)) return `no ${chromium}, which shows VS Code's window`
}

export function installHost(log = console.log) {
  const platform = `linux-${process.arch}`
  const stamp = `code-server ${CODE_SERVER}, node ${NODE}, playwright-core ${PLAYWRIGHT}, ${platform}`
  const stampFile = join(hostDirectory, '.installed')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return

  const started = Date.now()
  log(`VS Code host: installing ${stamp}`)
  rmSync(hostDirectory, { recursive: true, force: true })
  mkdirSync(hostDirectory, { recursive: true })
  installPackages(platform)
  installDependenciesOfVsCode(platform)
  removeWhatNoTestNeeds(platform)
  writeExecutables()
  writeFileSync(stampFile, stamp)
  log(`VS Code host: installed in ${Math.round((Date.now() - started) / 1000)} s`)
}

const inHost = (...parts) => join(hostDirectory, ...parts)
const vscode = (...parts) => inHost('node_modules/code-server/lib/vscode', ...parts)

/** No install scripts: code-server's refuses root, others copy or download binaries. */
function installPackages(platform) {
  const dependencies = { 'code-server': CODE_SERVER, [`node-${platform}`]: NODE, 'playwright-core': PLAYWRIGHT }
  writeFileSync(inHost('package.json'), JSON.stringify({ private: true, dependencies }))
  npm(hostDirectory, 'install', '--ignore-scripts')
  symlinkSync(inHost(`node_modules/node-${platform}/bin/node`), inHost('node'))
}

/** `npm install`, since `npm ci` finds the shipped shrinkwrap out of step; it still takes the versions pinned there. */
function installDependenciesOfVsCode(platform) {
  npm(vscode(), 'install', '--ignore-scripts', '--omit=dev')
  npm(vscode('extensions'), 'install', '--ignore-scripts', '--omit=dev')
  execFileSync(inHost('node'), ['postinstall.mjs'], { cwd: vscode('extensions'), stdio: 'ignore' })
  const native = ['@vscode/spdlog', '@vscode/native-watchdog', '@vscode/fs-copyfile', 'node-pty'].filter(
    it => existsSync(vscode('node_modules', it)) && !existsSync(vscode('node_modules', it, 'prebuilds', platform))
  )
  try {
    // Built against the headers in the Node package; node-gyp would download them otherwise.
    npm(vscode(), 'rebuild', ...native, `--nodedir=${inHost(`node_modules/node-${platform}`)}`)
  } catch {
    console.warn('VS Code host: no g++, make or python3, so VS Code will write no log files')
  }
}

/** The other built-in extensions stay: the workbench misses them loudly. */
function removeWhatNoTestNeeds(platform) {
  const unneeded = ['@github', '@microsoft/mxc-sdk', '@vscode/sandbox-runtime', '@devcontainers'].map(it => vscode('node_modules', it))
  for (const folder of ['node-pty/prebuilds', '@vscode/ripgrep-universal/bin'].map(it => vscode('node_modules', it))) {
    if (existsSync(folder))
      unneeded.push(
        ...readdirSync(folder)
          .filter(it => it !== platform)
          .map(it => join(folder, it))
      )
  }
  unneeded.push(vscode('extensions/copilot'), ...['include', 'share'].map(it => inHost(`node_modules/node-${platform}`, it)))
  for (const path of unneeded) rmSync(path, { recursive: true, force: true })
}

/** `bin/code` is where @vscode/test-electron looks for the command line tool. */
function writeExecutables() {
  const script = `#!/bin/sh\nexec "${inHost('node')}" "${fileURLToPath(new URL('code.mjs', import.meta.url))}" "$@"\n`
  mkdirSync(inHost('bin'))
  for (const path of [hostExecutable, inHost('bin/code')]) {
    writeFileSync(path, script)
    chmodSync(path, 0o755)
  }
}

function npm(cwd, ...parameters) {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']
  // An npm that started us has set its own options in the environment, among them the folder to work in.
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|command|config_local_prefix)/.test(name))
  )
  execFileSync('npm', [...parameters, ...quiet], { cwd, env: environment, stdio: ['ignore', 'ignore', 'inherit'] })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installHost()
