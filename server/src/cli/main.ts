/** The command line. Each command is a file in `commands/`; what goes wrong ends here, as an exit code. */
import { Command, CommanderError } from 'commander'
import packageJson from '../../../package.json' with { type: 'json' }
import { checkCommand } from './commands/check.js'
import { createCommand } from './commands/create.js'
import { endpointsCommand } from './commands/endpoints.js'
import { explainCommand } from './commands/explain.js'
import { handshakeCommand } from './commands/handshake.js'
import { inspectCommand } from './commands/inspect.js'
import { lspCommand } from './commands/lsp.js'
import { mapCommand } from './commands/map.js'
import { verifyCommand } from './commands/verify.js'
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

for (const command of [
  checkCommand(),
  inspectCommand(),
  verifyCommand(),
  handshakeCommand(),
  endpointsCommand(),
  mapCommand(),
  createCommand(),
  explainCommand(),
  lspCommand()
])
  program.addCommand(command.exitOverride())

// A reader that has seen enough (`| head`) is no fault of anybody.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.nothingFound)
  throw error
})

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
