import { Command, InvalidArgumentError, Option } from 'commander'
import { inTheWay, writeNewFiles } from '../../files/new-files.js'
import { createDevelopmentPki, defaultWishes, type KeyKind, keyKinds, type NewPki, readWishes } from '../../service.js'
import { exitCodes, UsageError } from '../exit.js'
import { absolute, atOption, relative } from '../options.js'

interface CreateOptions {
  readonly serverName?: readonly string[]
  readonly clientName: string
  readonly spiffe?: string
  readonly days: number
  readonly key: KeyKind
  readonly password?: string
  readonly format: 'text' | 'json'
  readonly at?: Date
}

export const createCommand = (): Command =>
  new Command('create')
    .description('Make a PKI for development: a root, an issuing CA, certificates and keys for a server and a client; overwrites nothing')
    .argument('<folder>', 'where to; made when it is missing')
    .option('--server-name <name...>', `DNS names and IP addresses of the server (default: ${defaultWishes.serverNames.join(' ')})`)
    .option('--client-name <name>', 'whom the client certificate is for', defaultWishes.clientName)
    .option('--spiffe <id>', 'a SPIFFE ID for the client, or a trust domain for one each')
    .addOption(
      new Option('--days <n>', 'how long the certificates of server and client are valid').argParser(parseDays).default(defaultWishes.days)
    )
    .addOption(new Option('--key <kind>', 'kind of all keys').choices([...keyKinds]).default(defaultWishes.key))
    .option('--password <text>', 'of the PKCS#12 file (default: made up and printed)')
    .addOption(new Option('--format <format>', 'how it is printed what was made').choices(['text', 'json']).default('text'))
    .addOption(atOption())
    .action(create)

/** A hundred years are enough for anybody, and the dates stay in the four digits of X.509. */
function parseDays(text: string): number {
  const days = Number(text)
  if (!Number.isInteger(days) || days < 1 || days > 36_500) throw new InvalidArgumentError('It is a whole number from 1 to 36500.')
  return days
}

async function create(target: string, options: CreateOptions): Promise<void> {
  const { clientName, spiffe, days, key, password, format } = options
  const serverNames = options.serverName ?? defaultWishes.serverNames
  const now = options.at ?? new Date()
  const wanted = readWishes({
    serverNames,
    clientName,
    days,
    key,
    now,
    ...(spiffe !== undefined && { spiffe }),
    ...(password !== undefined && { password })
  })
  if ('fault' in wanted) throw new UsageError(wanted.fault)
  const folder = absolute(target)
  const made = await createDevelopmentPki(wanted)
  const present = inTheWay(folder, made.files.keys())
  if (present.length > 0) throw new UsageError(`${target}: nothing is written, for there is ${present.join(', ')} already`)
  try {
    writeNewFiles(folder, made.files)
  } catch (error) {
    throw new UsageError(`${target}: nothing is written: ${error instanceof Error ? error.message : String(error)}`)
  }
  process.stdout.write(format === 'json' ? toJson(folder, made) : toText(folder, made))
  process.exitCode = exitCodes.nothingFound
}

function toJson(folder: string, { files, password }: NewPki): string {
  const listed = Array.from(files, ([file, { what, secret }]) => ({ file, what, secret }))
  return `${JSON.stringify({ folder: relative(folder), files: listed, password }, null, 2)}\n`
}

function toText(folder: string, { files, password }: NewPki): string {
  const width = Math.max(...Array.from(files.keys(), it => it.length))
  const lines = Array.from(files, ([file, { what }]) => `  ${file.padEnd(width)}  ${what}`)
  return `Made in ${relative(folder) || '.'}:\n${lines.join('\n')}\n\nThe password of client.p12 is ${password}\n`
}
