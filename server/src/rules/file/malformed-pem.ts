import { locationOf } from '../../core/credentials.js'
import { defineRule, manual, type PemBlock, type ProposedFix, rfc, type SourceFile } from '../../core/rule.js'
import { locate, type Span } from '../../core/text.js'

export default defineRule({
  id: 'malformed-pem',
  subject: 'file',
  title: 'A PEM block cannot be read',
  category: 'syntax',
  severity: 'error',
  citations: [rfc(7468, '2'), manual('OpenSSL PEM_read_bio', 'https://docs.openssl.org/3.0/man3/PEM_read_bio/')],
  check({ file, blocks, errors }, ctx) {
    if (errors.length === 0 && blocks.every(it => it.errors.length === 0)) return
    for (const it of [...errors, ...blocks.flatMap(block => block.errors)]) {
      ctx.report({ at: locate(file, it), message: it.message, fixes: it.code === 'glued-lines' ? breakLine(file, it) : [] })
    }
  },
  also: {
    path({ credential }, ctx) {
      if (!credential) return
      const opened = ctx.credential(credential)
      if (opened.kind !== 'pem') return
      const { file, blocks, errors } = opened.file
      const damaged = blocks.find(it => it.errors.length > 0)
      // Without any block what is wrong with the text is all that there is.
      const stray = blocks.length === 0 ? errors[0] : undefined
      const at = damaged ? locationOf(damaged) : stray && locate(file, stray)
      if (at) return ctx.report({ at, message: `this file cannot be read: ${(damaged?.errors[0] ?? stray)!.message}` })
      const hidden = credential.kind === 'file' ? blocks.find(it => it.embedded) : undefined
      if (hidden) ctx.report({ at: locationOf(hidden), message: `nobody finds the ${hidden.label} in this file: ${whyHidden(hidden)}` })
    }
  }
})

const whyHidden = ({ file, span }: PemBlock): string =>
  span.start === 0 || /[\r\n]/.test(file.text[span.start - 1]!)
    ? 'its line breaks are written out as letters'
    : 'something stands before its BEGIN on the line'

/** Two lines became one where files without a last line end were put together. */
function breakLine(file: SourceFile, { start, end }: Span): readonly ProposedFix[] {
  const newLine = file.text.includes('\r\n') ? '\r\n' : '\n'
  const blanks = /^[ \t]*/.exec(file.text.slice(end, end + 80))![0].length
  const goesOn = /^(-----BEGIN |[A-Za-z0-9+/])/.test(file.text.slice(end + blanks, end + blanks + 11))
  const wentOn = /[A-Za-z0-9+/=]$/.test(file.text.slice(Math.max(start - 1, 0), start))
  const edits = [
    ...(wentOn ? [{ path: file.path, start, end: start, newText: newLine }] : []),
    ...(goesOn ? [{ path: file.path, start: end, end: end + blanks, newText: newLine }] : [])
  ]
  return edits.length > 0 ? [{ title: 'Start a new line', edits, safe: true }] : []
}
