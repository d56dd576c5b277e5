import { day } from '../core/words.js'
import type { Certificate } from '../x509/certificate.js'
import { purposeNames } from '../x509/oids.js'

/** `1 file`, `2 files`. */
export const count = (number: number, noun: string): string => `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`

const dayLength = 24 * 3600 * 1000

/** `expired 3 days ago`, `expires in 24 days`, `valid from 2026-01-31`. */
export function validityWords({ notBefore, notAfter }: Pick<Certificate, 'notBefore' | 'notAfter'>, now: Date): string {
  if (now < notBefore) return `valid only from ${day(notBefore)}, ${within(notBefore.getTime() - now.getTime(), 'in ')}`
  const left = notAfter.getTime() - now.getTime()
  return left < 0 ? `expired ${within(-left, '')} ago` : `expires in ${within(left, '')}`
}

function within(length: number, before: string): string {
  const days = Math.floor(length / dayLength)
  if (days >= 3 * 365) return `${before}${Math.floor(days / 365.25)} years`
  return `${before}${days > 0 ? count(days, 'day') : count(Math.max(Math.floor(length / 3_600_000), 1), 'hour')}`
}

/** `6,979 days left`, for those who count; nothing where none are. */
export function daysLeft({ notBefore, notAfter }: Pick<Certificate, 'notBefore' | 'notAfter'>, now: Date): string | undefined {
  return now < notBefore || now > notAfter
    ? undefined
    : `${count(Math.floor((notAfter.getTime() - now.getTime()) / dayLength), 'day')} left`
}

export type State = 'ok' | 'warning' | 'error'

export function validityState({ notBefore, notAfter }: Pick<Certificate, 'notBefore' | 'notAfter'>, now: Date, warningDays: number): State {
  if (now < notBefore || now > notAfter) return 'error'
  return notAfter.getTime() - now.getTime() < warningDays * dayLength ? 'warning' : 'ok'
}

/** `clientAuth, serverAuth`; unknown ones by OID. */
export const purposeWords = (purposes: readonly string[]): string => purposes.map(it => purposeNames.get(it) ?? it).join(', ')

/** ``DNS `api.internal`, URI `spiffe://…` ``, as Markdown. */
export function altNameWords(names: readonly { readonly type: keyof typeof altNameTypes; readonly value: string }[]): string {
  const shown = names.slice(0, mostNames).map(({ type, value }) => `${altNameTypes[type]} ${code(shorten(value, 120))}`)
  return [...shown, ...(names.length > mostNames ? [`and ${names.length - mostNames} more`] : [])].join(', ')
}

const mostNames = 12

const altNameTypes = { dns: 'DNS', email: 'email', uri: 'URI', ip: 'IP', rid: 'registered ID', directory: 'directory', other: 'other' }

/** `yes, with at most 1 CA below it`. */
export function authorityWords({ isCa, basicConstraints }: Certificate): string {
  if (!isCa) return 'no'
  const limit = basicConstraints?.pathLength
  if (limit === undefined) return 'yes'
  return limit === 0
    ? 'yes, for end entities only (path length 0)'
    : `yes, with at most ${count(limit, 'CA')} below it (path length ${limit})`
}

/** A fingerprint in pairs, as other tools print it. */
export const fingerprint = (hex: string): string => hex.toUpperCase().replace(/(..)(?=.)/g, '$1:')

/** Text from a certificate or a file, so that Markdown shows it as it is. Names are written by strangers. */
export const plain = (text: string): string => visible(text).replace(/[\\`*{}[\]<>|~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\$&')

/** The same, as code: it can be searched for and copied as it stands. Workloads of a mesh often have no subject at all. */
export function code(text: string): string {
  if (text === '') return '(empty)'
  const shown = visible(text).replaceAll('|', '\\|')
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map(it => it.length))
  if (longest === 0) return `\`${shown}\``
  const fence = '`'.repeat(longest + 1)
  return `${fence} ${shown} ${fence}`
}

/** Without control characters, and without those that turn the direction of writing. */
export const visible = (text: string): string => text.replace(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]/gu, '\uFFFD')

export type Row = readonly [name: string, markdown: string | undefined]

/** Two columns of a Markdown table; rows without a value are left out. */
export function table(rows: readonly Row[]): string {
  const shown = rows.filter(([, value]) => value !== undefined && value !== '')
  return ['| | |', '|:--|:--|', ...shown.map(([name, value]) => `| ${name} | ${value} |`)].join('\n')
}

/** The same for an editor that shows no Markdown: without the marks, a row of a table on a line. */
export function withoutMarkdown(markdown: string): string {
  const lines = markdown.split('\n').filter(it => !/^(?:\|[ :|-]*\||---)$/.test(it))
  const text = lines.map(it => it.replace(/^\| (.*?) \| (.*) \|$/, '$1: $2')).join('\n')
  return text
    .replace(/\n{3,}/g, '\n\n')
    .replace(marks, (_, _fence, _space, inCode?: string, escaped?: string, link?: string, target?: string) => {
      if (inCode !== undefined) return inCode.replaceAll('\\|', '|')
      return link === undefined ? (escaped ?? '') : `${link} (${target})`
    })
}

/** Code, an escaped character, strong text and a link. */
const marks = /(`+)( ?)(.+?)\2\1(?!`)|\\([^A-Za-z0-9\s])|\*\*|\[([^\][]*)\]\(([^)\s]*)\)/g

/** Cut to a length that a hover can take. */
export const shorten = (text: string, length = 400): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`)
