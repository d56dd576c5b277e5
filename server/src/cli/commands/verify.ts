import { Command, InvalidArgumentError, Option } from 'commander'
import { type VerifierId, verifierIds } from '../../core/model.js'
import { lineIndex, type Read } from '../../core/text.js'
import { diskRead } from '../../files/disk.js'
import { walkSteps } from '../../files/walk.js'
import {
  type Certificate,
  describeVerdict,
  isOcspError,
  ocspBlocksOf,
  ocspOf,
  type PathError,
  type PathQuestion,
  type PathVerdict,
  type PemBlock,
  type Purpose,
  parsePem,
  purposeOf,
  type ReferenceIdentifier,
  verifyPath
} from '../../service.js'
import { exitCodes, UsageError } from '../exit.js'
import { absolute, atOption, relative } from '../options.js'
import { readPem } from '../pem-input.js'
import { table } from '../table.js'

interface VerifyOptions {
  readonly trust: readonly string[]
  readonly intermediates?: readonly string[]
  readonly purpose?: Purpose
  readonly name: readonly ReferenceIdentifier[]
  readonly maxDepth?: number
  readonly crl?: readonly string[]
  readonly ocsp?: readonly string[]
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
        .default([], 'any name passes')
    )
    .addOption(new Option('--max-depth <n>', 'most CA certificates between end entity and anchor').argParser(parseDepth))
    .option('--crl <file...>', 'certificate revocation lists; given, every CA of the path needs one')
    .option('--ocsp <file...>', 'OCSP responses, DER or PEM; given, the end entity needs one; nothing is ever fetched')
    .addOption(
      new Option('--verifier <name>', `${verifierIds.join(', ')} or all; repeatable`).argParser(collectVerifier).default([], 'openssl')
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
    ...(crls && { crls }),
    ...(options.ocsp && { ocspResponses: options.ocsp.flatMap(it => responsesIn(it, read)) })
  }
  const verifiers: readonly VerifierId[] = options.verifier.length > 0 ? options.verifier : ['openssl']
  const verdicts = judge(question, verifiers, file, read)
  process.stdout.write(options.format === 'json' ? formatJson(verdicts) : formatText(verdicts))
  process.exitCode = verdicts.every(it => it.verified) ? exitCodes.nothingFound : exitCodes.found
}

/** A hint may name the file that holds the missing issuer; files are looked through for it only when one is missing. */
function judge(
  question: Omit<PathQuestion, 'verifier'>,
  verifiers: readonly VerifierId[],
  file: string,
  read: Read
): readonly PathVerdict[] {
  const ask = (elsewhere?: readonly Certificate[]) =>
    verifiers.map(verifier => verifyPath({ ...question, verifier, ...(elsewhere && { elsewhere }) }))
  const verdicts = ask()
  const isIncomplete = verdicts.some(it => it.errors.some(error => /issuer-certificate$/.test(error.code)))
  return isIncomplete ? ask(certificatesAround(file, read)) : verdicts
}

/** Certificates of the working directory and of the file's own folder, named as the user would name them. */
function certificatesAround(file: string, read: Read): readonly Certificate[] {
  const own = absolute(file).replace(/\/[^/]*$/, '')
  const wanted = (it: string) => /\.(?:pem|crt|cer|der|ca-bundle)$/i.test(it)
  const found = new Set([...some(walkSteps(own, wanted)), ...some(walkSteps(absolute('.'), wanted))])
  const files = [...found].map(it => {
    const entry = read(it)
    return entry.kind === 'file' ? parsePem({ ...entry.file, path: relative(it) }).certificates : []
  })
  // A file of its own is a better answer than a bundle.
  return files.sort((a, b) => a.length - b.length).flat()
}

/** A hint is not worth a walk through a home directory. */
const mostSteps = 20_000
const mostFiles = 1000

