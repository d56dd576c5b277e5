import {
  CodeActionKind,
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type ServerCapabilities,
  TextDocumentSyncKind,
  TextDocuments
} from 'vscode-languageserver'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { isSettingsFile } from '../files/settings.js'
import { createChecker } from './checker.js'
import { createConfiguration } from './configuration.js'
import { createFiles } from './files.js'
import { answerHandshakes, refreshLenses } from './handshakes.js'
import { answerOwnQuestions } from './own-questions.js'
import { beginScanProgress } from './progress.js'
import { chainsChangedNotification, checkedNotification, predictHandshakeCommand, type Status, statusNotification } from './protocol.js'
import { createPublisher } from './publisher.js'
import { answerQuestions, fixAllKind } from './questions.js'
import { type ClientSupport, supportOf } from './support.js'
import { answerTrustMap } from './trust-map.js'
import { isOnDisk, pathOf, uriOf } from './uris.js'
import { warn } from './warn.js'

/** How often to look whether something expired meanwhile. */
const expiryInterval = 6 * 3600 * 1000

/** Wires an editor to the workspace. */
export function startServer(connection: Connection, onFault: (error: unknown) => void): void {
  let support: ClientSupport = supportOf({})
  const tellStatus = whenDifferent<Status>(status => void connection.sendNotification(statusNotification, status))
  let folders: readonly string[] = []
  const files = createFiles()
  const documents = new TextDocuments(TextDocument)
  const configuration = createConfiguration(
    connection,
    () => support,
    () => folders
  )
  const publisher = createPublisher(connection, files.read, () => support)
  const checker = createChecker({
    files,
    folders: () => folders,
    watches: () => support.registersWatchers,
    settingsOf: configuration.of,
    publish: publisher.publish,
    onStatus: status => {
      tellStatus(status)
      if (!status.busy) void connection.sendNotification(checkedNotification)
    },
    onChainsChanged: () => void connection.sendNotification(chainsChangedNotification),
    onFault,
    notice: message => warn(connection, message),
    onWalked: () => noteWalk(),
    beginProgress: () => beginScanProgress(connection, support.progress)
  })
  const rescan = () => void checker.rescan().then(() => refreshLenses(connection, { support: () => support }), onFault)
  let noteWalk: () => void = () => {}
  const walked = new Promise<void>(resolve => {
    noteWalk = resolve
  })

  connection.onInitialize(params => {
    support = supportOf(params.capabilities)
    folders = foldersOf(params)
    // From editors that cannot be asked for settings, or do not know of ours; with the section's name around them or without.
    configuration.begin(params.initializationOptions?.mtlsLens ?? params.initializationOptions)
    return { serverInfo: { name: 'mTLS Lens' }, capabilities: capabilitiesFor(support) }
  })

  connection.onInitialized(async () => {
    await Promise.allSettled([configuration.register(), watchFiles(connection, support), configuration.fetch()])
    if (support.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(async ({ added, removed }) => {
        const gone = new Set(removed.map(it => pathOf(it.uri)))
        folders = [...folders.filter(it => !gone.has(it)), ...added.map(it => pathOf(it.uri)).filter(isOnDisk)]
        await configuration.fetch().catch(onFault)
        rescan()
      })
    }
    rescan()
  })

  const useSettings = (changed: boolean): void => {
    if (!changed) return
    checker.recheck()
    refreshLenses(connection, { support: () => support })
  }
  connection.onDidChangeConfiguration(async ({ settings }) =>
    useSettings(support.configuration ? await configuration.fetch() : configuration.take(settings?.mtlsLens))
  )

  const stirred = (paths: readonly string[]): void => {
    // Other files are ours now, or are no longer.
    if (paths.some(it => it.endsWith('/.gitignore'))) rescan()
    if (paths.some(isSettingsFile)) useSettings(configuration.readAgain())
    checker.stirred(paths)
  }

  connection.onDidChangeWatchedFiles(({ changes }) => stirred(changes.map(it => pathOf(it.uri))))

  documents.onDidOpen(({ document }) => publisher.forget(pathOf(document.uri)))
  documents.onDidChangeContent(({ document }) => {
    const path = pathOf(document.uri)
    files.show(path, document.getText(), document.languageId)
    checker.edited(path)
  })
  documents.onDidClose(({ document }) => {
    const path = pathOf(document.uri)
    files.close(path)
    checker.edited(path)
  })
  // Editors that do not watch files save them at least.
  documents.onDidSave(({ document }) => stirred([pathOf(document.uri)]))

  const answering = { checker, walked, files, folders: () => folders, support: () => support, settingsOf: configuration.of, onFault }
  answerQuestions(connection, answering)
  answerOwnQuestions(connection, answering)
  answerHandshakes(connection, answering)
  answerTrustMap(connection, answering)
  setInterval(() => checker.recheck(), expiryInterval).unref()
  documents.listen(connection)
  connection.listen()
}

function whenDifferent<T>(act: (value: T) => void): (value: T) => void {
  let last = ''
  return value => {
    const text = JSON.stringify(value)
    if (text !== last) act(value)
    last = text
  }
}

function foldersOf({ workspaceFolders, rootUri, rootPath }: InitializeParams): readonly string[] {
  const uris = workspaceFolders?.map(it => it.uri) ?? (rootUri ? [rootUri] : rootPath ? [uriOf(rootPath)] : [])
  return uris.map(pathOf).filter(isOnDisk)
}

/** All files: a configuration may name any of them, and what no root has read is dropped at once. */
async function watchFiles(connection: Connection, support: ClientSupport): Promise<void> {
  if (!support.registersWatchers) return
  await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*' }] })
}

const capabilitiesFor = ({ runsCommands }: ClientSupport): ServerCapabilities => ({
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
  hoverProvider: true,
  documentSymbolProvider: true,
  documentLinkProvider: { resolveProvider: false },
  foldingRangeProvider: true,
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
  codeLensProvider: { resolveProvider: true },
  // Two who offer one command would be in each other's way.
  ...(!runsCommands && { executeCommandProvider: { commands: [predictHandshakeCommand] } }),
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } }
})
