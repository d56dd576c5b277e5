import { memo } from '../core/text.js'
import { children, type Element, element, elements, oidOf, tags } from './der.js'
import { oids } from './oids.js'
import type { BlockKind, PemBlock } from './pem.js'

/** What a PKCS#7 SignedData carries, each as a block of its own over its part of the text. */
export interface SignedDataContent {
  readonly certificates: readonly PemBlock[]
  readonly crls: readonly PemBlock[]
}

/** The certificates and CRLs of a `.p7b`; `undefined` when the block is no SignedData that can be read. */
export const signedDataOf: (block: PemBlock) => SignedDataContent | undefined = memo(block => {
  const { der } = block
  if (!der || block.kind !== 'pkcs7') return undefined
  const [type, content] = children(der, element(der, 0, der.length), tags.sequence) ?? []
  if (type?.tag !== tags.oid || oidOf(der, type) !== oids.signedData || content?.tag !== 0xa0) return undefined
  const fields = children(der, element(der, content.content, content.end), tags.sequence)
  if (!fields) return undefined
  return {
    certificates: partsOf(
      block,
      der,
      fields.find(it => it.tag === 0xa0),
      'certificate'
    ),
    crls: partsOf(
      block,
      der,
      fields.find(it => it.tag === 0xa1),
      'crl'
    )
  }
})

/** RFC 5652 10.2 allows other kinds there, under tags of their own. */
function partsOf(block: PemBlock, der: Uint8Array, set: Element | undefined, kind: BlockKind): readonly PemBlock[] {
  const parts = set && elements(der, set.content, set.end)
  return (parts ?? []).filter(it => it.tag === tags.sequence).map(it => partOf(block, der, it, kind))
}

function partOf(block: PemBlock, der: Uint8Array, { start, end }: Element, kind: BlockKind): PemBlock {
  const { start: from, end: to } = block.locate({ start, end })
  return {
    ...block,
    kind,
    span: { start: from, end: to },
    der: der.subarray(start, end),
    locate: bytes => block.locate({ start: Math.min(start + bytes.start, end), end: Math.min(start + bytes.end, end) })
  }
}
