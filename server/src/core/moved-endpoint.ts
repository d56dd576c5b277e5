import type { PathUse } from './dialect.js'
import type { Edited } from './edited.js'
import type { Address, CredentialRef, Forward, Identity, PeerPolicy, PlainEnd, ResultUse, Setting, TlsEndpoint } from './model.js'
import type { Location } from './text.js'

type Scalar = string | number | boolean
/** The fields that may have places in them. */
type PlacedField<T> = { [Field in keyof T]-?: NonNullable<T[Field]> extends Scalar | readonly Scalar[] ? never : Field }[keyof T]
/** What to do with each: a field that is new in the model is missed by the compiler. */
type Movers<T> = { readonly [Field in PlacedField<T>]: (value: NonNullable<T[Field]>) => T[Field] }

interface Placed {
  readonly at: Location
}

export interface EndpointMover {
  endpoint(it: TlsEndpoint): TlsEndpoint
  end(it: PlainEnd): PlainEnd
  path(it: PathUse): PathUse
}

/**
 * What `moving` does, for endpoints and paths alone: thousands of them may stand behind an edit, so that each field is known by
 * its name. PEM that stands in the configuration itself stays where it was.
 */
export function movingEndpoints({ path, end, by }: Edited): EndpointMover {
  let lastFrom: Location | undefined
  let lastTo: Location | undefined

  // The header of an endpoint is the place of all that it leaves to the product.
  function moveAt(it: Location): Location {
    if (it === lastFrom) return lastTo!
    lastFrom = it
    lastTo = it.path !== path || it.end < end ? it : { path, start: it.start >= end ? it.start + by : it.start, end: it.end + by }
    return lastTo
  }

  function move<P extends Placed>(it: P): P {
    const at = moveAt(it.at)
    return at === it.at ? it : { ...it, at }
  }

  // Of the most frequent kinds each has a function of its own: the engine copies fast what always looks the same.
  function moveSetting<T>({ value, origin, at, name }: Setting<T>): Required<Setting<T>> {
    return { value, origin, at: moveAt(at), name }
  }
  function moveAddress(it: Address): Address {
    return { ...it, at: moveAt(it.at) }
  }

  const moveSettings = <T>(them: readonly Setting<T>[]): readonly Setting<T>[] =>
    them.length === 0 ? them : them.map(it => moveSetting(it))
  const moveAddresses = (them: readonly Address[]): readonly Address[] => them.map(moveAddress)
  const moveAll = <P extends Placed>(them: readonly P[]): readonly P[] => (them.length === 0 ? them : them.map(move))
  const moveRef = (it: CredentialRef): CredentialRef => move(it)
  const movePlaces = (them: readonly Location[]) => them.map(moveAt)

  const moveIdentity = movingFields<Identity>({
    certificate: moveRef,
    key: moveRef,
    chain: it => (it === 'nothing' ? it : moveRef(it))
  })
  const movePeer = movingFields<PeerPolicy>({
    certificate: moveSetting,
    verifyChain: moveSetting,
    verifyNames: moveSettings,
    trustAnchors: moveAll,
    crls: moveAll,
    maxDepth: moveSetting,
    forgiven: move
  })
  const moveResult = movingFields<ResultUse>({ tested: movePlaces, handedOn: movePlaces, forgiven: moveAt, ambiguous: moveAll })
  const moveForward = movingFields<Forward>({ at: moveAt, headers: moveAll, unfiltered: move })
  const endpoint = movingFields<TlsEndpoint>({
    at: moveAt,
    block: moveAt,
    parent: moveAt,
    addresses: moveAddresses,
    serverNames: moveSettings,
    tls: moveSetting,
    identities: them => them.map(moveIdentity),
    peer: movePeer,
    minVersion: moveSetting,
    maxVersion: moveSetting,
    ciphers: moveSetting,
    groups: moveSetting,
    acceptsPlaintext: moveSetting,
    result: moveResult,
    forwards: them => them.map(moveForward),
    sessionReuse: moveSetting
  })
  const moveEnd = movingFields<PlainEnd>({ at: moveAt, addresses: moveAddresses })
  return {
    endpoint,
    end: moveEnd,
    path: it => (it.credential ? { ...it, at: moveAt(it.at), credential: moveRef(it.credential) } : move(it))
  }
}

function movingFields<T extends object>(movers: Movers<T>): (it: T) => T {
  const fields = Object.entries(movers) as [PlacedField<T>, (value: unknown) => T[PlacedField<T>]][]
  return it => {
    const copy = { ...it }
    for (const [field, move] of fields) {
      const value = it[field]
      if (value !== undefined) copy[field] = move(value)
    }
    return copy
  }
}
