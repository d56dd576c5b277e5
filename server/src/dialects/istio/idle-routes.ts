/**
 * Routes of a VirtualService that the gateways it is bound to have no use for:
 * https://istio.io/latest/docs/ops/common-problems/network-issues/#gateway-mismatch
 */
import type { LowerContext, Problem } from '../../core/dialect.js'
import { memo, type SourceFile } from '../../core/text.js'
import { labelOf, placeIn, type Resource } from '../kubernetes/resources.js'
import { itemsAt, mapAt, scalarAt, textAt, type YamlNode } from '../yaml/syntax.js'
import { declaredAlong } from './declarations.js'
import { isGateway, isHttpPort, isServerMode } from './gateway.js'
import { indexed, isCovered, placedAt } from './gateway-routes.js'

export function idleRoutes(service: Resource, root: SourceFile, ctx: LowerContext): readonly Problem[] {
  const spec = mapAt(service.node, 'spec')
  const [http, tls] = [spec?.entry('http'), spec?.entry('tls')]
  if (service.incomplete || (!http && !tls)) return []
  const servers = serversFor(service, root, ctx)
  if (!servers || servers.length === 0) return []
  const first = servers.find(it => it.tls !== 'none')
  if (!first) return []
  const related = [{ ...first.at, message: `${first.label} says what becomes of TLS` }]
  const problem = (entry: typeof tls, message: string): Problem => ({
    rule: 'ineffective-setting',
    ...placeIn(service, entry!.keySpan),
    message: `${labelOf(service)} ${message}`,
    related
  })
  if (tls && !servers.some(it => it.tls === 'passed'))
    return [
      problem(
        tls,
        `routes TLS by server name, and ${first.label} ends it: these routes are never looked at there${http ? '' : ', and requests find none'}`
      )
    ]
  if (http && servers.every(it => it.tls === 'passed'))
    return [
      problem(http, `routes requests, and ${first.label} passes TLS on without looking into it: these routes are never looked at there`)
    ]
  return []
}

interface Server {
  readonly label: string
  readonly at: ReturnType<typeof placeIn>
  readonly tls: 'ended' | 'passed' | 'none'
}

/** Those whose hosts are the service's; nothing where one of its gateways is not here, or the mesh is one of them. */
function serversFor(service: Resource, root: SourceFile, ctx: LowerContext): readonly Server[] | undefined {
  const names = itemsAt(service.node, 'spec', 'gateways')
  const known = byPlace(declaredAlong('Gateway', root, ctx))
  const gateways = names.flatMap(it => {
    const [name, namespace = service.namespace] = (textAt(it) ?? '').split('/').reverse()
    return placedAt(namespace, name, known)
  })
  if (names.length === 0 || gateways.length !== names.length || gateways.some(it => it.incomplete)) return undefined
  const servers = gateways.flatMap(gateway =>
    itemsAt(gateway.node, 'spec', 'servers')
      .filter(it => isCovered(service, gateway, it))
      .map(it => readServer(it, gateway))
  )
  return servers.every(it => it !== undefined) ? servers : undefined
}

const byPlace = memo(
  (gateways: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> =>
    indexed(gateways.filter(isGateway), ({ namespace, name = '' }) => [name, `${namespace}/${name}`])
)

/** Nothing where a template decides, or where TLS is ended without looking for HTTP in it, which goes by other routes. */
function readServer(node: YamlNode, gateway: Resource): Server | undefined {
  const label = labelOf(gateway)
  if (isHttpPort(node)) return { label, at: gateway.at, tls: 'none' }
  const mode = scalarAt(node, 'tls', 'mode')
  if (!mode || mode.dynamic) return undefined
  const at = placeIn(gateway, mode.span)
  if (mode.text === 'PASSTHROUGH' || mode.text === 'AUTO_PASSTHROUGH') return { label, at, tls: 'passed' }
  return isServerMode(mode.text) && textAt(node, 'port', 'protocol')?.toUpperCase() === 'HTTPS' ? { label, at, tls: 'ended' } : undefined
}
