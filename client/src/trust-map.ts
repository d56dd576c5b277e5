import * as vscode from 'vscode'
import { type DrawnTrustMap, type TrustMapParams, type TrustMapPicture, trustMapRequest } from '../../server/src/lsp/protocol.js'
import type { LanguageServer } from './language-server.js'
import { createPages, type Pages } from './webview/pages.js'

export interface TrustMapPages extends vscode.Disposable {
  /** Shows all that there is, or what a file or folder has to do with. */
  open(within?: vscode.Uri): Promise<void>
  copy(name: 'mermaid' | 'svg'): Promise<void>
  /** Asks where to, unless that is given. */
  save(to?: vscode.Uri): Promise<void>
  readonly shown: Pages<TrustMapParams, TrustMapPicture>['shown']
}

/** One tab, which shows the whole workspace or looks into a part of it. */
export function createTrustMapPages(ctx: vscode.ExtensionContext, server: LanguageServer): TrustMapPages {
  /** Of the map that was drawn last. */
  let drawn: Pick<DrawnTrustMap, 'questions' | 'folders' | 'svg'> | undefined

  const look = async (question: TrustMapParams): Promise<void> => {
    if (!(await pages.open(question))) void vscode.window.showErrorMessage('The map could not be drawn: the output of mTLS Lens says why')
  }
  const save = async (to?: vscode.Uri): Promise<void> => {
    if (!drawn) return
    const [folder] = vscode.workspace.workspaceFolders ?? []
    const target =
      to ??
      (await vscode.window.showSaveDialog({
        title: 'Save Trust Map',
        filters: { SVG: ['svg'] },
        ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, 'trust-map.svg') })
      }))
    if (target) await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(drawn.svg))
  }

  const pages: Pages<TrustMapParams, TrustMapPicture> = createPages<TrustMapParams, TrustMapPicture>(
    ctx,
    {
      viewType: 'mtlsLens.trustMap',
      script: 'trust-map',
      keyOf: () => 'map',
      isQuestion,
      answer: async question => {
        const answer = await server.ask<DrawnTrustMap | null>(trustMapRequest, question)
        if (!answer) return undefined
        const { picture, places, svg, mermaid } = answer
        drawn = answer
        return { title: 'Trust Map', model: picture, places, copies: { svg, mermaid } }
      },
      runs: {
        save: () => save(),
        all: () => look({}),
        look: (_, number) => {
          const within = drawn?.folders[number ?? -1]
          return within === undefined ? undefined : look({ within })
        },
        predict: (_, number) => {
          const question = drawn?.questions[number ?? -1]
          return question && vscode.commands.executeCommand('mtlsLens.predictHandshake', question)
        }
      }
    },
    server.onChecked
  )

  return {
    open: within => look(within ? { within: within.toString() } : {}),
    copy: name => pages.copy(name),
    save,
    get shown() {
      return pages.shown
    },
    dispose: () => pages.dispose()
  }
}

/** The state of a tab comes back through VS Code. */
const isQuestion = (value: unknown): value is TrustMapParams =>
  typeof value === 'object' && value !== null && (!('within' in value) || typeof value.within === 'string')
