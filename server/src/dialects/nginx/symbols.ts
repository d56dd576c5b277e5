import type { DocumentSymbol } from '../../core/dialect.js'
import type { SourceFile } from '../../core/text.js'
import { lookUp } from './look-up.js'
import { type Directive, parse } from './parser.js'

const shown: Readonly<Record<string, DocumentSymbol['kind']>> = {
  http: 'block',
  stream: 'block',
  mail: 'block',
  events: 'block',
  location: 'block',
  map: 'block',
  server: 'server',
  upstream: 'upstream'
}

/** Deeper blocks are left out: nobody nests so far, and readers of the outline recurse. */
const maxDepth = 50

interface Growing extends DocumentSymbol {
  readonly children: Growing[]
}

/** The blocks that make up a configuration, servers by their names. */
export function symbols(file: SourceFile): readonly DocumentSymbol[] {
  const roots: Growing[] = []
  const stack: { directives: readonly Directive[]; into: Growing[]; next: number }[] = [
    { directives: parse(file).directives, into: roots, next: 0 }
  ]
  while (stack.length > 0) {
    const level = stack[stack.length - 1]!
    const directive = level.directives[level.next++]
    if (!directive) {
      stack.pop()
      continue
    }
    const kind = directive.form === 'block' ? lookUp(shown, directive.name.value) : undefined
    if (!kind || stack.length > maxDepth) continue
    const symbol = symbolOf(directive, kind)
    level.into.push(symbol)
    stack.push({ directives: directive.children, into: symbol.children, next: 0 })
  }
  return roots
}

function symbolOf(directive: Directive, kind: DocumentSymbol['kind']): Growing {
  const { name, args, start, end } = directive
  const values = (wanted: string) =>
    directive.children.filter(it => it.name.value === wanted).map(it => it.args.map(arg => arg.value).join(' '))
  const isServer = name.value === 'server'
  const title = isServer ? values('server_name')[0] : args.map(it => it.value).join(' ')
  const detail = isServer ? values('listen').join(', ') : (values('proxy_pass')[0] ?? '')
  return {
    name: title ? `${name.value} ${title}` : name.value,
    detail,
    kind,
    span: { start, end },
    selection: { start: name.start, end: args[args.length - 1]?.end ?? name.end },
    children: []
  }
}
