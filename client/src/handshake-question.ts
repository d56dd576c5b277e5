/** The lens and the state of a tab come back through VS Code, and other extensions may call too: a question is looked at first. */
import type { HandshakeClient, HandshakeServer, PredictHandshakeParams } from '../../server/src/lsp/protocol.js'

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

export const isServer = (value: unknown): value is HandshakeServer =>
  isRecord(value) &&
  typeof value.uri === 'string' &&
  typeof value.listen === 'string' &&
  (value.name === undefined || typeof value.name === 'string')

export const isQuestion = (value: unknown): value is PredictHandshakeParams =>
  isRecord(value) && isServer(value.server) && isClient(value.client)

function isClient(value: unknown): value is HandshakeClient {
  if (!isRecord(value)) return false
  const { kind, trust, uri, label, index, certificate, key } = value
  const isTrust = trust === undefined || (Array.isArray(trust) && trust.every(it => typeof it === 'string'))
  if (kind === 'endpoint') return typeof uri === 'string' && typeof label === 'string' && Number.isSafeInteger(index)
  if (kind === 'certificate') return isTrust && typeof certificate === 'string' && (key === undefined || typeof key === 'string')
  return kind === 'nothing' && isTrust
}
