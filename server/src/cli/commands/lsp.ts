import { Command } from 'commander'

export const lspCommand = (): Command =>
  new Command('lsp')
    .description('Serve an editor over the Language Server Protocol')
    .requiredOption('--stdio', 'speak on standard input and output')
    .action(async () => {
      await import('../../lsp/main.js')
    })
