import { type CodeLens, CodeLensRefreshRequest, type Connection, type ExecuteCommandParams } from 'vscode-languageserver'
import { ruleUrl } from '../core/check.js'
import type { Location } from '../core/text.js'
import { codeLenses, lensTitle } from '../features/code-lens.js'
import {
  type ClientSpot,
  clientChoices,
  findServer,
  type ServerSpot,
  serverChoices,
  surelyConnecting,
  trustChoices
} from '../features/handshake-sides.js'
import { type Places, type PredictedHere, predictHere } from '../features/predict-handshake.js'
import { rules } from '../service.js'
import { type Answering, whenAsked, whenWalked } from './answering.js'
import {
  type HandshakeClient,
  type HandshakeClients,
  type HandshakeServer,
  type HandshakeServerChoice,
  type HandshakeServersParams,
  handshakeClientsRequest,
  handshakeServersRequest,
  type PredictedHandshake,
  type PredictHandshakeParams,
  predictHandshakeCommand,
  predictHandshakeRequest
} from './protocol.js'
import { toLocation, toRange } from './to-lsp.js'
import { pathOf, shownPath, uriOf } from './uris.js'

/** Answers all that has to do with predictions: our own client's questions, and any editor's lenses. */
export function answerHandshakes(connection: Connection, ctx: Answering): void {
  const { checker, files } = ctx
  const path = (it: string) => shownPath(it, ctx.folders())
  const place = (at: Location) => `${path(at.path)}:${toLocation(at, files.read).range.start.line + 1}`
  const shown: Places = { path, place, page: rule => pages.get(rule) }

  const predictBetween = (server: ServerSpot, client: ClientSpot): PredictedHere | undefined =>
    predictHere(checker.workspace(), server, client, new Date(), shown)

  const answerServers = ({ uri }: HandshakeServersParams): readonly HandshakeServerChoice[] =>
    serverChoices(checker.workspace(), uri === undefined ? undefined : pathOf(uri)).map(({ label, description, at, spot }) => ({
      label,
      description,
      detail: place(at),
      server: toServer(spot)
    }))

  const answerClients = (server: HandshakeServer): HandshakeClients => {
    const workspace = checker.workspace()
    const spot = toServerSpot(server)
    return {
      clients: clientChoices(workspace, spot, new Date()).map(({ group, label, description, at, spot: client }) => ({
        group,
        label,
        description,
        detail: at ? place(at) : '',
        client: toClient(client)
      })),
      trust: trustChoices(workspace, spot, path).map(({ path: file, ...it }) => ({ ...it, uri: uriOf(file) }))
    }
  }

  const answerPrediction = ({ server, client }: PredictHandshakeParams): PredictedHandshake | null => {
    const predicted = predictBetween(toServerSpot(server), toClientSpot(client))
    return predicted ? { ...predicted, places: predicted.places.map(it => toLocation(it, files.read)) } : null
  }

  connection.onRequest(handshakeServersRequest, whenWalked(ctx, answerServers))
  connection.onRequest<HandshakeClients | null, void>(handshakeClientsRequest, whenWalked(ctx, answerClients))
  connection.onRequest<PredictedHandshake | null, void>(predictHandshakeRequest, whenWalked(ctx, answerPrediction))

  connection.onCodeLens(
    whenAsked(ctx, ({ textDocument }: { readonly textDocument: { readonly uri: string } }): CodeLens[] | null => {
      const entry = files.read(pathOf(textDocument.uri))
      if (entry.kind !== 'file' || !ctx.settingsOf(entry.file.path).codeLens.enable) return null
      const { file } = entry
      return codeLenses(checker.workspace(), file).map(it => ({ range: toRange(file, it.span), data: toServer(it.server) }))
    })
  )
  connection.onCodeLensResolve(lens => {
    const server = readServer(lens.data)
    if (!server) return lens
    const title = lensTitle(checker.workspace(), toServerSpot(server))
    return { ...lens, command: { title, command: predictHandshakeCommand, arguments: [server] } }
  })

  /** For editors without our client: the verdicts as a message, all of the words as the answer. */
  const execute = ({ command, arguments: given }: ExecuteCommandParams): string | null => {
    const server = command === predictHandshakeCommand ? readServer(given?.[0]) : undefined
    const spot = server && toServerSpot(server)
    const endpoint = spot && findServer(checker.workspace(), spot)
    if (!endpoint) return null
    const known = surelyConnecting(checker.workspace(), endpoint).map(it => it.spot)
    const clients: readonly ClientSpot[] = known.length > 0 ? known.slice(0, mostAtOnce) : [{ kind: 'nothing' }]
    const predicted = clients.flatMap(it => predictBetween(spot, it) ?? [])
    connection.window.showInformationMessage(predicted.map(({ picture }) => `${picture.title}: ${picture.verdict}`).join('\n'))
    return predicted.map(it => it.text).join('\n')
  }
  connection.onExecuteCommand(whenWalked(ctx, execute))
}

/** Asks the editor to ask for lenses anew. */
export function refreshLenses(connection: Connection, { support }: Pick<Answering, 'support'>): void {
  if (support().refreshesLenses) void connection.sendRequest(CodeLensRefreshRequest.type).catch(() => {})
}

const mostAtOnce = 5

const pages: ReadonlyMap<string, string> = new Map(rules.map(it => [it.id, ruleUrl(it)]))

/** What comes back from an editor is looked at before it is believed. */
function readServer(value: unknown): HandshakeServer | undefined {
  if (typeof value !== 'object' || value === null || !('uri' in value) || !('listen' in value)) return undefined
  const { uri, listen } = value
  const name = 'name' in value ? value.name : undefined
  if (typeof uri !== 'string' || typeof listen !== 'string') return undefined
  return { uri, listen, ...(typeof name === 'string' && { name }) }
}

const toServer = ({ path, ...it }: ServerSpot): HandshakeServer => ({ uri: uriOf(path), ...it })

const toServerSpot = ({ uri, ...it }: HandshakeServer): ServerSpot => ({ path: pathOf(uri), ...it })

function toClient(spot: ClientSpot): HandshakeClient {
  switch (spot.kind) {
    case 'endpoint': {
      const { path, ...it } = spot
      return { ...it, uri: uriOf(path) }
    }
    case 'certificate':
      return { kind: spot.kind, certificate: uriOf(spot.certificate), ...(spot.key !== undefined && { key: uriOf(spot.key) }) }
    case 'nothing':
      return { kind: spot.kind }
  }
}

function toClientSpot(client: HandshakeClient): ClientSpot {
  switch (client.kind) {
    case 'endpoint': {
      const { uri, ...it } = client
      return { ...it, path: pathOf(uri) }
    }
    case 'certificate':
      return {
        kind: client.kind,
        certificate: pathOf(client.certificate),
        ...(client.key !== undefined && { key: pathOf(client.key) }),
        ...trustOf(client)
      }
    case 'nothing':
      return { kind: client.kind, ...trustOf(client) }
  }
}

const trustOf = ({ trust }: { readonly trust?: readonly string[] }): { readonly trust?: readonly string[] } =>
  trust ? { trust: trust.map(pathOf) } : {}
