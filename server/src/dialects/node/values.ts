/** What expressions come to, as far as that stands in the text. */
import type { Expression, Node, ObjectExpression } from '@babel/types'
import { calledName, type Program } from './syntax.js'

export type Value =
  | { readonly kind: 'string'; readonly text: string; readonly node: Node }
  | { readonly kind: 'number'; readonly number: number; readonly node: Node }
  | { readonly kind: 'boolean'; readonly boolean: boolean; readonly node: Node }
  /** The content of a file. `base`: `file` where its path counts from the file of the program, else from where that is run. */
  | { readonly kind: 'file'; readonly path: string; readonly base: 'file' | 'folder'; readonly node: Node }
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly node: Node }
  | { readonly kind: 'function'; readonly body: Node; readonly node: Node }
  | { readonly kind: 'nothing'; readonly node: Node }
  | { readonly kind: 'unknown'; readonly node: Node }

const mostSteps = 20

/** What a name stands for is looked at once, however often and in whatever nesting it is used. */
const values = new WeakMap<Node, Value>()
const paths = new WeakMap<Node, { readonly path: Path | undefined }>()
const objects = new WeakMap<Node, { readonly properties: Properties | undefined }>()

export function readValue(node: Node, program: Program, steps = 0): Value {
  const known = values.get(node)
  if (known) return known
  const value = evaluate(node, program, steps)
  values.set(node, value)
  return value
}

function evaluate(node: Node, program: Program, steps: number): Value {
  const unknown = { kind: 'unknown', node } as const
  if (steps > mostSteps) return unknown
  const again = (it: Node) => readValue(it, program, steps + 1)
  switch (node.type) {
    case 'StringLiteral':
      return { kind: 'string', text: node.value, node }
    case 'NumericLiteral':
      return { kind: 'number', number: node.value, node }
    case 'BooleanLiteral':
      return { kind: 'boolean', boolean: node.value, node }
    case 'NullLiteral':
      return { kind: 'nothing', node }
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? { kind: 'string', text: node.quasis[0]?.value.cooked ?? '', node } : unknown
    case 'Identifier': {
      if (node.name === 'undefined') return { kind: 'nothing', node }
      const constant = program.constants.get(node.name)
      return constant ? again(constant) : unknown
    }
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'ObjectMethod':
      return { kind: 'function', body: node.body, node }
    case 'ArrayExpression':
      return { kind: 'list', items: node.elements.map(it => (it && it.type !== 'SpreadElement' ? again(it) : unknown)), node }
    case 'AwaitExpression':
      return again(node.argument)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return again(node.expression)
    case 'UnaryExpression':
      return negated(node, again(node.argument))
    case 'CallExpression':
      return readFile(node, program, steps) ?? unknown
    default:
      return unknown
  }
}

function negated(node: Extract<Node, { type: 'UnaryExpression' }>, value: Value): Value {
  const isNot = node.operator === '!'
  if (isNot && value.kind === 'number') return { kind: 'boolean', boolean: value.number === 0, node }
  if (isNot && value.kind === 'boolean') return { kind: 'boolean', boolean: !value.boolean, node }
  return node.operator === 'void' ? { kind: 'nothing', node } : { kind: 'unknown', node }
}

const readers = /^(?:fs(?:\/promises)?(?:\.promises)?\.readFile(?:Sync)?)$/

/** `fs.readFileSync('client.pem')`, with whatever is called on the result. */
function readFile(call: Extract<Node, { type: 'CallExpression' }>, program: Program, steps: number): Value | undefined {
  const { callee } = call
  const [argument] = call.arguments
  const isBare = callee.type === 'Identifier' && callee.name === 'readFileSync'
  if (argument && (isBare || readers.test(calledName(callee, program) ?? ''))) {
    const path = pathIn(argument, program, steps + 1)
    return path ? { kind: 'file', ...path, node: argument } : { kind: 'unknown', node: argument }
  }
  const isText = callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name === 'toString'
  return isText ? readValue(callee.object, program, steps + 1) : undefined
}

interface Path {
  readonly path: string
  readonly base: 'file' | 'folder'
}

/** A path that is written down, or put together from the folder of this very file. */
export function pathIn(node: Node, program: Program, steps = 0): Path | undefined {
  const known = paths.get(node)
  if (known) return known.path
  const path = readPath(node, program, steps)
  paths.set(node, { path })
  return path
}

function readPath(node: Node, program: Program, steps: number): Path | undefined {
  if (steps > mostSteps) return undefined
  if (node.type === 'Identifier') {
    if (node.name === '__dirname') return { path: '', base: 'file' }
    const constant = program.constants.get(node.name)
    return constant ? pathIn(constant, program, steps + 1) : undefined
  }
  if (isOwnFolder(node)) return { path: '', base: 'file' }
  if (node.type === 'TemplateLiteral' && node.expressions.length > 0) return inTemplate(node, program, steps)
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    const parts = [pathIn(node.left, program, steps + 1), readValue(node.right, program, steps + 1)] as const
    return parts[0]?.base === 'file' && parts[1].kind === 'string' ? { path: `${parts[0].path}${parts[1].text}`, base: 'file' } : undefined
  }
  if (node.type === 'CallExpression') return joined(node, program, steps)
  if (node.type === 'NewExpression' && node.callee.type === 'Identifier' && node.callee.name === 'URL') {
    const [first, second] = node.arguments
    const text = first ? readValue(first, program, steps + 1) : undefined
    return text?.kind === 'string' && second && isOwnUrl(second) ? { path: text.text, base: 'file' } : undefined
  }
  const value = readValue(node, program, steps + 1)
  return value.kind === 'string' ? { path: value.text, base: 'folder' } : undefined
}

