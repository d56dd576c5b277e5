import type { Change, TlsEndpoint } from '../../core/model.js'
import type { Read, TextEdit } from '../../core/text.js'
export function edit(_endpoint: TlsEndpoint, _change: Change, _read: Read): readonly TextEdit[] | undefined {
  return undefined
}
