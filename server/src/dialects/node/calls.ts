/** The calls by which a program becomes a TLS client or server, with the options that they are given. */
import type { Node } from '@babel/types'
import { memo } from '../../core/text.js'
import { calledName, type Program } from './syntax.js'
import { type Properties, propertiesOf, readValue } from './values.js'

export interface Call {
  readonly role: 'client' | 'server'
  /** `https.request`. */
  readonly name: string
  readonly node: Node
  readonly callee: Node
  readonly options: Properties
  /** What it connects to, where that is the first argument. */
  readonly url?: Node
}

const clients = /^(?:https\.(?:request|get|Agent)|tls\.connect|http2\.connect|undici\.(?:Agent|Client|Pool|request|fetch))$/
const servers = /^(?:https\.createServer|https\.Server|tls\.createServer|tls\.Server|http2\.createSecureServer)$/

/** More than anybody writes in one file. */
const mostCalls = 1000

export function callsIn(program: Program): readonly Call[] {
  const found: Call[] = []
  const used = new Set<Node>()
  for (const node of program.nodes) {
    if (node.type !== 'CallExpression' && node.type !== 'NewExpression') continue
    const name = calledName(node.callee, program)
    if (name === undefined) continue
    if (servers.test(name)) {
      const options = propertiesOf(node.arguments[0], program)
      if (options) found.push({ role: 'server', name, node, callee: node.callee, options })
    } else if (clients.test(name)) {
      const call = clientCall(node, name, program, used)
      if (call) found.push(call)
    }
  }
  // What an agent says is told where the agent is used.
  return found.filter(it => !used.has(it.node)).slice(0, mostCalls)
}

function clientCall(
  node: Extract<Node, { type: 'CallExpression' | 'NewExpression' }>,
  name: string,
  program: Program,
  used: Set<Node>
): Call | undefined {
  const args = node.arguments.slice(0, 3)
  const own = args.map(it => propertiesOf(it, program)).find(it => it !== undefined)
  const url = args[0] && !propertiesOf(args[0], program) ? args[0] : undefined
  if (!own && !url) return undefined
  const options = withAgent(name, own ?? { node: undefined, values: new Map(), complete: true }, program, used)
  return options && { role: 'client', name, node, callee: node.callee, options, ...(url ? { url } : {}) }
}

/** undici has the settings of TLS in `connect`, and `https` may have them in an agent. */
function withAgent(name: string, own: Properties, program: Program, used: Set<Node>): Properties | undefined {
  if (name.startsWith('undici.')) {
    const connect = own.values.get('connect')?.value
    return connect ? propertiesOf(connect, program) : undefined
  }
  const agent = own.values.get('agent')?.value
  if (!agent || (agent.type === 'BooleanLiteral' && !agent.value)) return own
  const made = agent.type === 'Identifier' ? program.constants.get(agent.name) : agent
  if (made?.type !== 'NewExpression' || calledName(made.callee, program) !== 'https.Agent') return { ...own, complete: false }
  used.add(made)
  const shared = propertiesOf(made.arguments[0], program)
  return {
    node: own.node,
    // Agent.addRequest puts its own options above those of the request.
    values: new Map([...own.values, ...(shared?.values ?? [])]),
    complete: own.complete && (shared?.complete ?? made.arguments.length === 0)
  }
}

/** Where a server listens: `createServer(…).listen(8443, '127.0.0.1')`, at once or through a name. */
export function listenOf(
  call: Call,
  program: Program
): { readonly node: Node; readonly port?: number; readonly host?: string } | undefined {
  const parent = program.parents.get(call.node)
  const named = parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id.name : undefined
  const listens = listensIn(program)
  const node = listens.get(call.node) ?? (named === undefined ? undefined : listens.get(named))
  return node && { node, ...addressIn(node.arguments, program) }
}

type CallNode = Extract<Node, { type: 'CallExpression' }>

/** What is told to listen, by the expression or the name that stands before the dot. */
const listensIn = memo((program: Program): ReadonlyMap<Node | string, CallNode> => {
  const found = new Map<Node | string, CallNode>()
  for (const node of program.nodes) {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') continue
    const { object, property } = node.callee
    if (property.type !== 'Identifier' || property.name !== 'listen') continue
    found.set(object.type === 'Identifier' ? object.name : object, node)
  }
  return found
})

function addressIn([first, second]: readonly Node[], program: Program): { readonly port?: number; readonly host?: string } {
  const options = propertiesOf(first, program)
  const portNode = options ? options.values.get('port')?.value : first
  const hostNode = options ? options.values.get('host')?.value : second
  const port = portNode && readValue(portNode, program)
  const host = hostNode && readValue(hostNode, program)
  return {
    ...(port?.kind === 'number' ? { port: port.number } : {}),
    ...(host?.kind === 'string'
      ? { host: host.text === '0.0.0.0' || host.text === '::' ? '*' : host.text }
      : host === undefined || host.kind === 'function'
        ? { host: '*' }
        : {})
  }
}
