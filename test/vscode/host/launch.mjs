/**
 * Starts the VS Code server that install.mjs installed and, unless told otherwise, opens its workbench in a headless
 * Chromium: a Playwright page to drive and to photograph, or a place for tests to run in the extension host.
 */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { format } from 'node:util'
import { chromium, hostDirectory } from './install.mjs'

const ADDRESS = '127.0.0.1'
const node = join(hostDirectory, 'node')
const vscode = join(hostDirectory, 'node_modules/code-server/lib/vscode')

/** User settings that make runs quiet, offline and alike. */
const quietSettings = {
  // The web's default would save what tests leave unsaved.
  'files.autoSave': 'off',
  'window.confirmBeforeClose': 'never',
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'git.enabled': false,
  'remote.autoForwardPorts': false,
  'npm.fetchOnlinePackageInfo': false,
  'json.schemaDownload.enable': false,
  'typescript.disableAutomaticTypeAcquisition': true
}

/** Messages of the workbench itself, left out so that those of the tests stand alone. */
const noise = [
  /^(Resolv(ing|ed) connection token|Creating a socket|(Ignoring fetching|Updating) additional builtin extensions|Loading development extension)/,
  /^(Error while fetching the extension under development|No search provider registered|Request to .*package\.nls\.json)/,
  /^\[(reconnection-grace-time|AgentHost|AccountPolicyGate|ChatModelSelection|DefaultAccount)|^ChatSessionStore:/,
  /^Canceled: Canceled/ // what the workbench still wanted of the extension host when that ended
]

/** What closes the hosts that are open or still starting. */
const open = new Set()

export async function closeAllHosts() {
  await Promise.all([...open].map(close => close()))
}

export function within(milliseconds, what, promise) {
  let timer
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`gave up on ${what} after ${milliseconds / 1000} s`)), milliseconds)
  })
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer))
}

const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))

/**
 * Resolves with `{ url, page, tests, close }`: `tests` with the exit code of `extensionTestsPath`; without a `browser`
 * only `url` and `close`.
 */
export async function startHost({
  folder,
  extensionDevelopmentPath = [],
  extensionTestsPath,
  userDataDir,
  extensionsDir,
  port = 0,
  settings = {},
  viewport = { width: 1280, height: 800 },
  scale = 1,
  browser: wantBrowser = true,
  verbose = false
} = {}) {
  if (!existsSync(vscode)) throw new Error(`no VS Code in ${hostDirectory}: run node test/vscode/host/install.mjs`)
  const developmentPaths = [extensionDevelopmentPath].flat().map(it => resolve(it))
  const cleanups = []
  const close = async () => {
    while (cleanups.length) {
      await cleanups
        .pop()()
        .catch(error => console.error(`VS Code host: ${error.message}`))
    }
    open.delete(close)
  }
  open.add(close)
  try {
    const scratch = mkdtempSync(join(tmpdir(), 'vscode-host-'))
    cleanups.push(async () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }))
    const dataDir = resolve(userDataDir ?? join(scratch, 'user-data'))
    writeSettings(dataDir, settings)
    const token = randomUUID()
    const server = startServer({
      port,
      token,
      dataDir,
      extensionsDir: resolve(extensionsDir ?? join(scratch, 'extensions')),
      scratch,
      verbose,
      flags: wantBrowser
        ? // Should this process be killed outright, the server ends by itself soon after its last client.
          ['--reconnection-grace-time', '30', '--enable-remote-auto-shutdown']
        : // A built VS Code heeds extensions under development in its address only along with this.
          ['--enable-smoke-test-driver']
    })
    cleanups.push(() => killGroup(server.child))
    const authority = `${ADDRESS}:${await within(60_000, 'the VS Code server', server.listening)}`
    const url = workbenchUrl({ authority, token, folder, developmentPaths: wantBrowser ? [] : developmentPaths })
    if (!wantBrowser) return { url, close }

    const browser = await launchBrowser()
    cleanups.push(() => browser.close())
    const context = await browser.newContext({
      viewport,
      deviceScaleFactor: scale,
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write']
    })
    const page = await context.newPage()
    if (verbose) page.on('console', message => console.error(`[page] ${message.text()}`))

    const runner = extensionTestsPath && writeTestRunner(scratch, extensionTestsPath)
    const tests = runner && watchTests({ page, browser, server, runner, verbose })
    const remote = path => ({ scheme: 'vscode-remote', authority, path: resolve(path) })
    await configureWorkbench(page, {
      extensions: developmentPaths.map(remote),
      ...(runner && { extensionTestsPath: remote(runner.path) })
    })
    await page.goto(url, { timeout: 60_000 })
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 })
    return { url, page, tests, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Runs one of the server's command line tasks, such as `--install-extension`. */
export function runServerTask({ userDataDir, extensionsDir }, ...task) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [...serverParameters(userDataDir, extensionsDir), ...task], {
      env: serverEnvironment(),
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: 120_000
    })
    child.on('error', reject)
    child.on('exit', code => (code === 0 ? resolve() : reject(new Error(`${task.join(' ')} exited with ${code}`))))
  })
}

/** Settings that a test left there come before the quiet ones. */
function writeSettings(userDataDir, settings) {
  const path = join(userDataDir, 'User/settings.json')
  const own = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, JSON.stringify({ ...quietSettings, ...own, ...settings }, null, 2))
}

const serverParameters = (userDataDir, extensionsDir) => [
  join(vscode, 'out/server-main.js'),
  ...['--accept-server-license-terms', '--disable-telemetry', '--disable-experiments'],
  ...['--server-data-dir', userDataDir, '--user-data-dir', userDataDir, '--extensions-dir', extensionsDir]
]

