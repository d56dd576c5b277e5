import type { LowerContext, Lowered, PathUse, Problem } from '../../core/dialect.js'
import type { CredentialRef, TlsEndpoint } from '../../core/model.js'
import type { Read, SourceFile } from '../../core/text.js'
import { bindLines, holderOf, type Lists, lowerBind } from './bind.js'
import { type Configuration, keywordOf, type ProxySection, readConfiguration } from './configuration.js'
import { credentialOf, storesOf } from './credentials.js'
import { contentOf, type Flow, flowsOf, forwardsOf, refusesPlaintext, resultUseOf } from './flow.js'
import { guardProblems } from './guards.js'
import { ineffectiveProblems } from './ineffective.js'
import { keylessProblems } from './keyless.js'
import { optionsOf } from './options.js'
import type { Section } from './parser.js'
import { readerProblems } from './reader.js'
import { lowerHttpClient, lowerServer, proxyPlace, serversOf } from './server.js'
import { placed } from './tls-options.js'

export function lower(root: SourceFile, ctx: LowerContext): Lowered {
  const configuration = readConfiguration(root, ctx)
  const { read } = ctx
  const files: SourceFile[] = [root]
  const lists: Lists = { configuration, read, stores: storesOf(configuration, read), files }
  const flows = flowsOf(configuration)
  const endpoints: TlsEndpoint[] = []
  const plain: TlsEndpoint[] = []
  const problems: Problem[] = [...readerProblems(configuration)]
  const asks = asksForCertificates(root.text)
  for (const proxy of configuration.proxies) {
    const listeners = asks || proxy.section.kind !== 'backend' ? listenersOf(proxy, flows, asks, lists) : []
    if (!configuration.tree.template && readsConnection(root.text)) problems.push(...guardProblems(flows(proxy), listeners, configuration))
    for (const endpoint of listeners) {
      if (endpoint.tls.value || writesTls(endpoint)) endpoints.push(endpoint)
      else plain.push(endpoint)
    }
    const place = proxyPlace(proxy, configuration, read)
    const servers = serversOf(proxy.section, proxy.defaults, configuration)
    for (const server of servers) {
      const client = lowerServer(server, place)
      if (client) endpoints.push(client)
    }
    problems.push(...ineffectiveProblems(proxy, servers, configuration))
  }
  for (const section of configuration.tree.sections) if (otherSections.has(section.kind)) endpoints.push(...lowerOther(section, lists))
  const client = lowerHttpClient(configuration)
  if (client) endpoints.push(client)
  problems.push(...endpoints.flatMap(it => keylessProblems(it, configuration, read)))
  const verifying = endpoints.filter(it => it.role === 'server' && it.peer.certificate.value !== 'ignore')
  if (verifying.length > 0) endpoints.push(...plain.filter(leadsToSameAs(verifying)))
  return { endpoints, problems: unique(problems), paths: pathsIn(configuration, endpoints, read), pem: [], files }
}

/** Where no client is asked for a certificate, nobody needs to know what becomes of it. */
const asksForCertificates = (text: string): boolean => /\bverify[ \t]+(?!none\b)|\bcrt-list\b/.test(text)
const readsConnection = (text: string): boolean => /\bssl_f?c/.test(text)

function listenersOf(proxy: ProxySection, flows: (proxy: ProxySection) => Flow, asks: boolean, lists: Lists): readonly TlsEndpoint[] {
  const { configuration } = lists
  const holder = holderOf(proxy, configuration)
  if (proxy.section.kind === 'backend') return []
  const lowered = bindLines(proxy.section).flatMap(line => lowerBind(line, holder, lists))
  if (lowered.length === 0 || !(asks || lowered.some(it => it.tls.value || writesTls(it)))) return []
  const flow = flows(proxy)
  const content = contentOf(flow)
  const shared = { result: resultUseOf(flow, configuration), refusesPlaintext: refusesPlaintext(flow), ...(content ? { content } : {}) }
  return lowered.map(it => ({ ...it, ...shared, forwards: forwardsOf(flow, it, configuration) }))
}

