import { Command, InvalidArgumentError, Option } from 'commander'
import type { Location, Read } from '../../core/text.js'
import { diskRead } from '../../files/disk.js'
import { drawTrustMapMermaid, drawTrustMapSvg, summarizeTrustMap, type TrustMap, trustMap } from '../../service.js'
import { rangeOf } from '../json.js'
import { isFolder } from '../named.js'
import { openPaths } from '../open-paths.js'
import { absolute, atOption, relative } from '../options.js'

interface MapOptions {
  readonly format: 'svg' | 'mermaid' | 'json'
  readonly within?: string
  readonly limit?: number
  readonly at?: Date
}

export const mapCommand = (): Command =>
  new Command('map')
    .description('Who presents what to whom, as a picture: clients, servers and CAs, and what comes of each connection')
    .argument('[path...]', 'files and folders (default: the working directory)')
    .addOption(new Option('--format <format>', 'how it is drawn').choices(['svg', 'mermaid', 'json']).default('svg'))
    .option('--within <path>', 'only what this file or folder has to do with')
    .addOption(
      new Option('--limit <number>', 'draw so many endpoints one by one, and more of them by file and folder (default: 50)').argParser(
        parseLimit
      )
    )
    .addOption(atOption())
    .action(map)

function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is a number from 1 on.')
  return Number(text)
}

function map(paths: readonly string[], { format, within, limit, at }: MapOptions): void {
  const read = diskRead()
  if (within !== undefined) isFolder(within, read)
  const drawn = trustMap({
    workspace: openPaths(paths, read),
    at: at ?? new Date(),
    shown,
    ...(within !== undefined && { within: absolute(within) }),
    ...(limit !== undefined && { endpoints: limit })
  })
  process.stdout.write(writers[format](drawn, read))
}

/** The working directory has no name of its own. */
const shown = (path: string): string => relative(path) || '.'

const writers: Readonly<Record<MapOptions['format'], (map: TrustMap, read: Read) => string>> = {
  svg: map => drawTrustMapSvg(map, shown),
  mermaid: map => drawTrustMapMermaid(map, shown),
  json: formatJson
}

function formatJson(map: TrustMap, read: Read): string {
  const place = (at: Location | undefined) => (at ? { file: relative(at.path), range: rangeOf(at, read) } : { file: null, range: null })
  const nodes = map.nodes.map(({ id, kind, label, details, at, count, within }) => ({
    id,
    kind,
    label,
    details,
    ...place(at),
    count: count ?? 1,
    within: within === undefined ? null : shown(within)
  }))
  const edges = map.edges.map(({ kind, from, to, label, says, verdict, reason, inEffect, at, count }) => ({
    kind,
    from,
    to,
    label,
    says,
    ...(kind === 'connects' && { verdict, reason: reason ?? null }),
    ...(kind === 'trusts' && { inEffect: inEffect ?? true }),
    ...place(at),
    count: count ?? 1
  }))
  return `${JSON.stringify({ schema: 1, summary: summarizeTrustMap(map), nodes, edges, notes: map.notes }, null, 2)}\n`
}
