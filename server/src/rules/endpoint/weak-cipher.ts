import { weakCiphers } from '../../core/cipher-list.js'
import { isKnown, locateWord } from '../../core/endpoints.js'
import type { Setting } from '../../core/model.js'
import { defineRule, manual, nginx, rfc } from '../../core/rule.js'
import type { Location, Read } from '../../core/text.js'

export default defineRule({
  id: 'weak-cipher',
  subject: 'endpoint',
  title: 'Ciphers are enabled that protect nothing any more',
  category: 'protocol',
  severity: 'warning',
  citations: [
    rfc(9325, '4.1'),
    rfc(7465, '2'),
    manual('OpenSSL cipher lists', 'https://docs.openssl.org/3.0/man1/openssl-ciphers/'),
    nginx('ngx_http_ssl_module', 'ssl_ciphers')
  ],
  check(endpoint, ctx) {
    const { ciphers, tls, trial } = endpoint
    if (!tls.value || trial || !ciphers || !isKnown(endpoint, ciphers)) return
    const weak = weakCiphers(ciphers.value)
    const first = weak[0]
    if (!first) return
    const others = weak.length > 1 ? ` and ${weak.length - 1} more` : ''
    ctx.report({
      at: locateInside(ciphers, first.offset, first.word, ctx.read),
      message: `${ciphers.name} enables ${first.word} (${first.weakness})${others}: a peer that supports nothing better is served with it`
    })
  }
})

/** Quotes around the value shift it by one; escapes inside it make the place uncertain. */
function locateInside({ value, at }: Setting<string>, offset: number, word: string, read: Read): Location {
  const quotes = at.end - at.start - value.length
  // A list with an item a line is longer.
  if (quotes !== 0 && quotes !== 2) return locateWord(word, at, read)
  const start = at.start + offset + quotes / 2
  return { path: at.path, start, end: start + word.length }
}
