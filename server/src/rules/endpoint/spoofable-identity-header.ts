import type { Forward, TlsEndpoint } from '../../core/model.js'
import { defineRule, manual, nginx, type RuleContext } from '../../core/rule.js'

export default defineRule({
  id: 'spoofable-identity-header',
  subject: 'configuration',
  title: 'A client can make up the header that tells the backend who it is',
  category: 'identity',
  severity: 'error',
  citations: [manual('CWE-290', 'https://cwe.mitre.org/data/definitions/290.html'), nginx('ngx_http_proxy_module', 'proxy_set_header')],
  check({ endpoints }, ctx) {
    for (const endpoint of endpoints) reportUnfiltered(endpoint, ctx)
    for (const [target, hops] of hopsByTarget(endpoints)) {
      const trusted = identityHeaders(hops)
      for (const { forward } of hops) {
        if (forward.incomplete) continue
        const set = new Set(forward.headers.filter(it => !it.added).map(it => it.name.toLowerCase()))
        const open = [...trusted].filter(([name]) => !set.has(name)).map(([, header]) => header)
        if (open.length === 0) continue
        ctx.report({
          at: forward.at,
          message: `clients can send ${open.map(it => it.name).join(', ')} to ${target} themselves: ${open.length > 1 ? 'they are' : 'it is'} neither set nor cleared here`,
          related: open.slice(0, 5).map(it => ({ ...it.at, message: `${it.name} carries the identity here` }))
        })
      }
    }
  }
})

/** What the client sent is passed on as it is. */
function reportUnfiltered(endpoint: TlsEndpoint, ctx: RuleContext): void {
  const { unfiltered } = endpoint.forwards?.[0] ?? {}
  if (!unfiltered) return
  const { name, setting, by, at } = unfiltered
  // Without a certificate the header is dropped, so that only clients who are asked for one matter.
  if (by === 'certificate holders' && (!endpoint.tls.value || endpoint.peer.certificate.value === 'ignore')) return
  const who = by === 'anybody' ? 'clients' : 'clients with any certificate that is accepted'
  ctx.report({ at, message: `${who} can send ${name} to ${endpoint.label} themselves: ${setting} believes what is in it` })
}

interface Hop {
  readonly endpoint: TlsEndpoint
  readonly forward: Forward
}

function hopsByTarget(endpoints: readonly TlsEndpoint[]): ReadonlyMap<string, readonly Hop[]> {
  const groups = new Map<string, Hop[]>()
  for (const endpoint of endpoints) {
    for (const forward of endpoint.forwards ?? []) {
      const target = backendOf(forward.target)
      if (target === undefined) continue
      const group = groups.get(target)
      if (group) group.push({ endpoint, forward })
      else groups.set(target, [{ endpoint, forward }])
    }
  }
  return groups
}

/** The same backend whatever the path; nothing where a variable chooses it. */
const backendOf = (target: string): string | undefined => /^(?:[a-z]+:\/\/)?[^/$]+(?=\/|$)/i.exec(target)?.[0]

type Header = Forward['headers'][number]

/** By lower-case name, the headers that tell this backend who the client is, from the first place that sets each. */
function identityHeaders(hops: readonly Hop[]): ReadonlyMap<string, Header> {
  const found = new Map<string, Header>()
  for (const { forward } of hops) {
    for (const header of forward.headers) {
      if (header.carries !== 'identity' && header.carries !== 'result') continue
      if (!found.has(header.name.toLowerCase())) found.set(header.name.toLowerCase(), header)
    }
  }
  return found
}