/** TLS settings on a line that lacks the word `ssl`. */
const writesTls = ({ identities, peer }: TlsEndpoint): boolean =>
  identities.length > 0 || peer.certificate.origin === 'written' || peer.trustAnchors.length > 0

/** A plain listener is told of only where it opens another way to what a verifying one gives. */
function leadsToSameAs(verifying: readonly TlsEndpoint[]): (plain: TlsEndpoint) => boolean {
  const contents = new Set(verifying.flatMap(it => it.content ?? []))
  const targets = new Set(verifying.flatMap(it => it.forwards?.map(forward => forward.target) ?? []))
  return ({ content, forwards }) => content?.some(it => contents.has(it)) === true || forwards?.some(it => targets.has(it.target)) === true
}

const otherSections: ReadonlySet<string> = new Set(['peers', 'ring', 'log-forward'])

/** Sections without rules: what they listen on and connect to, in plain TCP. */
function lowerOther(section: Section, lists: Lists): readonly TlsEndpoint[] {
  const { configuration, read } = lists
  const incomplete = configuration.isPart || section.lines.some(it => !it.certain)
  const binds = section.lines.flatMap((line, index) => {
    if (keywordOf(line) !== 'bind') return []
    const above = section.lines.slice(0, index).filter(it => keywordOf(it) === 'default-bind')
    const inherited = above.flatMap(it => placed(optionsOf('bind', it, 1, configuration).options, 'inherited', configuration.at))
    return lowerBind(line, { section, protocol: 'tcp', incomplete, inherited }, lists)
  })
  const place = { configuration, read, protocol: 'tcp', incomplete } as const
  const servers = serversOf(section, [], configuration).flatMap(it => lowerServer(it, place) ?? [])
  return [...binds.filter(it => it.tls.value || writesTls(it)), ...servers]
}

/** What stands in `defaults` or `global` would be told as often as it is inherited. */
function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>()
  return problems.filter(it => {
    const key = `${it.rule}\0${it.path}\0${it.start}\0${it.end}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** Every path that is written; those of the endpoints know where they lead. */
function pathsIn(configuration: Configuration, endpoints: readonly TlsEndpoint[], read: Read): PathUse[] {
  const uses = new Map<string, PathUse>()
  const add = (credential: CredentialRef, what: PathUse['what']) => {
    const key = `${credential.at.path}\0${credential.at.start}\0${what}`
    if (uses.has(key)) return
    uses.set(key, { at: credential.at, what, credential, ...(credential.kind === 'file' ? { path: credential.path } : {}) })
  }
  for (const { identities, peer } of endpoints) {
    for (const { certificate, key } of identities) {
      if (certificate.kind === 'file' && isInFolder(certificate, configuration, read)) continue
      add(certificate, 'certificate')
      if (key && key.at.start !== certificate.at.start) add(key, 'key')
    }
    for (const it of peer.crls) add(it, 'crl')
    for (const it of peer.trustAnchors) if (!peer.crls.some(crl => crl.at.start === it.at.start)) add(it, 'trust')
  }
  return [...uses.values(), ...listUses(configuration)]
}

/** A file that a folder brings in is not what is written. */
const isInFolder = (ref: Extract<CredentialRef, { kind: 'file' | 'directory' }>, configuration: Configuration, read: Read): boolean => {
  const base = ref.at.path === configuration.file.path ? configuration.globals.get('crt-base')?.words[1]?.value : undefined
  const written = configuration.paths.resolve(ref.written, base)
  return written !== ref.path && read(written).kind === 'directory'
}

function listUses(configuration: Configuration): PathUse[] {
  return configuration.tree.sections.flatMap(section =>
    section.lines.flatMap(line => {
      if (keywordOf(line) !== 'bind') return []
      const lists = optionsOf('bind', line, 2, configuration).options.filter(it => it.name === 'crt-list')
      return lists.flatMap(({ values: [word] }): PathUse[] => {
        if (!word) return []
        const ref = credentialOf('crt-list', word, configuration.at(word), 'crt-base', configuration)
        return [
          { at: ref.at, what: 'include', ...(ref.kind === 'file' ? { path: configuration.paths.resolve(word.value, undefined) } : {}) }
        ]
      })
    })
  )
}
