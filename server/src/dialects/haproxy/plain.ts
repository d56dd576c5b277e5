/** What speaks HTTP without TLS: it matters where the other end of the connection speaks TLS. */
import type { PlainEnd } from '../../core/model.js'
import { type Configuration, keywordOf, linesOf, type ProxySection, spanOf } from './configuration.js'
import type { Line } from './parser.js'
import { addressesOf } from './tls-options.js'

/** In TCP mode what is passed on may be TLS, so only HTTP counts. */
export function plainEndsOf(proxy: ProxySection, configuration: Configuration): readonly PlainEnd[] {
  if (configuration.tree.template || configuration.isPart || proxy.mode !== 'http' || proxy.uncertain) return []
  return [...serversOf(proxy, configuration), ...bindsOf(proxy, configuration)]
}

function serversOf({ section, name, defaults }: ProxySection, { at }: Configuration): readonly PlainEnd[] {
  const lines = linesOf(section, 'server')
  // What `default-server` may turn on is not looked into: then nothing is said.
  if (lines.length === 0 || [section, ...defaults].some(it => linesOf(it, 'default-server').some(mentionsTls))) return []
  return lines.flatMap((line): readonly PlainEnd[] => {
    const address = line.words[2]
    if (!address || mentionsTls(line) || !line.certain) return []
    return [
      {
        dialect: 'haproxy',
        role: 'client',
        label: `server ${name}/${line.words[1]!.value}`,
        at: at(spanOf(line.words.slice(0, 3))),
        addresses: addressesOf(address, at(address), false)
      }
    ]
  })
}

function bindsOf({ section, name, defaults }: ProxySection, { at }: Configuration): readonly PlainEnd[] {
  if (section.kind === 'backend') return []
  if ([section, ...defaults].some(it => linesOf(it, 'default-bind').length > 0)) return []
  return linesOf(section, 'bind').flatMap((line): readonly PlainEnd[] => {
    const address = line.words[1]
    if (!address || mentionsTls(line) || !line.certain) return []
    const label = `${keywordOf(line)} ${address.value} of ${section.kind} ${name}`
    return [
      {
        dialect: 'haproxy',
        role: 'server',
        label,
        at: at(spanOf(line.words.slice(0, 2))),
        addresses: addressesOf(address, at(address), false)
      }
    ]
  })
}

/** `ssl`, and whatever only makes sense with it; a variable may be either. */
const mentionsTls = (line: Line): boolean =>
  line.words.some(
    ({ value, dynamic }, at) => at > 0 && (dynamic || /^(?:ssl|no-ssl|crt|crt-list|ca-file|verify|sni|alpn|strict-sni)$/.test(value))
  )
