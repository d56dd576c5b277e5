import type { Change, Setting, TlsEndpoint } from '../../core/model.js'
import type { Read, TextEdit } from '../../core/text.js'

/** Writes a change in place where the setting stands, else as a line at the head of the block, indented as its neighbours are. */
export function edit(endpoint: TlsEndpoint, change: Change, read: Read): readonly TextEdit[] | undefined {
  const { peer, role, minVersion } = endpoint
  switch (change.set) {
    case 'certificate':
      return role === 'server' && peer.certificate.name === 'mode' ? inPlace(peer.certificate, 'MUTUAL') : undefined
    case 'verifyChain':
      return peer.verifyChain.name === 'insecureSkipVerify' ? inPlace(peer.verifyChain, 'false') : undefined
    case 'minVersion':
      return minVersion.name === 'minProtocolVersion' ? inPlace(minVersion, `TLSV${change.value.slice(4).replace('.', '_')}`) : undefined
    case 'verifyName':
      return role === 'client' && peer.verifyNames.every(it => it.origin !== 'written')
        ? insertLine(endpoint, `subjectAltNames: [${JSON.stringify(change.value)}]`, read)
        : undefined
    default:
      return undefined
  }
}

const inPlace = ({ origin, at }: Setting<unknown>, newText: string): readonly TextEdit[] | undefined =>
  origin === 'written' ? [{ ...at, newText }] : undefined

/** Only in block style; a flow map has no lines of its own. */
function insertLine({ block }: TlsEndpoint, line: string, read: Read): readonly TextEdit[] | undefined {
  const entry = read(block.path)
  if (entry.kind !== 'file') return undefined
  const { text } = entry.file
  const indent = /[^\r\n]*$/.exec(text.slice(0, block.start))![0]
  if (text[block.start] === '{' || indent.trim() !== '') return undefined
  const end = /\r\n|\n/.exec(text)?.[0] ?? '\n'
  return [{ path: block.path, start: block.start, end: block.start, newText: `${line}${end}${indent}` }]
}
