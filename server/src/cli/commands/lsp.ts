import { Command } from 'commander'

export const lspCommand = (): Command =>
  new Command('lsp')
    .description('Serve an editor over the Language Server Protocol')
    .requiredOption('--stdio', 'speak on standard input and output')
    // Read by the library that speaks the protocol.
    .option('--clientProcessId <id>', 'end when the editor does that has this process')
    .action(async () => {
      await import('../../lsp/main.js')
    })
