import { Command, InvalidArgumentError, Option } from 'commander'
import { type VerifierId, verifierIds } from '../../core/model.js'
import type { Read } from '../../core/text.js'
import { diskRead } from '../../files/disk.js'
import {
  type Certificate,
  describeVerdict,
  type PathQuestion,
  type PathVerdict,
  type PemBlock,
  type Purpose,
  purposeOf,
  type ReferenceIdentifier,
  verifyPath
} from '../../service.js'
import { exitCodes, UsageError } from '../exit.js'
import { atOption, relative } from '../options.js'
import { readPem } from '../pem-input.js'
import { table } from '../table.js'

interface VerifyOptions {
  readonly trust: readonly string[]
  readonly intermediates?: readonly string[]
  readonly purpose?: Purpose
  readonly name: readonly ReferenceIdentifier[]
  readonly maxDepth?: number
  readonly crl?: readonly string[]
  readonly verifier: readonly VerifierId[]
  readonly partialChain?: boolean
  readonly format: 'text' | 'json'
  readonly at?: Date
}

export const verifyCommand = (): Command =>
  new Command('verify')
    .description('Judge the certification path of the first certificate in a file, as each verifier would')
    .argument('<file>', 'the end entity first, then what is sent with it')
    .requiredOption('--trust <file...>', 'PEM files of trust anchors')
    .option('--intermediates <file...>', 'certificates beyond those in the file itself')
    .addOption(
      new Option('--purpose <purpose>', 'what it is presented for (default: from its extended key usage)').choices([
        'client',
        'server',
        'any'
      ])
    )
    .addOption(
      new Option('--name <identifier>', 'a name it has to match, as dns:x, ip:x, uri:x or email:x; repeatable')
        .argParser(collectName)
        .default([])
    )
    .addOption(new Option('--max-depth <n>', 'most CA certificates between end entity and anchor').argParser(parseDepth))
    .option('--crl <file...>', 'certificate revocation lists')
    .addOption(
      new Option('--verifier <name>', `${verifierIds.join(', ')} or all; repeatable (default: openssl)`)
        .argParser(collectVerifier)
        .default([])
    )
    .option('--partial-chain', 'any trusted certificate is an anchor, self-signed or not')
    .addOption(new Option('--format <format>', 'how the verdict is printed').choices(['text', 'json']).default('text'))
    .addOption(atOption())
    .action(verify)

function collectName(text: string, before: readonly ReferenceIdentifier[]): readonly ReferenceIdentifier[] {
  const match = /^(dns|ip|uri|email):(.+)$/s.exec(text)
  if (!match) throw new InvalidArgumentError('Write dns:x, ip:x, uri:x or email:x.')
  return [...before, { type: match[1] as ReferenceIdentifier['type'], value: match[2]! }]
}

function parseDepth(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 0.')
  return Number(text)
}

function collectVerifier(text: string, before: readonly VerifierId[]): readonly VerifierId[] {
  if (text === 'all') return verifierIds
  const found = verifierIds.find(it => it === text)
  if (!found) throw new InvalidArgumentError(`It is one of ${verifierIds.join(', ')}, all.`)
  return before.includes(found) ? before : [...before, found]
}

function verify(file: string, options: VerifyOptions): void {
  const read = diskRead()
  const [endEntity, ...sent] = certificatesIn(file, read)
  const crls = options.crl?.flatMap(it => crlsIn(it, read))
  const question: Omit<PathQuestion, 'verifier'> = {
    endEntity: endEntity!,
    intermediates: [...sent, ...(options.intermediates ?? []).flatMap(it => certificatesIn(it, read))],
    trustAnchors: options.trust.flatMap(it => certificatesIn(it, read)),
    purpose: options.purpose ?? purposeOf(endEntity!),
    at: options.at ?? new Date(),
    ...(options.name.length > 0 && { names: options.name }),
    ...(options.maxDepth !== undefined && { maxDepth: options.maxDepth }),
    ...(options.partialChain && { partialChain: true }),
    ...(crls && { crls })
  }
  const verifiers: readonly VerifierId[] = options.verifier.length > 0 ? options.verifier : ['openssl']
  const verdicts = verifiers.map(verifier => verifyPath({ ...question, verifier }))
  process.stdout.write(options.format === 'json' ? formatJson(verdicts) : formatText(verdicts))
  process.exitCode = verdicts.every(it => it.verified) ? exitCodes.nothingFound : exitCodes.found
}

function certificatesIn(file: string, read: Read): readonly Certificate[] {
  const { certificates } = readPem(file, read)
  if (certificates.length === 0) throw new UsageError(`${file}: no certificate in it`)
  return certificates
}

function crlsIn(file: string, read: Read): readonly PemBlock[] {
  const found = readPem(file, read).blocks.filter(it => it.kind === 'crl')
  if (found.length === 0) throw new UsageError(`${file}: no certificate revocation list in it`)
  return found
}

/** One verdict is an object, several are an array of them. */
function formatJson(verdicts: readonly PathVerdict[]): string {
  const all = verdicts.map(verdict => describeVerdict(verdict, it => relative(it.block.file.path)))
  return `${JSON.stringify(all.length === 1 ? all[0] : all, null, 2)}\n`
}

function formatText(verdicts: readonly PathVerdict[]): string {
  const [only] = verdicts
  return verdicts.length === 1 ? describe(only!) : compare(verdicts)
}

function describe(verdict: PathVerdict): string {
  const head = verdict.undecided
    ? `Not decided by ${verdict.verifier}: ${verdict.undecided}`
    : `${verdict.verified ? 'Verified' : 'Not verified'} by ${verdict.verifier}`
  const steps = verdict.path.map(
    (it, depth) =>
      `  ${depth}  ${it.subject.text}\n     until ${it.notAfter.toISOString().slice(0, 10)}, in ${relative(it.block.file.path)}`
  )
  const errors = verdict.errors.map(
    it => `  error ${it.openssl} at depth ${it.depth}: ${it.message} (${it.certificate.subject.text})${it.hint ? `\n    ${it.hint}` : ''}`
  )
  return [head, ...steps, ...errors, ''].join('\n')
}

function compare(verdicts: readonly PathVerdict[]): string {
  const rows = verdicts.map(it => {
    const error = it.errors[0]
    const verdict = it.undecided ? 'not decided' : it.verified ? 'verified' : 'not verified'
    return [it.verifier, verdict, error ? String(error.depth) : '', it.undecided ?? error?.message ?? '']
  })
  return table(['verifier', 'verdict', 'depth', 'in its own words'], rows)
}
