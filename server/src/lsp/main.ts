/** Serves an editor over standard input and output (`--stdio`) or Node's channel to its parent (`--node-ipc`). */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node'
import { startServer } from './server.js'

const connection = createConnection(ProposedFeatures.all)
const report = (error: unknown) => connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error))

// A fault of ours must not cost the user the answers to everything else.
process.on('uncaughtException', report)
process.on('unhandledRejection', report)

startServer(connection, report)
