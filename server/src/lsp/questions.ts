import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Connection,
  FoldingRangeKind,
  type Diagnostic as LspDiagnostic,
  MarkupKind
} from 'vscode-languageserver'
import type { Diagnostic } from '../core/diagnostic.js'
import type { SourceFile } from '../core/text.js'
import { type Action, codeActions, fixAll } from '../features/code-actions.js'
import { documentSymbols } from '../features/document-symbols.js'
import { foldings } from '../features/folding.js'
import { hover } from '../features/hover.js'
import { links } from '../features/links.js'
import { withoutMarkdown } from '../features/words.js'
import type { Workspace } from '../service.js'
import { type Answering, whenAsked } from './answering.js'
import { toDiagnostic, toFlatSymbols, toLineRange, toOffset, toRange, toSpan, toSymbol, toWorkspaceEdit } from './to-lsp.js'
import { pathOf, shownPath, uriOf } from './uris.js'

export const fixAllKind = 'source.fixAll.mtlsLens'

/** Answers what editors ask. Each answer is a feature's, with its offsets turned into lines and characters. */
export function answerQuestions(connection: Connection, ctx: Answering): void {
  const { checker, files, support } = ctx
  /** About a document: nothing when there is none. */
  const aboutDocument = <Params extends { readonly textDocument: { readonly uri: string } }, Answer>(
    answer: (params: Params, file: SourceFile, workspace: Workspace) => Answer | Promise<Answer>
  ) =>
    whenAsked(ctx, (params: Params): Answer | null | Promise<Answer> => {
      const workspace = checker.workspace()
      const entry = files.read(pathOf(params.textDocument.uri))
      return entry.kind === 'file' ? answer(params, entry.file, workspace) : null
    })

  connection.onHover(
    aboutDocument(async ({ position }, file, workspace) => {
      const shown = (path: string) => shownPath(path, ctx.folders())
      const found = await hover(workspace, file, toOffset(file, position), new Date(), shown)
      if (!found) return undefined
      const contents = support().markdown
        ? { kind: MarkupKind.Markdown, value: found.markdown }
        : { kind: MarkupKind.PlainText, value: withoutMarkdown(found.markdown) }
      return { range: toRange(file, found.span), contents }
    })
  )

  connection.onDocumentSymbol(
    aboutDocument((_, file, workspace) => {
      const symbols = documentSymbols(workspace, file)
      return support().hierarchicalSymbols ? symbols.map(it => toSymbol(file, it)) : toFlatSymbols(file, symbols)
    })
  )

  connection.onDocumentLinks(
    aboutDocument((_, file, workspace) =>
      links(workspace, file).map(({ span, target, tooltip }) => ({ range: toRange(file, span), target: uriOf(target), tooltip }))
    )
  )

  connection.onFoldingRanges(
    aboutDocument((_, file, workspace) =>
      foldings(workspace, file)
        .map(it => toLineRange(file, it))
        .filter(it => it.endLine > it.startLine)
        .map(it => ({ ...it, kind: FoldingRangeKind.Region }))
    )
  )

  connection.onCodeAction(
    aboutDocument((params: CodeActionParams, file, workspace) => {
      const found = checker.findingsIn(file.path)
      const isWanted = (kind: string) =>
        params.context.only?.some(it => it === CodeActionKind.Empty || kind === it || kind.startsWith(`${it}.`)) ?? true
      return [
        ...(isWanted(CodeActionKind.QuickFix)
          ? codeActions(workspace, file, found, toSpan(file, params.range)).map(it => toAction(it, params.context.diagnostics))
          : []),
        // Editors that do not ask for it would show it at every light bulb.
        ...(params.context.only && isWanted(fixAllKind) ? toFixAll(found) : [])
      ]
    })
  )

  const toAction = ({ title, finding, edits, preferred }: Action, shown: readonly LspDiagnostic[]): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [shownAs(finding, shown)],
    edit: toWorkspaceEdit(edits, files.read),
    ...(preferred && { isPreferred: true })
  })

  /** The editor's own copy where it has one, so that it knows which squiggle the action belongs to. */
  const shownAs = (finding: Diagnostic, shown: readonly LspDiagnostic[]): LspDiagnostic => {
    const own = toDiagnostic(finding, files.read, support())
    return shown.find(it => it.code === own.code && it.message === own.message && sameRange(it, own)) ?? own
  }

  const toFixAll = (found: readonly Diagnostic[]): readonly CodeAction[] => {
    const edits = fixAll(found)
    if (edits.length === 0) return []
    return [{ title: 'Fix all that is safe to fix', kind: fixAllKind, edit: toWorkspaceEdit(edits, files.read) }]
  }
}

const sameRange = (a: LspDiagnostic, b: LspDiagnostic): boolean => JSON.stringify(a.range) === JSON.stringify(b.range)
