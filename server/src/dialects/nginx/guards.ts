import type { Problem } from '../../core/dialect.js'
import { type Location, locate } from '../../core/text.js'
import { type Configuration, childrenOf, isDynamic, type Node } from './configuration.js'
import { isAtLeast } from './defaults.js'

/** Conditions on the client's certificate that can never bite, or bite the wrong clients. */
export function guardProblems(configuration: Configuration, version: string): Problem[] {
  const problems: Problem[] = []
  const { all, names } = configuration
  if (!names.has('if') && !names.has('map')) return problems
  const hasCommaForm = isAtLeast(version, '1.11.6')
  for (const node of all) {
    const name = node.name
    if (name === 'if') problems.push(...conditionProblems(node, hasCommaForm), ...invertedGuard(node))
    else if (name === 'map') problems.push(...mapProblems(node, hasCommaForm))
  }
  return problems
}

interface Condition {
  readonly variable: string
  readonly operator: string
  readonly value: string
  readonly at: Location
}

/** `($variable operator value)`, however nginx's words fall around the parentheses. */
function readCondition(node: Node): Condition | undefined {
  const words = node.directive.args.map((it, at) =>
    at === 0 && !it.quoted && it.value.startsWith('(') ? { ...it, value: it.value.slice(1), start: it.start + 1 } : it
  )
  const parts = words.filter(it => it.value !== '' && (it.quoted || it.value !== ')'))
  const [variable, operator, value] = parts
  if (!variable || !operator || !value || parts.length !== 3 || !variable.value.startsWith('$')) return undefined
  const closes = !value.quoted && value === words[words.length - 1]
  return {
    variable: variable.value.replace(/^\$\{?(\w+)\}?$/, '$1').toLowerCase(),
    operator: operator.value,
    value: closes ? value.value.replace(/\)$/, '') : value.value,
    at: locate(node.file, { start: variable.start, end: closes ? value.end - 1 : value.end })
  }
}

const distinguishedNames = /^ssl_client_[si]_dn$/

function conditionProblems(node: Node, hasCommaForm: boolean): Problem[] {
  const condition = readCondition(node)
  if (!condition || isDynamic(condition.value)) return []
  const { variable, operator, value, at } = condition
  const compares = operator === '=' || operator === '!='
  const fate = operator.startsWith('!') ? 'always holds' : 'never holds'
  if (variable === 'ssl_client_verify' && compares && !isResult(value)) {
    return [
      {
        ...at,
        rule: 'unreachable-guard',
        message: `this condition ${fate}: $ssl_client_verify reads SUCCESS, NONE or FAILED:reason, never "${value}"`
      }
    ]
  }
  if (distinguishedNames.test(variable) && hasCommaForm && (compares ? isSlashForm(value) : looksForSlashForm(value))) {
    return [{ ...at, rule: 'unreachable-guard', message: slashMessage(`this condition ${fate}`, variable) }]
  }
  return []
}

const isResult = (value: string): boolean => value === '' || value === 'SUCCESS' || value === 'NONE' || value.startsWith('FAILED:')

const attribute = '(?:C|ST|L|O|OU|CN|DC|emailAddress|serialNumber|UID)='
const isSlashForm = (value: string): boolean => new RegExp(`^/${attribute}`).test(value)
/** A pattern that can only begin where a slash stands before an attribute. */
const looksForSlashForm = (pattern: string): boolean => new RegExp(`^\\^?\\\\?/${attribute}`, 'i').test(pattern)

const slashMessage = (fate: string, variable: string): string =>
  `${fate}: $${variable} is written with commas, the last attribute first, as CN=name,O=organization`

/** `if ($ssl_client_verify = SUCCESS) { return 403; }` before everything else turns the wrong clients away. */
function invertedGuard(node: Node): Problem[] {
  const condition = readCondition(node)
  if (condition?.variable !== 'ssl_client_verify' || !node.parent || !coversEverything(node.parent)) return []
  const favoursVerified =
    (condition.operator === '=' && condition.value === 'SUCCESS') || (condition.operator === '!=' && condition.value === 'NONE')
  const refuses = childrenOf(node, 'return').some(it => /^(?:4\d\d|5\d\d)$/.test(it.values[0] ?? ''))
  if (!favoursVerified || !refuses) return []
  const message = 'this refuses the clients whose certificate is verified and lets all others in'
  return [{ ...condition.at, rule: 'inverted-guard', message }]
}

/** A place for clients without a certificate, such as one for enrolment, is a location of its own. */
const coversEverything = (block: Node): boolean => block.name === 'server' || (block.name === 'location' && block.values.join(' ') === '/')

function mapProblems(node: Node, hasCommaForm: boolean): Problem[] {
  const source = node.values[0]?.replace(/^\$\{?(\w+)\}?$/, '$1').toLowerCase() ?? ''
  const isVerify = source === 'ssl_client_verify'
  if (!isVerify && !(distinguishedNames.test(source) && hasCommaForm)) return []
  const standard = node.children.find(it => it.name === 'default')
  const entries = node.children.filter(it => !/^(?:default|hostnames|volatile|include)$/.test(it.name) && it.directive.args.length === 1)
  const dead = entries.find(it => {
    const key = it.name.replace(/^\\/, '')
    // What the default says anyway may well be said once more.
    if (it.values[0] === standard?.values[0]) return false
    if (!isVerify) return key.startsWith('~') ? looksForSlashForm(key.replace(/^~\*?/, '')) : isSlashForm(key)
    return !key.startsWith('~') && !isDynamic(key) && !isResult(key.toUpperCase())
  })
  if (!dead) return []
  const at = locate(dead.file, dead.directive.name)
  const message = isVerify
    ? `this entry never matches: $ssl_client_verify reads SUCCESS, NONE or FAILED:reason, never "${dead.name}"`
    : slashMessage('this entry never matches', source)
  return [{ ...at, rule: 'unreachable-guard', message }]
}
