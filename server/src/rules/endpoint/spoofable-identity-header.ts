import type { Forward, TlsEndpoint } from '../../core/model.js'
import { defineRule, manual, nginx, type RuleContext } from '../../core/rule.js'
import { memo } from '../../core/text.js'

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
      // What one hop trusts it has set itself, unless it only adds to what the client sent.
      if (hops.length === 1 && !hops[0]!.forward.headers.some(it => it.added)) continue
      const trusted = identityHeaders(hops)
      for (const { forward } of hops) {
        if (forward.incomplete) continue
        const { open, more } = openHeaders(trusted, forward)
        if (open.length === 0) continue
        const names = open.map(it => it.name).join(', ')
        ctx.report({
          at: forward.at,
          message: `clients can send ${names}${more > 0 ? ` and ${more} more` : ''} to ${target} themselves: ${open.length > 1 ? 'they are' : 'it is'} neither set nor cleared here`,
          related: open.map(it => ({ ...it.at, message: `${it.name} carries the identity here` }))
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

type Headers = Forward['headers']

interface Open {
  readonly open: readonly Header[]
  /** How many there are besides. */
  readonly more: number
}

/** Thousands of hops may share thousands of headers: the first few are told, the others counted. */
const mostNamed = 5

/** What this hop neither sets nor clears of the headers that its backend trusts. */
function openHeaders(trusted: ReadonlyMap<string, Header>, { headers }: Forward): Open {
  const known = openAmong(trusted).get(headers)
  if (known) return known
  const found = findOpen(trusted, headers)
  openAmong(trusted).set(headers, found)
  return found
}

const openAmong = memo((_: ReadonlyMap<string, Header>) => new Map<Headers, Open>())

function findOpen(trusted: ReadonlyMap<string, Header>, headers: Headers): Open {
  const closed = new Set<string>()
  for (const it of headers) if (!it.added && trusted.has(it.name.toLowerCase())) closed.add(it.name.toLowerCase())
  const open: Header[] = []
  for (const [name, header] of trusted) {
    if (open.length === mostNamed) break
    if (!closed.has(name)) open.push(header)
  }
  return { open, more: trusted.size - closed.size - open.length }
}

/** By lower-case name, the headers that tell this backend who the client is, from the first place that sets each. */
function identityHeaders(hops: readonly Hop[]): ReadonlyMap<string, Header> {
  // All that one frontend passes on may bear the same headers.
  const [first, ...others] = [...new Set(hops.map(it => it.forward.headers))].map(identityIn)
  if (!first || others.length === 0) return first ?? new Map()
  const found = new Map(first)
  for (const it of others) for (const [name, header] of it) if (!found.has(name)) found.set(name, header)
  return found
}

const identityIn = memo((headers: Headers): ReadonlyMap<string, Header> => {
  const found = new Map<string, Header>()
  for (const header of headers) {
    if (header.carries !== 'identity' && header.carries !== 'result') continue
    if (!found.has(header.name.toLowerCase())) found.set(header.name.toLowerCase(), header)
  }
  return found
})
