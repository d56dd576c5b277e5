/** Secrets and ConfigMaps: what stands in them, with its place. */
import type { StoredEntry, StoredSecret } from '../../core/mesh.js'
import { type Location, memo, memoInside, type SourceFile } from '../../core/text.js'
import type { PemFile } from '../../x509/pem.js'
import { decodeScalar, pemInBase64, pemInScalar } from '../yaml/embedded-pem.js'
import { mapAt, textAt, type YamlScalar } from '../yaml/syntax.js'
import { labelOf, placeIn, type Resource } from './resources.js'

/** A Secret or a ConfigMap with its entries by name. */
export interface Store {
  readonly resource: Resource
  readonly type: string
  readonly entries: ReadonlyMap<string, Entry>
  /** Neither `data` nor `stringData`: a part of a Secret that stands elsewhere, or one that somebody fills in. */
  readonly isPart: boolean
}

export interface Entry extends StoredEntry {
  readonly keyAt: Location
  readonly empty: boolean
}

export const isStore = ({ group, kind }: Resource): boolean => group === '' && (kind === 'Secret' || kind === 'ConfigMap')

export const storeOf: (resource: Resource) => Store = memoInside(resource => {
  const { node, kind } = resource
  const file = asCopy(resource.file)
  const entries = new Map<string, Entry>()
  const read = (field: string, encoded: boolean) => {
    for (const { key, keySpan, value } of mapAt(node, field)?.entries ?? []) {
      if (value && value.kind !== 'scalar') continue
      const place = placeIn(resource, value?.span ?? keySpan)
      const empty = !value || (!value.dynamic && value.text.trim() === '')
      entries.set(key, { name: key, at: place, keyAt: placeIn(resource, keySpan), empty, ...contentOf(file, value, encoded) })
    }
  }
  read('data', kind === 'Secret')
  // Where both have an entry, Kubernetes takes that of stringData.
  if (kind === 'Secret') read('stringData', false)
  else read('binaryData', true)
  return { resource, type: textAt(node, 'type') ?? 'Opaque', entries, isPart: !node.get('data') && !node.get('stringData') }
})

/** Who may read the manifest is no matter of who may read the Secret in the cluster. */
const asCopy = memo(({ path, text, encoding }: SourceFile): SourceFile => ({ path, text, encoding }))

type Content = Pick<StoredEntry, 'holds' | 'pem'>

const begin = '-----BEGIN '
/** base64 of `-----BEGIN `, as far as whole letters go. */
const encodedBegin = 'LS0tLS1CRUdJTi'

function contentOf(file: SourceFile, value: YamlScalar | undefined, encoded: boolean): Content {
  if (!value || value.dynamic) return { holds: 'unknown' }
  if (value.text.includes(begin)) return encoded ? { holds: 'plain' } : { holds: 'pem', pem: pemInScalar(file, value) }
  if (!encoded) return { holds: value.text.trimStart().startsWith(encodedBegin) ? 'encoded-twice' : 'unknown' }
  const bytes = decodeScalar(file, value)
  if (!bytes || bytes.length === 0) return { holds: 'unknown' }
  if (bytes.includes(begin)) return { holds: 'pem', pem: pemInBase64(file, value)! }
  if (bytes.subarray(0, 40).toString('latin1').trimStart().startsWith(encodedBegin)) return { holds: 'encoded-twice' }
  return { holds: isDer(bytes) ? 'der' : 'other' }
}

/** A SEQUENCE with a length of two bytes that is just as long as the rest. */
const isDer = (bytes: Buffer): boolean =>
  bytes[0] === 0x30 && bytes[1] === 0x82 && bytes.length >= 4 && bytes.readUInt16BE(2) + 4 === bytes.length

/** Every entry that holds PEM. */
export const pemOf = (store: Store): readonly PemFile[] => [...store.entries.values()].flatMap(it => it.pem ?? [])

const demanded: Readonly<Record<string, readonly string[]>> = {
  // https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets
  'kubernetes.io/tls': ['tls.crt', 'tls.key']
}
const usedTogether: readonly (readonly [certificate: string, key: string])[] = [
  ['tls.crt', 'tls.key'],
  ['cert', 'key']
]

export function storedSecret({ resource, type, entries, isPart }: Store): StoredSecret {
  const lacking = isPart || resource.conditional ? [] : (demanded[type] ?? []).filter(it => !entries.has(it))
  const pairs = usedTogether.flatMap(([certificateName, keyName]) => {
    const certificate = entries.get(certificateName)
    const key = entries.get(keyName)
    return isPem(certificate) && isPem(key) ? [{ certificate, key }] : []
  })
  const known = new Set([...usedTogether.flat(), 'ca.crt', 'cacert', 'ca.crl', 'crl'])
  return {
    label: labelOf(resource),
    at: resource.at,
    type,
    lacking,
    pairs,
    entries: [...entries.values()].filter(it => it.holds !== 'der' || known.has(it.name))
  }
}

const isPem = (entry: Entry | undefined): entry is Entry & { readonly pem: PemFile } => entry?.pem !== undefined
