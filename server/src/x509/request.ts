import { memo } from '../core/text.js'
import type { Name } from './certificate.js'
import { expect, tags } from './der.js'
import { isName, readName } from './distinguished-name.js'
import type { PemBlock } from './pem.js'

/** Whom a certification request is for, as far as labels need it at once; `describe.ts` tells all of it. */
export const requestSubject: (block: PemBlock) => Name | undefined = memo(({ kind, der }) => {
  const root = kind === 'certificateRequest' && der ? expect(der, 0, der.length, tags.sequence) : undefined
  const signed = root && expect(der!, root.content, root.end, tags.sequence)
  const version = signed && expect(der!, signed.content, signed.end, tags.integer)
  const subject = version && expect(der!, version.end, signed.end, tags.sequence)
  return subject && isName(der!, subject) ? readName(der!, subject) : undefined
})