function some(steps: Iterable<string | undefined>): readonly string[] {
  const found: string[] = []
  let count = 0
  for (const it of steps) {
    if (it !== undefined) found.push(it)
    if (++count > mostSteps || found.length >= mostFiles) break
  }
  return found
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

function responsesIn(file: string, read: Read): readonly PemBlock[] {
  const found = ocspBlocksOf(readPem(file, read).file)
  if (found.length === 0) throw new UsageError(`${file}: no OCSP response in it`)
  for (const it of found) {
    const response = ocspOf(it)
    if (isOcspError(response)) throw new UsageError(`${file}: ${response.message}`)
  }
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
  const { verifier, verified, undecided, path, errors, notes } = verdict
  const head = undecided ? `Not decided by ${verifier}: ${undecided}` : `${verified ? 'Verified' : 'Not verified'} by ${verifier}`
  const steps = path.map((it, depth) => {
    const until = it.notAfter.toISOString().slice(0, 10)
    return `  ${depth}  ${it.subject.text}\n     until ${until}, in ${relative(it.block.file.path)}`
  })
  const best = undecided !== undefined && errors.length > 0 ? ['  the best of the paths that were tried:'] : []
  return [head, ...best, ...steps, ...errors.map(it => `  ${describeError(it, verifier)}`), ...notes.map(it => `  note: ${it}`), ''].join(
    '\n'
  )
}

function describeError(error: PathError, verifier: VerifierId): string {
  const { depth, certificate, message, clause, hint } = error
  const where = `    ${certificate.subject.text}, at ${placeOf(error)}${clause ? ` (${clause})` : ''}`
  return [`${numberOf(error, verifier)} at depth ${depth}: ${message}`, where, ...(hint ? [`    ${hint}`] : [])].join('\n')
}

/** Only these two print numbers, and they mean the same by them. */
const numberOf = ({ openssl }: PathError, verifier: VerifierId) =>
  verifier === 'openssl' || verifier === 'boringssl' ? `error ${openssl}` : 'error'

/** `certs/leaf.pem:3:17`, as compilers write it. */
function placeOf({ at, certificate }: PathError): string {
  const { file } = certificate.block
  if (file.encoding === 'binary') return relative(at.path)
  const { line, character } = lineIndex(file).position(at.start)
  return `${relative(at.path)}:${line + 1}:${character + 1}`
}

function compare(verdicts: readonly PathVerdict[]): string {
  const rows = verdicts.map(it => {
    const error = it.errors[0]
    const verdict = it.undecided ? 'not decided' : it.verified ? 'verified' : 'not verified'
    return [it.verifier, verdict, error && !it.undecided ? String(error.depth) : '', it.undecided ?? error?.message ?? '']
  })
  const notes = verdicts.flatMap(it => it.notes)
  const parts = [
    table(['verifier', 'verdict', 'depth', 'in its own words'], rows),
    ...reasons(verdicts),
    notes.map(it => `note: ${it}\n`).join('')
  ]
  return parts.filter(it => it !== '').join('\n')
}

/** What is wrong and what to do, once for all who agree. */
function reasons(verdicts: readonly PathVerdict[]): readonly string[] {
  const groups = new Map<string, { readonly error: PathError; readonly verifiers: VerifierId[] }>()
  for (const { errors, verifier, undecided } of verdicts) {
    const [error] = errors
    if (!error || undecided !== undefined) continue
    const key = `${error.code} ${error.depth} ${error.certificate.sha256} ${error.hint}`
    const group = groups.get(key)
    if (group) group.verifiers.push(verifier)
    else groups.set(key, { error, verifiers: [verifier] })
  }
  return [...groups.values()].map(({ error, verifiers }) => {
    const { code, openssl, depth, certificate, clause, hint } = error
    const who = verifiers.length > 1 && verifiers.length === verdicts.length ? 'all' : verifiers.join(', ')
    const head = `${who}: ${code} (OpenSSL's error ${openssl}) at depth ${depth}`
    const where = `  ${certificate.subject.text}, at ${placeOf(error)}${clause ? ` (${clause})` : ''}`
    return `${[head, where, ...(hint ? [`  ${hint}`] : [])].join('\n')}\n`
  })
}
