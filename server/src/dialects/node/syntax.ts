/** JavaScript and TypeScript as a tree, and what its names stand for. */
import type { Expression, File, Node } from '@babel/types'
import { memo, type SourceFile } from '../../core/text.js'
import loadParser from './load-parser.cjs'

export interface Program {
  readonly nodes: readonly Node[]
  /** What a name stands for, where it is declared once and never assigned again. */
  readonly constants: ReadonlyMap<string, Expression>
  /** Names of modules, and of what is imported from them: `https`, `tls.connect`. */
  readonly imports: ReadonlyMap<string, string>
  /** The nodes that a node stands in. */
  readonly parents: ReadonlyMap<Node, Node>
}

const nothing: Program = { nodes: [], constants: new Map(), imports: new Map(), parents: new Map() }

/** What cannot be parsed, or nests beyond all reason, says nothing. */
export const programOf: (file: SourceFile) => Program = memo(file => {
  try {
    return survey(parseText(file))
  } catch {
    return nothing
  }
})

function parseText({ path, text }: SourceFile): File {
  const isTypeScript = /\.[cm]?ts$/i.test(path)
  return loadParser().parse(text, {
    sourceType: 'unambiguous',
    errorRecovery: true,
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowSuperOutsideMethod: true,
    allowUndeclaredExports: true,
    attachComment: false,
    plugins: isTypeScript ? ['typescript', 'decorators-legacy'] : ['jsx', 'decorators-legacy']
  })
}

const known = new Set(['https', 'tls', 'http2', 'fs', 'fs/promises', 'path', 'url', 'undici'])
const moduleName = (source: string): string | undefined => {
  const name = source.replace(/^node:/, '')
  return known.has(name) ? name : undefined
}

function survey(file: File): Program {
  const nodes: Node[] = []
  const parents = new Map<Node, Node>()
  const constants = new Map<string, Expression>()
  const imports = new Map<string, string>()
  const declared = new Set<string>()
  const unsure = new Set<string>()
  const declare = (name: string, value: Expression | null | undefined) => {
    if (declared.has(name) || !value) unsure.add(name)
    else constants.set(name, value)
    declared.add(name)
  }
  const stack: Node[] = [file.program]
  for (let node = stack.pop(); node; node = stack.pop()) {
    nodes.push(node)
    if (node.type === 'VariableDeclarator') {
      const source = node.init ? requiredModule(node.init) : undefined
      if (source !== undefined) bindRequired(node.id, source, imports)
      else if (node.id.type === 'Identifier') declare(node.id.name, node.init)
    } else if (node.type === 'ImportDeclaration') bindImport(node, imports)
    else if (node.type === 'AssignmentExpression' && node.left.type === 'Identifier') unsure.add(node.left.name)
    for (const child of childrenOf(node)) {
      parents.set(child, node)
      stack.push(child)
    }
  }
  for (const it of unsure) constants.delete(it)
  return { nodes, constants, imports, parents }
}

/** `require('node:https')`, its `.default`, and an `await import(…)`. */
function requiredModule(value: Node): string | undefined {
  if (value.type === 'AwaitExpression') return requiredModule(value.argument)
  if (value.type !== 'CallExpression') return undefined
  const [argument] = value.arguments
  const isLoading = value.callee.type === 'Import' || (value.callee.type === 'Identifier' && value.callee.name === 'require')
  return isLoading && argument?.type === 'StringLiteral' ? moduleName(argument.value) : undefined
}

function bindRequired(target: Node, source: string, imports: Map<string, string>): void {
  if (target.type === 'Identifier') imports.set(target.name, source)
  if (target.type !== 'ObjectPattern') return
  for (const it of target.properties)
    if (it.type === 'ObjectProperty' && it.key.type === 'Identifier' && it.value.type === 'Identifier')
      imports.set(it.value.name, `${source}.${it.key.name}`)
}

function bindImport(node: Extract<Node, { type: 'ImportDeclaration' }>, imports: Map<string, string>): void {
  const source = moduleName(node.source.value)
  if (source === undefined) return
  for (const it of node.specifiers) {
    if (it.type !== 'ImportSpecifier') imports.set(it.local.name, source)
    else if (it.imported.type === 'Identifier') imports.set(it.local.name, `${source}.${it.imported.name}`)
  }
}

function childrenOf(node: Node): readonly Node[] {
  const found: Node[] = []
  for (const [key, value] of Object.entries(node)) {
    if (key === 'loc' || key === 'extra' || key === 'errors' || key.endsWith('Comments')) continue
    if (Array.isArray(value)) for (const it of value) if (isNode(it)) found.push(it)
    if (isNode(value)) found.push(value)
  }
  return found
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value && 'start' in value

/** `https.request`, whatever the module is called here; nothing for what is not one of the modules'. */
export function calledName(callee: Node, { imports }: Pick<Program, 'imports'>, steps = 0): string | undefined {
  if (callee.type === 'Identifier') {
    const name = imports.get(callee.name)
    return name?.includes('.') ? name : undefined
  }
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return undefined
  const { object, property } = callee
  const source = object.type === 'Identifier' ? (imports.get(object.name) ?? moduleName(object.name)) : requiredModule(object)
  if (source !== undefined) return `${source}.${property.name}`
  const outer = steps < 3 ? calledName(object, { imports }, steps + 1) : undefined
  return outer === undefined ? undefined : `${outer}.${property.name}`
}
