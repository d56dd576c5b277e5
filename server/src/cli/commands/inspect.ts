import { Command, Option } from 'commander'
import type { Read } from '../../core/text.js'
import { diskRead } from '../../files/disk.js'
import { type Description, describeBlock } from '../../service.js'
import { exitCodes, UsageError } from '../exit.js'
import { rangeOf } from '../json.js'
import { notice } from '../notice.js'
import { absolute, atOption, relative } from '../options.js'
import { readPem } from '../pem-input.js'

interface InspectOptions {
  readonly format: 'text' | 'json'
  readonly at?: Date
}

export const inspectCommand = (): Command =>
  new Command('inspect')
    .description('Show everything that certificates, requests, revocation lists and keys say; of a private key only kind and size')
    .argument('<file...>', 'PEM or DER files')
    .addOption(new Option('--format <format>', 'how it is printed').choices(['text', 'json']).default('text'))
    .addOption(atOption())
    .action(inspect)

interface Inspected {
  readonly file: string
  readonly entries: readonly (Description & { readonly range: ReturnType<typeof rangeOf>; readonly daysLeft?: number })[]
}

async function inspect(files: readonly string[], options: InspectOptions): Promise<void> {
  const read = diskRead()
  const now = options.at ?? new Date()
  const all: Inspected[] = []
  process.exitCode = exitCodes.nothingFound
  // One file that cannot be read says nothing of the others.
  for (const file of files) {
    try {
      all.push(await inspectFile(file, read, now))
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      notice(error.message)
      process.exitCode = exitCodes.usage
    }
  }
  if (all.length > 0) process.stdout.write(options.format === 'json' ? `${JSON.stringify(all, null, 2)}\n` : formatText(all))
}

async function inspectFile(file: string, read: Read, now: Date): Promise<Inspected> {
  const { blocks } = readPem(file, read)
  if (blocks.length === 0) throw new UsageError(`${file}: neither PEM nor DER that mTLS Lens can read`)
  // Of what has no label only PKCS#12 is known without being read.
  if (blocks.every(it => it.kind === 'other' && it.label === '')) throw new UsageError(`${file}: PKCS#12, which mTLS Lens cannot read`)
  const entries = await Promise.all(
    blocks.map(async block => {
      const description = await describeBlock(block)
      const until = 'notAfter' in description ? Date.parse(description.notAfter) : undefined
      return {
        ...description,
        range: rangeOf({ path: block.file.path, ...block.span }, read),
        ...(until !== undefined && { daysLeft: Math.floor((until - now.getTime()) / 86_400_000) })
      }
    })
  )
  return { file: relative(absolute(file)), entries }
}

function formatText(all: readonly Inspected[]): string {
  return all
    .flatMap(({ file, entries }) =>
      entries.map(({ range, ...entry }) => `${file}:${range.start.line + 1}\n${lines(entry, '  ').join('\n')}\n`)
    )
    .join('\n')
}

/** Any JSON as indented `name: value` lines; what says nothing is left out. */
function lines(value: object, indent: string): readonly string[] {
  return Object.entries(value).flatMap(([name, it]) => {
    if (it === undefined || (Array.isArray(it) && it.length === 0)) return []
    if (Array.isArray(it) && it.every(each => typeof each !== 'object')) return [`${indent}${words(name)}: ${it.join(', ')}`]
    if (Array.isArray(it)) return [`${indent}${words(name)}:`, ...it.flatMap(each => itemLines(each, `${indent}  `))]
    if (typeof it === 'object' && it !== null) return [`${indent}${words(name)}:`, ...lines(it, `${indent}  `)]
    return [`${indent}${words(name)}: ${String(it)}`]
  })
}

/** What is itself a whole description, as a certificate in PKCS#7, takes a paragraph. */
function itemLines(item: unknown, indent: string): readonly string[] {
  if (typeof item !== 'object' || item === null || !('kind' in item)) return [`${indent}${oneLine(item)}`]
  return lines(item, indent).map((line, at) => (at === 0 ? `${indent}- ${line.trimStart()}` : `  ${line}`))
}

/** `subjectAltNames` → `subject alt names`. */
const words = (name: string): string => name.replace(/[A-Z](?=[a-z])/g, letter => ` ${letter.toLowerCase()}`)

function oneLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  if ('type' in value && 'value' in value) return `${String(value.type)}: ${String(value.value)}`
  if ('text' in value) {
    const { oid, name, critical, text } = value as { oid?: string; name?: string; critical?: boolean; text: string }
    return `${name ?? oid ?? ''}${critical ? ' (critical)' : ''}: ${text}`
  }
  return Object.entries(value)
    .map(([name, it]) => `${words(name)} ${typeof it === 'object' ? JSON.stringify(it) : String(it)}`)
    .join(', ')
}
