/** Columns of things that are tied to things in the columns beside: in which order they stand, and how high, so that ties are short. */

/** What keeps together in a column: a file with its endpoints, a tree of CAs, a connection. */
export interface Item {
  readonly parts: readonly Part[]
  readonly height: number
  /** The same with its parts in the order of their ranks, where they may change places. */
  readonly sorted?: (rank: (id: string) => number) => Item
}

/** What ties end at. `top` counts from that of its item. */
export interface Part {
  readonly id: string
  readonly top: number
  readonly height: number
}

export interface PlacedItem<It extends Item> {
  readonly item: It
  readonly top: number
}

type Neighbours = ReadonlyMap<string, readonly string[]>

const passes = 6

/** Each column from top to bottom, and the height of the highest. */
export function placeColumns(
  columns: readonly (readonly Item[])[],
  neighbours: Neighbours,
  gap: number
): { readonly columns: readonly (readonly PlacedItem<Item>[])[]; readonly height: number } {
  const placed = settle(order(columns, neighbours, gap), neighbours, gap)
  const highest = placed.flat().reduce((least, { top }) => Math.min(least, top), Number.POSITIVE_INFINITY)
  const shifted = placed.map(column => column.map(({ item, top }) => ({ item, top: top - highest })))
  return { columns: shifted, height: shifted.flat().reduce((lowest, { item, top }) => Math.max(lowest, top + item.height), 0) }
}

/** Again and again each column is sorted by where the ties of its things lead on average. */
function order(columns: readonly (readonly Item[])[], neighbours: Neighbours, gap: number): readonly (readonly Item[])[] {
  const ordered = [...columns]
  for (let pass = 0; pass < passes; pass++) {
    // The middle first: both sides have their say in it.
    for (const at of [1, 0, 2]) {
      const shares = sharesOf(ordered, gap)
      const rank = (id: string) => mean((neighbours.get(id) ?? []).flatMap(it => shares.get(it) ?? [])) ?? Number.POSITIVE_INFINITY
      const items = (ordered[at] ?? []).map(it => it.sorted?.(rank) ?? it)
      const rankOf = (item: Item) => mean(item.parts.map(it => rank(it.id)).filter(Number.isFinite)) ?? Number.POSITIVE_INFINITY
      ordered[at] = byRank(items, rankOf)
    }
  }
  return ordered
}

/** Where in its column each part stands, from 0 to 1. */
function sharesOf(columns: readonly (readonly Item[])[], gap: number): ReadonlyMap<string, number> {
  const shares = new Map<string, number>()
  for (const column of columns) {
    const height = column.reduce((sum, it) => sum + it.height + gap, 0)
    let top = 0
    for (const item of column) {
      for (const it of item.parts) shares.set(it.id, (top + it.top + it.height / 2) / height)
      top += item.height + gap
    }
  }
  return shares
}

export function byRank<T>(items: readonly T[], rank: (item: T) => number): readonly T[] {
  const ranked = items.map(item => ({ item, rank: rank(item) }))
  // Two that have no ties at all are infinitely far down, and their difference is no number.
  return ranked.sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank)).map(it => it.item)
}

/** As near to where its ties lead as the others in the column allow. */
function settle(columns: readonly (readonly Item[])[], neighbours: Neighbours, gap: number): readonly (readonly PlacedItem<Item>[])[] {
  const placed = columns.map(column => piled(column, gap))
  for (let pass = 0; pass < passes; pass++) {
    for (const at of [1, 0, 2]) {
      const centers = new Map(
        placed.flatMap(column => column.flatMap(({ item, top }) => item.parts.map(it => [it.id, top + it.top + it.height / 2] as const)))
      )
      const wanted = (item: Item) =>
        mean(item.parts.flatMap(it => (neighbours.get(it.id) ?? []).flatMap(other => (centers.get(other) ?? 0) - it.top - it.height / 2)))
      placed[at] = spread(
        (placed[at] ?? []).map(it => it.item),
        wanted,
        gap
      )
    }
  }
  return placed
}

function piled(column: readonly Item[], gap: number): readonly PlacedItem<Item>[] {
  let next = 0
  return column.map(item => {
    const top = next
    next += item.height + gap
    return { item, top }
  })
}

/**
 * The tops that are nearest to the wanted ones and keep order and distance: neighbours that want to be in each other's way are
 * pooled, and share the mean of their wishes.
 */
function spread(column: readonly Item[], wanted: (item: Item) => number | undefined, gap: number): readonly PlacedItem<Item>[] {
  const pools: { readonly wish: number; readonly weight: number; readonly items: number }[] = []
  const places = piled(column, gap)
  for (const { item, top } of places) {
    const want = wanted(item)
    // Who wants nothing follows whoever is above.
    let pool = want === undefined ? { wish: pools.at(-1)?.wish ?? 0, weight: 0.001, items: 1 } : { wish: want - top, weight: 1, items: 1 }
    for (let above = pools.at(-1); above && above.wish >= pool.wish; above = pools.at(-1)) {
      pools.pop()
      const weight = above.weight + pool.weight
      pool = { wish: (above.wish * above.weight + pool.wish * pool.weight) / weight, weight, items: above.items + pool.items }
    }
    pools.push(pool)
  }
  const wishes = pools.flatMap(({ wish, items }) => Array.from({ length: items }, () => wish))
  return places.map(({ item, top }, at) => ({ item, top: top + wishes[at]! }))
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, it) => sum + it, 0) / values.length
}
