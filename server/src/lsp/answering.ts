import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver'
import type { Settings } from '../service.js'
import type { Checker } from './checker.js'
import type { Files } from './files.js'
import type { ClientSupport } from './support.js'

/** What it takes to answer a question. */
export interface Answering {
  readonly checker: Checker
  /** Resolves when the editor told its settings, and it is known which files are in the folders. */
  readonly walked: Promise<void>
  readonly files: Files
  readonly folders: () => readonly string[]
  readonly support: () => ClientSupport
  readonly settingsOf: (path: string) => Settings
  readonly onFault: (error: unknown) => void
}

/** A question that is withdrawn while it waits is not answered, and one that we fail at has no answer. */
export const whenAsked =
  <Params, Answer>({ onFault }: Answering, answer: (params: Params) => Answer | Promise<Answer>) =>
  async (params: Params, token: CancellationToken): Promise<Answer | null> => {
    await new Promise(resolve => setImmediate(resolve))
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'no longer asked')
    try {
      return await answer(params)
    } catch (error) {
      onFault(error)
      return null
    }
  }

/** The same for a question about the whole workspace: right after the start it waits until there is one. */
export const whenWalked = <Params, Answer>(ctx: Answering, answer: (params: Params) => Answer | Promise<Answer>) =>
  whenAsked(ctx, async (params: Params) => {
    await ctx.walked
    return answer(params)
  })
