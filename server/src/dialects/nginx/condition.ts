import type { Node } from './configuration.js'
import { safePattern } from './patterns.js'
import { lookUpVariable, readsCertificate, type Values } from './variable-values.js'

export type Truth =
  | { readonly value: boolean /** True when it reads the client's certificate. */; readonly certificate: boolean }
  | { readonly value: undefined; readonly reason: string }

/** Does the condition of an `if` hold? */
export function truthOf(node: Node, values: Values): Truth {
  const words = wordsOf(node)
  const [variable = '', operator, operand] = words
  const unknown = (what: string): Truth => ({ value: undefined, reason: `${what} is known only when it runs` })
  const name = /^\$\{?(\w+)\}?$/.exec(variable)?.[1]?.toLowerCase()
  if (name === undefined || words.length > 3) return unknown(`the condition on ${variable || 'nothing'}`)
  const left = lookUpVariable(name, values)
  if (left === undefined) return unknown(variable)
  const certificate = readsCertificate(variable, values)
  if (operator === undefined) return { value: left !== '' && left !== '0', certificate }
  const isPattern = operator.includes('~')
  if (operand === undefined || (!isPattern && operand.includes('$'))) return unknown(`the condition on ${variable}`)
  switch (operator) {
    case '=':
      return { value: left === operand, certificate }
    case '!=':
      return { value: left !== operand, certificate }
    case '~':
    case '~*':
    case '!~':
    case '!~*': {
      const pattern = safePattern(operand, operator.endsWith('*'))
      if (!pattern) return { value: undefined, reason: `whether ${variable} matches ${operand} is not to be told` }
      return { value: pattern.test(left) !== operator.startsWith('!'), certificate }
    }
    default:
      return unknown(`the condition on ${variable}`)
  }
}

/** The words between the parentheses, however they stand to them. */
function wordsOf(node: Node): readonly string[] {
  const { args } = node.directive
  const last = args.length - 1
  return args.flatMap(({ value, quoted }, at) => {
    let text = value
    if (at === 0 && !quoted && text.startsWith('(')) text = text.slice(1)
    if (at === last && !quoted && text.endsWith(')')) text = text.slice(0, -1)
    return text === '' && !quoted ? [] : [text]
  })
}
