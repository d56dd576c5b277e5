import type { SourceFile, Span } from '../../core/text.js'
export function describe(_file: SourceFile, _offset: number): { readonly span: Span; readonly markdown: string } | undefined {
  return undefined
}
