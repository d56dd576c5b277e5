import type { Configuration, Node } from './configuration.js'

/** What a text carries of the client's certificate. */
export type Carries = 'result' | 'identity' | 'nothing' | 'other'

/** Which variables hold the result of the verification, or something of the certificate, themselves or through `map` and `set`. */
export interface Variables {
  carries(text: string): Carries
  /** Does it hand on the certificate itself, by which the receiver can judge? */
  carriesCertificate(text: string): boolean
  readonly result: ReadonlySet<string>
  readonly identity: ReadonlySet<string>
}

const identityVariables = /^ssl_client_(?!verify$)\w+$/
const wholeCertificate = ['ssl_client_cert', 'ssl_client_raw_cert', 'ssl_client_escaped_cert']

/** The names of the variables in a text. */
export const variablesIn = (text: string): string[] =>
  text.includes('$') ? (text.match(/\$(?:\{\w+\}|\w+)/g) ?? []).map(it => it.replace(/\W/g, '').toLowerCase()) : []

/** Blocks and directives that make one variable out of others: `[source words, made variable]`. */
function derivation(node: Node): readonly [readonly string[], string] | undefined {
  const args = node.values
  const made = (word: string | undefined) => word?.replace(/^\$/, '').toLowerCase() ?? ''
  switch (node.name) {
    case 'map':
      return args.length === 2 ? [[args[0]!, ...node.children.flatMap(it => it.values)], made(args[1])] : undefined
    case 'set':
      return args.length === 2 ? [[args[1]!], made(args[0])] : undefined
    default:
      return undefined
  }
}

export function variablesOf({ all, names }: Configuration): Variables {
  if (!names.has('map') && !names.has('set')) return builtInVariables
  const users = new Map<string, string[]>()
  for (const node of all) {
    const derived = derivation(node)
    if (!derived) continue
    for (const source of new Set(derived[0].flatMap(variablesIn))) {
      const known = users.get(source)
      if (known) known.push(derived[1])
      else users.set(source, [derived[1]])
    }
  }
  const result = reachable(['ssl_client_verify'], users)
  const identity = reachable(
    [...users.keys()].filter(it => identityVariables.test(it)),
    users
  )
  return variablesWith(result, identity, reachable(wholeCertificate, users))
}

const variablesWith = (result: ReadonlySet<string>, identity: ReadonlySet<string>, certificate: ReadonlySet<string>): Variables => ({
  result,
  identity,
  carriesCertificate: text => variablesIn(text).some(it => certificate.has(it)),
  carries(text) {
    if (text === '') return 'nothing'
    if (!text.includes('$')) return 'other'
    const names = variablesIn(text)
    if (names.some(it => result.has(it))) return 'result'
    return names.some(it => identity.has(it) || identityVariables.test(it)) ? 'identity' : 'other'
  }
})

/** Of a configuration that makes none of its own. */
const builtInVariables = variablesWith(new Set(['ssl_client_verify']), new Set(), new Set(wholeCertificate))

function reachable(start: readonly string[], users: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set(start)
  const queue = [...start]
  for (let it = queue.pop(); it !== undefined; it = queue.pop()) {
    for (const made of users.get(it) ?? []) {
      if (found.has(made)) continue
      found.add(made)
      queue.push(made)
    }
  }
  return found
}
