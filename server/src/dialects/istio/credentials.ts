/** Certificates, keys and CAs: by Secret, by file in the proxy's container, or from the mesh itself. */
import type { LowerContext } from '../../core/dialect.js'
import type { CredentialUse } from '../../core/mesh.js'
import type { CredentialRef, TrustRef } from '../../core/model.js'
import type { Location } from '../../core/text.js'
import { labelOf, placeIn, type Resource } from '../kubernetes/resources.js'
import { type Entry, type Store, storeOf } from '../kubernetes/secrets.js'
import type { YamlScalar } from '../yaml/syntax.js'
import { storeNamed } from './declarations.js'
import { identityEntries, revocationEntries, trustEntries, trustSuffix, unreadTypes } from './defaults.js'

/** What is asked for by name, and where. */
export interface Wanted {
  readonly at: Location
  /** The setting: `credentialName`. */
  readonly setting: string
  readonly name: string
  /** The namespace that it is read from, as far as that is known. */
  readonly namespace?: string
  readonly kind: 'Secret' | 'ConfigMap'
}

export interface Looked {
  readonly identity?: { readonly certificate: CredentialRef; readonly key: CredentialRef }
  readonly trust: readonly TrustRef[]
  readonly crls: readonly CredentialRef[]
  readonly flaw?: CredentialUse['flaw']
}

type Search = (kind: Wanted['kind'], name: string) => readonly Store[]

export const searchFor =
  (user: Resource, ctx: LowerContext): Search =>
  (kind, name) =>
    storeNamed(kind, name, user, ctx).map(storeOf)

/** A certificate with its key. */
export function lookUpIdentity(wanted: Wanted, search: Search): Pick<Looked, 'identity' | 'flaw'> {
  const unknown = secretRef(wanted)
  const found = choose(wanted, search('Secret', wanted.name))
  if (!('store' in found)) return { identity: { certificate: unknown, key: unknown }, ...(found.flaw ? { flaw: found.flaw } : {}) }
  const { store } = found
  const pair = identityEntries.find(names => names.every(it => isFilled(store.entries.get(it))))
  if (pair) {
    const other = pair.find(it => store.entries.get(it)!.holds === 'other')
    if (other) return { identity: { certificate: unknown, key: unknown }, flaw: { kind: 'no-pem', secret: named(store), entry: other } }
    const [certificate, key] = pair.map(it => entryRef(wanted, store.entries.get(it)!))
    return { identity: { certificate: certificate!, key: key! } }
  }
  const identity = { certificate: unknown, key: unknown }
  return isSilent(store, identityEntries.flat()) ? { identity } : { identity, flaw: lacking(store, identityEntries.flat()) }
}

/** CAs: in a Secret of their own, or beside the certificate. */
export function lookUpTrust(wanted: Wanted, search: Search): Pick<Looked, 'trust' | 'crls' | 'flaw'> {
  const own = choose({ ...wanted, name: wanted.name + trustSuffix }, search(wanted.kind, wanted.name + trustSuffix))
  const found = 'store' in own ? own : choose(wanted, search(wanted.kind, wanted.name))
  const unknown = [asTrust(secretRef(wanted))]
  if (!('store' in found)) return { trust: unknown, crls: [] }
  const { store } = found
  const name = trustEntries.find(it => isFilled(store.entries.get(it)))
  const crls = revocationEntries.filter(it => isFilled(store.entries.get(it))).slice(0, 1)
  if (name)
    return { trust: [asTrust(entryRef(wanted, store.entries.get(name)!))], crls: crls.map(it => entryRef(wanted, store.entries.get(it)!)) }
  // Where only the Secret without CAs is here, the one for them may lie somewhere else.
  return isSilent(store, trustEntries) ? { trust: unknown, crls: [] } : { trust: unknown, crls: [], flaw: lacking(store, trustEntries) }
}

const isFilled = (entry: Entry | undefined): boolean => entry !== undefined && !entry.empty

/** Something that is not here may fill it. */
const isSilent = (store: Store, names: readonly string[]): boolean =>
  store.isPart || store.resource.incomplete || names.some(it => store.entries.has(it))

const lacking = (store: Store, wanted: readonly string[]): CredentialUse['flaw'] => ({
  kind: 'lacking',
  secret: named(store),
  wanted,
  present: [...store.entries.keys()]
})

const named = ({ resource }: Store) => ({ label: labelOf(resource), at: resource.at })

function choose(wanted: Wanted, stores: readonly Store[]): { readonly store: Store } | { readonly flaw?: CredentialUse['flaw'] } {
  const { namespace } = wanted
  // One that says no namespace is put wherever it is applied.
  const here = namespace === undefined ? stores : stores.filter(it => it.resource.namespace === namespace || it.resource.namespace === '')
  const [store, another] = here
  if (another) return {}
  if (!store) {
    const [elsewhere] = stores
    const there = elsewhere?.resource.namespace
    if (!elsewhere || !there || !namespace || stores.some(it => !it.resource.namespace)) return {}
    return { flaw: { kind: 'other-namespace', secret: named(elsewhere), there, here: namespace } }
  }
  if (unreadTypes.includes(store.type)) return { flaw: { kind: 'unread-type', secret: named(store), type: store.type } }
  return { store }
}

const secretRef = ({ at, setting, name }: Wanted): CredentialRef => ({ at, name: setting, kind: 'secret', secret: name })

function entryRef(wanted: Wanted, { pem }: Entry): CredentialRef {
  return pem ? { at: wanted.at, name: wanted.setting, kind: 'inline', file: pem, stored: true } : secretRef(wanted)
}

export const asTrust = (ref: CredentialRef): TrustRef => ({ ...ref, intended: true, announced: true })

/** From the mesh's own CA, which makes them as proxies start. */
export const meshCredential = (at: Location, name: string): CredentialRef => ({
  at,
  name,
  kind: 'dynamic',
  text: 'the identity from the mesh'
})

export const systemTrust = (at: Location, name: string): TrustRef => ({ at, name, kind: 'system', intended: true, announced: false })

/** A path counts in the container of the proxy; it is followed only where a setting says where that lies here. */
export function fileRef(resource: Resource, scalar: YamlScalar, name: string, ctx: LowerContext): CredentialRef {
  const at = placeIn(resource, scalar.span)
  const written = scalar.text
  const mapped = scalar.dynamic ? undefined : mapPath(written, ctx.settings.paths)
  if (mapped === undefined) return { at, name, kind: 'dynamic', text: written }
  return { at, name, kind: 'file', path: mapped, written }
}

function mapPath(written: string, paths: Readonly<Record<string, string>>): string | undefined {
  const from = Object.keys(paths)
    .filter(it => written === it || written.startsWith(it.endsWith('/') ? it : `${it}/`))
    .sort((a, b) => b.length - a.length)[0]
  return from === undefined ? undefined : paths[from]! + written.slice(from.length)
}