const isMeta = (node: Node, property: string): boolean =>
  node.type === 'MemberExpression' &&
  node.object.type === 'MetaProperty' &&
  node.property.type === 'Identifier' &&
  node.property.name === property
const isOwnUrl = (node: Node): boolean => isMeta(node, 'url')

/** `import.meta.dirname`, and `path.dirname(fileURLToPath(import.meta.url))` as it was written before. */
function isOwnFolder(node: Node): boolean {
  if (isMeta(node, 'dirname')) return true
  if (node.type !== 'CallExpression') return false
  const [argument] = node.arguments
  const name =
    node.callee.type === 'Identifier'
      ? node.callee.name
      : node.callee.type === 'MemberExpression' && node.callee.property.type === 'Identifier'
        ? node.callee.property.name
        : ''
  if (name !== 'dirname' || argument?.type !== 'CallExpression')
    return argument?.type === 'Identifier' && name === 'dirname' && argument.name === '__filename'
  const [url] = argument.arguments
  return argument.callee.type === 'Identifier' && argument.callee.name === 'fileURLToPath' && url !== undefined && isOwnUrl(url)
}

/** `${__dirname}/certs/client.pem`. */
function inTemplate(
  { quasis, expressions }: Extract<Node, { type: 'TemplateLiteral' }>,
  program: Program,
  steps: number
): Path | undefined {
  const [first] = expressions
  if (!first || expressions.length > 1 || quasis[0]?.value.raw !== '') return undefined
  const folder = pathIn(first, program, steps + 1)
  return folder?.base === 'file' ? { path: `${folder.path}${quasis[1]?.value.cooked ?? ''}`, base: 'file' } : undefined
}

/** `path.join(__dirname, 'certs', 'client.pem')`. */
function joined(call: Extract<Node, { type: 'CallExpression' }>, program: Program, steps: number): Path | undefined {
  const name = calledName(call.callee, program)
  if (name === 'url.fileURLToPath' && call.arguments[0]) return pathIn(call.arguments[0], program, steps + 1)
  if (name !== 'path.join' && name !== 'path.resolve') return undefined
  const parts = call.arguments.map(it => (isWorkingFolder(it) ? { path: '', base: 'folder' as const } : pathIn(it, program, steps + 1)))
  if (parts.some(it => it === undefined)) return undefined
  const [first] = parts
  return {
    path: parts
      .map(it => it!.path)
      .filter(it => it !== '')
      .join('/'),
    base: first?.base ?? 'folder'
  }
}

/** `process.cwd()` is where relative paths count from anyway. */
const isWorkingFolder = (node: Node): boolean =>
  node.type === 'CallExpression' &&
  node.callee.type === 'MemberExpression' &&
  node.callee.object.type === 'Identifier' &&
  node.callee.object.name === 'process' &&
  node.callee.property.type === 'Identifier' &&
  node.callee.property.name === 'cwd'

/** The properties of an object that is written down, the last of each name. */
export interface Properties {
  /** Absent where nothing is written. */
  readonly node: ObjectExpression | undefined
  readonly values: ReadonlyMap<string, { readonly value: Node; readonly key: Node }>
  /** False where others are spread into it. */
  readonly complete: boolean
}

export function propertiesOf(node: Node | undefined, program: Program, steps = 0): Properties | undefined {
  if (!node || steps > mostSteps) return undefined
  const known = objects.get(node)
  if (known) return known.properties
  const properties = readProperties(node, program, steps)
  objects.set(node, { properties })
  return properties
}

function readProperties(node: Node, program: Program, steps: number): Properties | undefined {
  if (node.type === 'Identifier') return propertiesOf(program.constants.get(node.name), program, steps + 1)
  if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression') return propertiesOf(node.expression, program, steps + 1)
  if (node.type !== 'ObjectExpression') return undefined
  const values = new Map<string, { value: Node; key: Node }>()
  let complete = true
  for (const it of node.properties) {
    if (it.type === 'SpreadElement') {
      const inner = propertiesOf(it.argument as Expression, program, steps + 1)
      // What it brings along may take the place of anything above it.
      if (!inner?.complete) {
        complete = false
        values.clear()
      }
      for (const [name, value] of inner?.values ?? []) values.set(name, value)
      continue
    }
    const { key } = it
    const name = it.computed ? undefined : key.type === 'Identifier' ? key.name : key.type === 'StringLiteral' ? key.value : undefined
    if (name === undefined) complete = false
    else values.set(name, { key, value: it.type === 'ObjectMethod' ? it : it.value })
  }
  return { node, values, complete }
}
