import * as vscode from 'vscode'
import {
  type HandshakeClient,
  type HandshakeClients,
  type HandshakePicture,
  type HandshakeServer,
  type HandshakeServerChoice,
  type HandshakeServersParams,
  handshakeClientsRequest,
  handshakeServersRequest,
  type PredictedHandshake,
  type PredictHandshakeParams,
  predictHandshakeRequest
} from '../../server/src/lsp/protocol.js'
import { isQuestion, isServer } from './handshake-question.js'
import type { LanguageServer } from './language-server.js'
import { createPages, type Pages } from './webview/pages.js'

export type HandshakePages = Pages<PredictHandshakeParams, HandshakePicture>

/** The tabs that show predictions: one for each server. */
export function createHandshakePages(ctx: vscode.ExtensionContext, server: LanguageServer): HandshakePages {
  const pages: HandshakePages = createPages<PredictHandshakeParams, HandshakePicture>(
    ctx,
    {
      viewType: 'mtlsLens.handshake',
      script: 'handshake',
      keyOf: question => JSON.stringify(question.server),
      isQuestion,
      answer: async question => {
        const predicted = await server.ask<PredictedHandshake | null>(predictHandshakeRequest, question)
        if (!predicted) return undefined
        const { picture, places, text, mermaid } = predicted
        return { title: `Handshake: ${picture.server.label}`, model: picture, places, copies: { text, mermaid } }
      },
      runs: { otherClient: question => predictHandshake(server, pages, question.server) }
    },
    server.onChecked
  )
  return pages
}

/** Asks who meets whom, as far as that is not given, and shows what will happen. */
export async function predictHandshake(server: LanguageServer, pages: HandshakePages, given?: unknown): Promise<void> {
  const question = isQuestion(given) ? given : await askSides(server, isServer(given) ? given : undefined)
  if (question && !(await pages.open(question))) void vscode.window.showErrorMessage('This server or client is there no longer')
}

async function askSides(server: LanguageServer, given: HandshakeServer | undefined): Promise<PredictHandshakeParams | undefined> {
  const chosen = given ?? (await chooseServer(server))
  if (!chosen) return
  const { clients, trust } = (await server.ask<HandshakeClients | null>(handshakeClientsRequest, chosen)) ?? { clients: [], trust: [] }
  const client = await chooseClient(clients)
  if (!client) return
  if (client.kind === 'endpoint') return { server: chosen, client }
  const trusted = await chooseTrust(trust)
  return trusted && { server: chosen, client: trusted.length > 0 ? { ...client, trust: trusted } : client }
}

async function chooseServer(server: LanguageServer): Promise<HandshakeServer | undefined> {
  const uri = vscode.window.activeTextEditor?.document.uri.toString()
  const params: HandshakeServersParams = uri === undefined ? {} : { uri }
  const servers = (await server.ask<readonly HandshakeServerChoice[] | null>(handshakeServersRequest, params)) ?? []
  if (servers.length === 0) {
    void vscode.window.showInformationMessage('No configuration in this workspace listens for TLS connections')
    return
  }
  const choices = servers.map(it => ({ ...it, label: `$(server) ${it.label}` }))
  const options = { title: 'Predict Handshake: which server?', matchOnDescription: true, matchOnDetail: true }
  return (await vscode.window.showQuickPick(choices, options))?.server
}

type Choice = vscode.QuickPickItem & { readonly client?: HandshakeClient; readonly browse?: boolean }

const groups = {
  connects: { title: 'connects to this server', icon: 'arrow-right' },
  trusted: { title: 'with a certificate that this server may trust', icon: 'verified' },
  hand: { title: 'by hand', icon: 'account' },
  certificates: { title: 'with another certificate', icon: 'note' },
  clients: { title: 'other clients', icon: 'arrow-right' }
} as const

async function chooseClient(clients: HandshakeClients['clients']): Promise<HandshakeClient | undefined> {
  const choices: Choice[] = []
  for (const [group, { title, icon }] of Object.entries(groups)) {
    const members: Choice[] = clients
      .filter(it => it.group === group)
      .map(({ label, description, detail, client }) => ({ label: `$(${icon}) ${label}`, description, detail, client }))
    if (group === 'hand') members.push({ label: '$(folder-opened) Choose a certificate and its key…', browse: true })
    if (members.length > 0) choices.push({ label: title, kind: vscode.QuickPickItemKind.Separator }, ...members)
  }
  const options = { title: 'Predict Handshake: which client?', matchOnDescription: true, matchOnDetail: true }
  const chosen = await vscode.window.showQuickPick(choices, options)
  return chosen?.browse ? browseClient() : chosen?.client
}

async function browseClient(): Promise<HandshakeClient | undefined> {
  const [certificate] = (await vscode.window.showOpenDialog({ openLabel: 'Present', title: 'The certificate of the client' })) ?? []
  if (!certificate) return
  const title = 'Its private key (cancel when it lies in the same file, or is not at hand)'
  const [key] = (await vscode.window.showOpenDialog({ openLabel: 'Use', title, defaultUri: certificate })) ?? []
  return { kind: 'certificate', certificate: certificate.toString(), ...(key && { key: key.toString() }) }
}

/** Empty: the client does not verify the server. Undefined: the user gave up. */
async function chooseTrust(candidates: HandshakeClients['trust']): Promise<string[] | undefined> {
  const browse = { label: '$(folder-opened) Choose another file…', uri: undefined }
  const nobody = { label: '$(circle-slash) Nobody', description: 'it does not verify the server', uri: '' }
  const files = candidates.map(({ label, description, uri }) => ({ label: `$(shield) ${label}`, description, uri }))
  const options = { title: 'Predict Handshake: whom does the client trust?', matchOnDescription: true }
  const chosen: { uri: string | undefined } | undefined = await vscode.window.showQuickPick([...files, nobody, browse], options)
  if (!chosen) return
  if (chosen.uri !== undefined) return chosen.uri === '' ? [] : [chosen.uri]
  return (await vscode.window.showOpenDialog({ openLabel: 'Trust', title: 'A file with trusted authorities' }))?.map(it => it.toString())
}
