/** The command line. Each command is a file in `commands/`; what goes wrong ends here, as an exit code. */
import { Command, CommanderError } from 'commander'
import packageJson from '../../../package.json' with { type: 'json' }
import { exitCodes, UsageError } from './exit.js'

const program = new Command('mtls-lens')
  .description('Says why a mutual-TLS handshake will fail, which side will reject it, and how to mend it. Never touches the network.')
  .version(packageJson.version)
  .addHelpText(
    'after',
    '\nExit codes: 0 nothing found at or above the threshold, 1 findings or not verified, 2 wrong usage or unreadable input, 70 our own fault.'
  )
  .exitOverride()
  .showHelpAfterError('(--help says more)')

/** In the order of the help. Only the one that is asked for is loaded. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./commands/check.js')).checkCommand(),
  inspect: async () => (await import('./commands/inspect.js')).inspectCommand(),
  verify: async () => (await import('./commands/verify.js')).verifyCommand(),
  handshake: async () => (await import('./commands/handshake.js')).handshakeCommand(),
  endpoints: async () => (await import('./commands/endpoints.js')).endpointsCommand(),
  map: async () => (await import('./commands/map.js')).mapCommand(),
  create: async () => (await import('./commands/create.js')).createCommand(),
  explain: async () => (await import('./commands/explain.js')).explainCommand(),
  lsp: async () => (await import('./commands/lsp.js')).lspCommand()
}

const asked = process.argv[2] ?? ''
for (const name of Object.hasOwn(commands, asked) ? [asked] : Object.keys(commands)) {
  program.addCommand((await commands[name]!()).exitOverride())
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head`) is no fault of anybody.
    if (code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.nothingFound)
    if (stream === process.stdout) console.error(`mtls-lens: standard output cannot be written (${code})`)
    process.exit(exitCodes.usage)
  })
}

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

function exitCodeOf(error: unknown): number {
  // Help and version are thrown as well, with code 0; commander has printed all else already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.nothingFound : exitCodes.usage
  if (error instanceof UsageError) {
    console.error(`mtls-lens: ${error.message}`)
    return exitCodes.usage
  }
  console.error('mtls-lens: this is our own fault, please report it')
  console.error(error)
  return exitCodes.ownFault
}
