/**
 * Takes the arguments of the VS Code executable that matter to @vscode/test-electron, runs the tests in the extension
 * host, prints what they log and exits with their exit code. `--install-extension FILE` installs and exits;
 * `--serve` leaves the workbench open to any browser.
 */
import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { closeAllHosts, runServerTask, startHost, within } from './launch.mjs'

const string = { type: 'string' }
const strings = { type: 'string', multiple: true }
const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false, // VS Code's other options (--no-sandbox, …) mean nothing here
  options: {
    extensionDevelopmentPath: strings,
    extensionTestsPath: string,
    'user-data-dir': string,
    'extensions-dir': string,
    'folder-uri': string,
    'install-extension': strings,
    'disable-workspace-trust': { type: 'boolean' },
    serve: { type: 'boolean' },
    port: string,
    verbose: { type: 'boolean' }
  }
})

const seconds = Number(process.env.VSCODE_HOST_TIMEOUT ?? 300)
let stopping
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) process.on(signal, () => stop(code, signal))

try {
  await (values['install-extension'] ? install(values['install-extension']) : run())
} catch (error) {
  await stop(1, error.stack)
}

function install(packages) {
  const directories = { userDataDir: resolve(values['user-data-dir']), extensionsDir: resolve(values['extensions-dir']) }
  return runServerTask(directories, ...packages.flatMap(it => ['--install-extension', resolve(it), '--force']))
}

async function run() {
  const host = await startHost({
    folder: folderToOpen(),
    extensionDevelopmentPath: values.extensionDevelopmentPath,
    extensionTestsPath: values.extensionTestsPath,
    userDataDir: values['user-data-dir'],
    extensionsDir: values['extensions-dir'],
    port: Number(values.port ?? 0),
    browser: !values.serve,
    verbose: values.verbose ?? Boolean(process.env.VSCODE_HOST_VERBOSE)
  })
  if (values.serve) console.log(`VS Code: ${host.url}`)
  else await stop(await within(seconds * 1000, 'the tests', host.tests))
}

function folderToOpen() {
  const uri = values['folder-uri']
  const paths = [...(uri ? [fileURLToPath(uri)] : []), ...positionals]
  return paths.find(it => existsSync(it) && (it.endsWith('.code-workspace') || statSync(it).isDirectory()))
}

function stop(code, reason) {
  stopping ??= (async () => {
    if (reason) console.error(`VS Code host: ${reason}`)
    await within(20_000, 'closing VS Code', closeAllHosts()).catch(error => console.error(`VS Code host: ${error.message}`))
    process.exit(code)
  })()
  return stopping
}