/** Ours, less what an outer VS Code left in it, and without an extension gallery. */
function serverEnvironment(extra) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_RUN_AS_NODE)/.test(name) || name.startsWith('VSCODE_HOST_')
  )
  return { ...Object.fromEntries(inherited), EXTENSIONS_GALLERY: '{}', ...extra }
}

function startServer({ dataDir, extensionsDir, port, token, flags, scratch, verbose }) {
  const child = spawn(
    node,
    [
      ...serverParameters(dataDir, extensionsDir),
      ...['--force-disable-user-env', '--start-server', '--host', ADDRESS, '--port', String(port), '--connection-token', token],
      ...flags
    ],
    // Its sockets would otherwise stay in the folder for temporary files.
    { env: serverEnvironment({ XDG_RUNTIME_DIR: scratch }), stdio: ['ignore', 'pipe', 'pipe'], detached: true }
  )
  const last = []
  let extensionHostExited
  const extensionHostExit = new Promise(resolve => {
    extensionHostExited = resolve
  })
  const listening = new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => reject(new Error(`the VS Code server exited (${code ?? signal})\n${last.join('\n')}`)))
    const hear = line => {
      if (verbose && line.trim()) console.error(`[server] ${line}`)
      if (last.push(line) > 20) last.shift()
      const port = /Extension host agent listening on (\d+)/.exec(line)?.[1]
      if (port) resolve(Number(port))
      if (/Error: listen /.test(line)) reject(new Error(`the VS Code server could not listen: ${line}`)) // it would not exit
      if (/Extension Host Process exited/.test(line)) extensionHostExited(line)
    }
    for (const stream of [child.stdout, child.stderr]) readLines(stream, hear)
  })
  listening.catch(() => {})
  return { child, listening, extensionHostExit }
}

function readLines(stream, hear) {
  let rest = ''
  stream.setEncoding('utf8').on('data', text => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()
    lines.forEach(hear)
  })
}

function workbenchUrl({ authority, token, folder, developmentPaths }) {
  const query = new URLSearchParams({ tkn: token })
  if (!folder) query.set('ew', 'true')
  else query.set(folder.endsWith('.code-workspace') ? 'workspace' : 'folder', resolve(folder))
  const payload = developmentPaths.map(it => ['extensionDevelopmentPath', `vscode-remote://${authority}${encodeURI(it)}`])
  if (payload.length) query.set('payload', JSON.stringify(payload))
  return `http://${authority}/?${query}`
}

function launchBrowser() {
  const playwright = createRequire(join(hostDirectory, 'package.json'))('playwright-core')
  return playwright.chromium.launch({
    executablePath: chromium,
    ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }, // ours to handle: the tests' exit code must survive
    args: [`--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${ADDRESS}`] // the workbench must not leave this machine
  })
}

/** Changes the workbench's configuration in the page before the workbench's deferred script reads it. */
function configureWorkbench(page, developmentOptions) {
  return page.addInitScript(options => {
    const configure = () => {
      const element = document.getElementById('vscode-workbench-web-configuration')
      if (!element) return // a frame of the workbench
      const configuration = JSON.parse(element.getAttribute('data-settings'))
      configuration.developmentOptions = { ...configuration.developmentOptions, ...options }
      // Files that only code-server's own front end serves, and addresses outside this machine.
      for (const key of ['serviceWorker', 'updateEndpoint', 'telemetryEndpoint', 'voiceWsUrl'])
        delete configuration.productConfiguration?.[key]
      element.setAttribute('data-settings', JSON.stringify(configuration))
    }
    document.addEventListener('readystatechange', configure, { once: true })
  }, developmentOptions)
}

/**
 * Wraps the tests' runner in one that leaves a file behind. The workbench reports exit code 0 also when it loses the
 * extension host to a crash: only that file tells that the tests ran to their end.
 */
function writeTestRunner(folder, extensionTestsPath) {
  const path = join(folder, 'run-tests.cjs')
  const finishedFile = join(folder, 'tests-finished')
  writeFileSync(
    path,
    `exports.run = async () => {
      await require(${JSON.stringify(resolve(extensionTestsPath))}).run()
      require('fs').writeFileSync(${JSON.stringify(finishedFile)}, '')
    }`
  )
  return { path, finished: () => existsSync(finishedFile) }
}

function watchTests({ page, browser, server, runner, verbose }) {
  const tests = new Promise((resolve, reject) => {
    const hear = (type, parts) => {
      const line = format(...parts)
      if (verbose || !noise.some(it => it.test(line))) console[type === 'error' ? 'error' : 'log'](line)
    }
    const end = async code => {
      const how = await Promise.race([server.extensionHostExit, sleep(5000)])
      if (code === 0 && !runner.finished()) reject(new Error(`the extension host ended before the tests did: ${how}`))
      resolve(code)
    }
    // The two functions that the workbench looks for in an automated window.
    Promise.all([page.exposeFunction('codeAutomationLog', hear), page.exposeFunction('codeAutomationExit', end)]).catch(reject)
    page.on('crash', () => reject(new Error('the page of the workbench crashed')))
    browser.on('disconnected', () => reject(new Error('Chromium exited')))
    server.child.on('exit', code => reject(new Error(`the VS Code server exited (${code})`)))
  })
  tests.catch(() => {})
  return tests
}

/** Ends a process that we started and all of its group: first politely, then what is left for sure. */
async function killGroup(child) {
  const signal = name => {
    try {
      process.kill(-child.pid, name)
    } catch {
      // Nothing is left of the group.
    }
  }
  const gone =
    child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise(resolve => child.once('exit', resolve))
  signal('SIGTERM')
  await Promise.race([gone, sleep(3000)])
  signal('SIGKILL')
}
