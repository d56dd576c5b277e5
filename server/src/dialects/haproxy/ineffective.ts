/** Settings that HAProxy takes and does nothing with. */
import type { Problem } from '../../core/dialect.js'
import { type Configuration, keywordOf, type ProxySection, spanOf } from './configuration.js'
import { lastOf, type Option, optionsOf } from './options.js'
import type { Section } from './parser.js'
import { type ServerLine, speaksTls } from './server.js'
import { lastPlaced } from './tls-options.js'

export function ineffectiveProblems(proxy: ProxySection, servers: readonly ServerLine[], configuration: Configuration): readonly Problem[] {
  if (configuration.tree.template || proxy.uncertain || configuration.isPart) return []
  return [
    ...lateDefaults(proxy, configuration),
    ...servers.flatMap(it => unusedName(it, configuration)),
    ...(checksByTls(proxy) ? [] : servers.flatMap(it => plainServer(it, configuration))),
    ...repeatedOptions(proxy, configuration)
  ]
}

/** Those that change what is verified or presented. */
const material = /^(?:ssl|no-ssl|verify|verifyhost|ca-file|crl-file|crt|sni|ssl-min-ver|ssl-max-ver|force-tlsv1[0-3]|no-tlsv1[0-3])$/

/** A `default-server` below its servers is for those that follow. */
function lateDefaults({ section }: ProxySection, configuration: Configuration): readonly Problem[] {
  const found: Problem[] = []
  const last = section.lines.findLastIndex(it => keywordOf(it) === 'server' || keywordOf(it) === 'server-template')
  const first = section.lines.find(it => keywordOf(it) === 'server' || keywordOf(it) === 'server-template')
  section.lines.forEach((line, index) => {
    if (keywordOf(line) !== 'default-server' || last < 0 || index < last) return
    const { options } = optionsOf('server', line, 1, configuration)
    const names = [...new Set(options.map(it => it.name).filter(it => material.test(it)))]
    if (names.length === 0) return
    found.push({
      ...configuration.at(spanOf(line.words)),
      rule: 'ineffective-setting',
      message: `${names.join(', ')} of default-server ${names.length > 1 ? 'have' : 'has'} no effect: no server line follows`,
      related: [{ ...configuration.at(spanOf(first!.words.slice(0, 2))), message: 'the servers stand above' }]
    })
  })
  return found
}

/** `sni` is the name that is verified, whatever `verifyhost` says. */
function unusedName({ options, own }: ServerLine, configuration: Configuration): readonly Problem[] {
  const host = lastOf(own, 'verifyhost')
  const sni = lastPlaced(options, 'sni')
  if (!host?.values[0] || !sni?.values[0] || !speaksTls(options)) return []
  // The same name twice is a belt with braces.
  if (sni.values[0].value === `str(${host.values[0].value})`) return []
  return [
    {
      ...configuration.at(spanOf([host.word, ...host.values])),
      rule: 'ineffective-setting',
      message: 'verifyhost has no effect: the name that sni gives is the one that is verified',
      related: [{ ...sni.at, message: 'sni stands here' }]
    }
  ]
}

/** `tcp-check connect ssl` uses what the server lines say of TLS. */
const checksByTls = ({ section, defaults }: ProxySection): boolean => asksByTls(section) || defaults.some(asksByTls)

const asksByTls = ({ lines }: Section): boolean => lines.some(it => isCheck(keywordOf(it)) && it.words.some(word => word.value === 'ssl'))
const isCheck = (keyword: string): boolean => keyword === 'tcp-check' || keyword === 'http-check'

/** Without `ssl` the connection is plain, and checks are too unless `check-ssl` is there. */
function plainServer({ options, own, line }: ServerLine, configuration: Configuration): readonly Problem[] {
  if (speaksTls(options) || lastPlaced(options, 'check-ssl') || line.words.some(it => it.dynamic)) return []
  const settings = own.filter(it => /^(?:verify|verifyhost|ca-file|crl-file|crt|sni)$/.test(it.name))
  const [first] = settings
  if (!first || lastOf(own, 'no-ssl')) return []
  // Many write this on every line, and it promises nothing.
  if (settings.every(it => it.name === 'verify' && it.values[0]?.value === 'none')) return []
  const others = settings.length > 1 ? `, like ${settings.length - 1} more here` : ''
  return [
    {
      ...configuration.at(spanOf([first.word, ...first.values])),
      rule: 'ineffective-setting',
      message: `${first.name} has no effect${others}: without ssl the connection to ${line.words[1]!.value} is not encrypted`
    }
  ]
}

const once = /^(?:verify|ca-file|ca-verify-file|crl-file|verifyhost|sni|crt-ignore-err|ca-ignore-err|ssl-min-ver|ssl-max-ver)$/

/** The same option twice on a line: the later wins, and nobody says so. */
function repeatedOptions({ section }: ProxySection, configuration: Configuration): readonly Problem[] {
  return section.lines.flatMap(line => {
    const kind = keywordOf(line) === 'bind' ? 'bind' : keywordOf(line) === 'server' ? 'server' : undefined
    if (!kind) return []
    const { options } = optionsOf(kind, line, kind === 'bind' ? 2 : 3, configuration)
    return options.flatMap((it, index) => {
      const later = once.test(it.name) ? options.find((other, at) => at > index && other.name === it.name) : undefined
      return later && textOf(later) !== textOf(it) ? [repeated(it, later, configuration)] : []
    })
  })
}

const textOf = ({ values }: Option): string => values.map(it => it.value).join(' ')

const repeated = (first: Option, later: Option, configuration: Configuration): Problem => ({
  ...configuration.at(spanOf([first.word, ...first.values])),
  rule: 'ineffective-setting',
  message: `${first.name} ${textOf(first)} has no effect: ${later.name} ${textOf(later)} further on replaces it`,
  related: [{ ...configuration.at(spanOf([later.word, ...later.values])), message: 'this one counts' }]
})
