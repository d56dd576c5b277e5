/** The conditions of `.if`: https://docs.haproxy.org/3.2/configuration.html#2.4 */
export type Condition = 'true' | 'false' | 'unknown'

/** Judges it for a version of HAProxy; what depends on where it runs is unknown. */
export function judgeCondition(text: string, version: string, environment: ReadonlyMap<string, string>): Condition {
  const terms = splitOutside(unquoted(text.trim()), '||')
  return anyOf(terms.map(term => allOf(splitOutside(term, '&&').map(it => judgeTerm(it.trim(), version, environment)))))
}

/** The quotes of the configuration around it, not those of an argument. */
const unquoted = (text: string): string => (/^'[^']*'$/.test(text) || /^"[^"]*"$/.test(text) ? text.slice(1, -1) : text)

function judgeTerm(term: string, version: string, environment: ReadonlyMap<string, string>): Condition {
  if (term.length > maxLength) return 'unknown'
  if (term.startsWith('!')) return not(judgeTerm(term.slice(1).trim(), version, environment))
  if (/^[-+]?\d+$/.test(term)) return truth(Number(term) !== 0)
  if (term === '') return 'false'
  const call = /^([a-z_]+)\((.*)\)$/.exec(term)
  if (!call) return 'unknown'
  const [, predicate, list] = call
  const values = list!.split(',').map(it => textValueOf(it.trim(), environment))
  const [first, second] = values
  switch (predicate) {
    case 'version_atleast':
      return first === undefined ? 'unknown' : truth(compare(version, first) >= 0)
    case 'version_before':
      return first === undefined ? 'unknown' : truth(compare(version, first) < 0)
    case 'streq':
      return first === undefined || second === undefined ? 'unknown' : truth(first === second)
    case 'strneq':
      return first === undefined || second === undefined ? 'unknown' : truth(first !== second)
    case 'defined':
      return environment.has(list!.trim()) ? 'true' : 'unknown'
    case 'feature':
      // All that is read here is about TLS, so HAProxy was built with it, and nobody builds it without threads.
      return first === 'OPENSSL' || first === 'THREAD' ? 'true' : 'unknown'
    default:
      return 'unknown'
  }
}

/** Long ones are nobody's, and each `!` is one call deeper. */
const maxLength = 1000

function textValueOf(word: string, environment: ReadonlyMap<string, string>): string | undefined {
  const text = word.replace(/^(["'])(.*)\1$/, '$2')
  const variable = /^\$\{?(\w+)\}?$/.exec(text)?.[1]
  if (variable !== undefined) return environment.get(variable)
  return text.includes('$') ? undefined : text
}

const truth = (value: boolean): Condition => (value ? 'true' : 'false')
const not = (value: Condition): Condition => (value === 'unknown' ? value : truth(value === 'false'))
const anyOf = (values: readonly Condition[]): Condition =>
  values.includes('true') ? 'true' : values.includes('unknown') ? 'unknown' : 'false'
const allOf = (values: readonly Condition[]): Condition =>
  values.includes('false') ? 'false' : values.includes('unknown') ? 'unknown' : 'true'

/** Parts between an operator that stands in no parentheses. */
function splitOutside(text: string, operator: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++
    else if (text[at] === ')') depth--
    else if (depth === 0 && text.startsWith(operator, at)) {
      parts.push(text.slice(start, at))
      start = at + operator.length
      at = start - 1
    }
  }
  return [...parts, text.slice(start)]
}

/** Positive when `version` is newer. `2.5-dev3` counts as 2.5. */
export function compare(version: string, other: string): number {
  const numbers = (text: string) => text.split('-')[0]!.split('.').map(Number)
  const have = numbers(version)
  const want = numbers(other)
  for (let at = 0; at < 3; at++) {
    const difference = (have[at] ?? 0) - (want[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
