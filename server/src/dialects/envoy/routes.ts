/** Where a connection manager has its routes from: its own table, a file, or a table of the workspace by its name. */
import type { LowerContext } from '../../core/dialect.js'
import { locate } from '../../core/text.js'
import type { YamlMap } from '../yaml/syntax.js'
import { type Part, pathOfSource } from './credentials.js'
import { fieldOf, mapField, textField } from './fields.js'
import { pathsOf } from './paths.js'
import { type Resources, type RouteTable, resourcesOf } from './resources.js'

export const routeKey = (name: string): string => `EnvoyRoutes/${name}`

/** The table; `elsewhere` when a server that is not here hands it out, and nothing when there is none. */
export function routesOf(manager: YamlMap | undefined, { file, routes }: Resources, ctx: LowerContext): Part | 'elsewhere' | undefined {
  const own = mapField(manager, 'route_config')
  if (own) return { file, message: own }
  const rds = mapField(manager, 'rds')
  if (!rds) return fieldOf(manager, 'scoped_routes') ? 'elsewhere' : undefined
  const name = textField(rds, 'route_config_name')
  const source = mapField(rds, 'config_source')
  const path = source && pathOfSource(source)
  if (name === undefined || path?.dynamic) return 'elsewhere'
  const here = path ? inFile(path.text, name, file, ctx) : (routes.find(it => it.name === name) ?? declaredTable(name, ctx))
  if (!here) return 'elsewhere'
  return here.file === file
    ? { file, message: here.message }
    : { file: here.file, message: here.message, reference: locate(file, rds.span) }
}

function inFile(written: string, name: string, from: Resources['file'], ctx: LowerContext): RouteTable | undefined {
  const entry = ctx.read(pathsOf(from.path, ctx).resolve(written))
  return entry.kind === 'file' ? resourcesOf(entry.file).routes.find(it => it.name === name) : undefined
}

/** Several of one name are variants, of which nobody knows which is handed out. */
function declaredTable(name: string, ctx: LowerContext): RouteTable | undefined {
  const declared = ctx.declared(routeKey(name))
  return declared.length === 1 ? (declared[0]!.value as RouteTable) : undefined
}
