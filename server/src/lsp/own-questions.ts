import type { Connection } from 'vscode-languageserver'
import { chainTree } from '../features/chain-tree.js'
import { explainErrorHere } from '../features/explain-error.js'
import { showCertificate } from '../features/show-certificate.js'
import { type Shown, verifyChain } from '../features/verify-chain.js'
import { type Answering, whenAsked, whenWalked } from './answering.js'
import { createPki } from './create-pki.js'
import {
  type CreatePkiAnswer,
  type CreatePkiParams,
  chainsRequest,
  checkWorkspaceRequest,
  createPkiRequest,
  type ExplainErrorAnswer,
  type ExplainErrorParams,
  explainErrorRequest,
  type ShowCertificateParams,
  type ShownCertificate,
  type Status,
  showCertificateRequest,
  type VerifyAnswer,
  type VerifyParams,
  verifyChainRequest
} from './protocol.js'
import { toChainNode, toLocation, toOffset } from './to-lsp.js'
import { pathOf, shownPath, uriOf } from './uris.js'

/** Answers what only our own client asks: see `protocol.ts`. */
export function answerOwnQuestions(connection: Connection, ctx: Answering): void {
  const { checker, files } = ctx
  const shown: Shown = {
    path: it => shownPath(it, ctx.folders()),
    // A parenthesis would end the link in Markdown.
    target: at => `${uriOf(at.path).replaceAll('(', '%28').replaceAll(')', '%29')}#L${toLocation(at, files.read).range.start.line + 1}`
  }

  const answerChains = () => chainTree(checker.workspace(), new Date(), shown.path).map(it => toChainNode(it, files.read))

  const answerVerify = ({ uri, purpose, trust }: VerifyParams): VerifyAnswer => {
    const question = { path: pathOf(uri), ...(purpose && { purpose }), ...(trust && { trust: trust.map(pathOf) }) }
    const answer = verifyChain(checker.workspace(), question, new Date(), shown)
    if (answer.kind !== 'ask') return answer
    return { ...answer, trustCandidates: answer.trustCandidates.map(({ path, ...it }) => ({ ...it, uri: uriOf(path) })) }
  }

  const answerShow = async ({ uri, position }: ShowCertificateParams): Promise<ShownCertificate | null> => {
    const workspace = checker.workspace()
    const entry = files.read(pathOf(uri))
    if (entry.kind !== 'file') return null
    return (await showCertificate(workspace, entry.file, position && toOffset(entry.file, position), new Date())) ?? null
  }

  connection.onRequest(chainsRequest, whenWalked(ctx, answerChains))
  connection.onRequest<VerifyAnswer | null, void>(verifyChainRequest, whenWalked(ctx, answerVerify))
  connection.onRequest(showCertificateRequest, whenAsked(ctx, answerShow))
  connection.onRequest<ExplainErrorAnswer | null, void>(
    explainErrorRequest,
    whenWalked(ctx, ({ text }: ExplainErrorParams) => explainErrorHere(checker.workspace(), text, shown))
  )
  connection.onRequest<Status | null, void>(
    checkWorkspaceRequest,
    whenWalked(ctx, () => checker.rescan())
  )
  connection.onRequest<CreatePkiAnswer | null, void>(
    createPkiRequest,
    whenAsked(ctx, (params: CreatePkiParams) => createPki(params, new Date()))
  )
}
