import { Command, InvalidArgumentError, Option } from 'commander'
import { alone } from '../../core/alone.js'
import { type LineIndex, type Location, lineIndex, type Read } from '../../core/text.js'
import { diskRead } from '../../files/disk.js'
import {
  type ClientByHand,
  clientIdentity,
  defaultSettings,
  type HandshakeAnswer,
  openWorkspace,
  type PemFile,
  predictHandshake,
  writeAnswer
} from '../../service.js'
import { exitCodes, UsageError } from '../exit.js'
import { rangeOf } from '../json.js'
import { requireLanguage } from '../language.js'
import { requireFile } from '../named.js'
import { absolute, atOption, relative } from '../options.js'
import { readPem } from '../pem-input.js'
import { loadSettings } from '../settings.js'

interface HandshakeOptions {
  readonly listen?: string
  readonly sni?: string
  readonly host?: string
  readonly cert?: string
  readonly key?: string
  readonly ca?: string
  readonly tls?: '1.2' | '1.3'
  readonly path?: string
  readonly insecure?: boolean
  readonly plain?: boolean
  readonly client?: string
  readonly nginxVersion?: string
  readonly haproxyVersion?: string
  readonly format: 'text' | 'json'
  readonly at?: Date
}

/** Words, numbers and places of a prediction are those of the very versions that it is held against. */
const measuredVersions = { nginx: { version: '1.22.1' }, haproxy: { version: '2.6.12' } } as const

export const handshakeCommand = (): Command =>
  new Command('handshake')
    .description('Predict, from files alone, what happens when a client connects: step by step, who rejects, and with which words')
    .argument('<server-config>', 'the configuration of the server')
    .option('--listen <address>', 'which listener (default: the only one that speaks TLS)')
    .option('--sni <name>', 'the name that the client asks for, and expects in the certificate')
    .option('--host <name>', 'the Host header (default: the name of --sni)')
    .option('--cert <file>', "the client's certificate, with the chain that it sends")
    .option('--key <file>', 'its private key (default: in the same file)')
    .option('--ca <file>', 'whom the client trusts (default: the server is not verified)')
    .addOption(new Option('--tls <version>', 'the only version that the client speaks (default: either)').choices(['1.2', '1.3']))
    .option('--path <path>', 'what is asked for (default: /, or what the client of --client asks for)')
    .option('--insecure', 'the client does not verify the server')
    .option('--plain', 'the client speaks plain HTTP')
    .addOption(
      new Option(
        '--client <config>',
        'take the client from this configuration, page, script or program; where it has several, from config:line or config:name'
      ).conflicts(['cert', 'key', 'ca', 'sni', 'insecure', 'plain', 'tls'])
    )
    .addOption(
      new Option('--nginx-version <version>', 'defaults differ by version (default: 1.22.1, which predictions are held against)').argParser(
        parseVersion
      )
    )
    .addOption(
      new Option('--haproxy-version <version>', 'words and defaults differ by version (default: 2.6.12, likewise)').argParser(parseVersion)
    )
    .addOption(new Option('--format <format>', 'how the prediction is printed').choices(['text', 'json']).default('text'))
    .addOption(atOption())
    .action(handshake)

function parseVersion(text: string): string {
  if (!/^\d+\.\d+(?:\.\d+)?$/.test(text)) throw new InvalidArgumentError('Write it as 1.28.0.')
  return text
}

function handshake(config: string, options: HandshakeOptions): void {
  const server = absolute(config)
  const read = alone(server, diskRead())
  const { path: client, which } = options.client === undefined ? {} : clientNamed(options.client, read)
  const named = [server, ...(client ? [client] : [])]
  for (const it of named) requireFile(it, read, relative(it) || it)
  const languages = new Map(named.map(it => [it, requireLanguage(it, read)]))
  const { nginxVersion, haproxyVersion } = options
  const settings = loadSettings(server.slice(0, server.lastIndexOf('/')), {}, { ...defaultSettings, ...measuredVersions })
  const workspace = openWorkspace({
    read,
    files: client && client !== server ? [server, client] : [server],
    languageOf: path => languages.get(path),
    settings: {
      ...settings,
      ...(nginxVersion !== undefined && { nginx: { ...settings.nginx, version: nginxVersion } }),
      ...(haproxyVersion !== undefined && { haproxy: { ...settings.haproxy, version: haproxyVersion } })
    },
    ...(options.at && { now: () => options.at! })
  })
  const answer = predictHandshake({
    workspace,
    server,
    ...(options.listen !== undefined && { listen: options.listen }),
    client: client
      ? {
          configuration: client,
          ...(which !== undefined && { which }),
          ...(options.path !== undefined && { path: options.path }),
          ...(options.host !== undefined && { host: options.host })
        }
      : byHand(options, read),
    at: options.at ?? new Date()
  })
  if (answer.choices && options.client !== undefined) throw new UsageError(choiceText(answer, options.client, read))
  process.stdout.write(
    options.format === 'json' ? formatJson(answer, read) : writeAnswer(answer, at => `${relative(at.path)}:${lineOf(at, read)}`)
  )
  process.exitCode = answer.result === 'accepted' ? exitCodes.nothingFound : exitCodes.found
}

/** `gateway.conf:12`, `README.md:curl https://localhost`: a file of this whole name comes first. */
function clientNamed(text: string, read: Read): { readonly path: string; readonly which?: string } {
  for (let colon = text.length; colon > 0; colon = text.lastIndexOf(':', colon - 1)) {
    const path = absolute(text.slice(0, colon))
    if (read(path).kind === 'file') return { path, ...(colon < text.length && { which: text.slice(colon + 1) }) }
  }
  return { path: absolute(text) }
}

function choiceText({ reason, choices = [] }: HandshakeAnswer, asked: string, read: Read): string {
  const places = choices.map(({ label, at }) => `  --client ${relative(at.path)}:${lineOf(at, read)}  ${label}`)
  const head = reason?.startsWith('which')
    ? `--client ${asked}: it has several clients, of which one has to be named`
    : `--client ${asked}: it has no such client; there is`
  return [head, ...new Set(places)].join('\n')
}

function byHand({ cert, key, ca, sni, host, path, tls, insecure, plain }: HandshakeOptions, read: Read): ClientByHand {
  if (key !== undefined && cert === undefined) throw new UsageError('--key: there is no certificate for it, which --cert would name')
  const anchors = ca === undefined || insecure ? undefined : readPem(ca, read).certificates
  if (anchors?.length === 0) throw new UsageError(`${ca}: no certificate in it`)
  return {
    presents: cert === undefined ? { kind: 'nothing' } : identity(cert, key, read),
    path: path ?? '/',
    ...(sni !== undefined && { serverName: sni }),
    ...(host !== undefined && { host }),
    ...(tls && { tls }),
    ...(plain && { plain }),
    ...(anchors && { anchors })
  }
}

/** What keeps the blocks of a file from being read, as far as that is known. */
function damageIn({ blocks, errors, file }: PemFile): string {
  const damage = [...errors, ...blocks.flatMap(it => it.errors)][0]
  return damage ? `: ${damage.message}, on line ${lineIndex(file).position(damage.start).line + 1}` : ''
}

function identity(cert: string, key: string | undefined, read: Read): ClientByHand['presents'] {
  const file = readPem(cert, read)
  if (file.certificates.length === 0) throw new UsageError(`${cert}: no certificate in it${damageIn(file)}`)
  const keyFile = key === undefined ? file : readPem(key, read)
  if (!keyFile.blocks.some(it => it.kind === 'privateKey' || it.kind === 'encryptedPrivateKey'))
    throw new UsageError(
      `${key ?? cert}: no private key in it${damageIn(keyFile)}${key === undefined ? ', and --key names no other file' : ''}`
    )
  return clientIdentity(file, keyFile)
}

/** As `interfaces.md` has it: lines of ranges zero-based, that of the configuration test as the server prints it. */
function formatJson(answer: HandshakeAnswer, read: Read): string {
  const { configTest, result, side, httpStatus, error, verifyVariable, alert, because, steps, clientPrints, reason, notMeasured } = answer
  const json = {
    configTest: testJson(configTest, read),
    result,
    side,
    httpStatus,
    error,
    verifyVariable,
    alert,
    because: because.map(({ at, message, rule }) => ({ file: relative(at.path), range: rangeOf(at, read), message, rule })),
    steps: steps.map(({ from, message, says, ok, at }) => ({
      from,
      message,
      says,
      ok,
      ...(at && { file: relative(at.path), range: rangeOf(at, read) })
    })),
    ...(clientPrints !== undefined && { clientPrints }),
    ...(reason !== undefined && { reason }),
    ...(notMeasured !== undefined && { notMeasured })
  }
  return `${JSON.stringify(json, null, 2)}\n`
}

function testJson(test: HandshakeAnswer['configTest'], read: Read) {
  if (test.ok) return { ok: true, file: null, line: null, message: null }
  const { place, message } = test
  return { ok: false, file: place ? relative(place.path) : null, line: place ? lineOf(place, read) : null, message }
}

const linesOf = (path: string, read: Read): LineIndex | undefined => {
  const entry = read(path)
  return entry.kind === 'file' ? lineIndex(entry.file) : undefined
}

/** One-based, as servers and editors say it. */
const lineOf = ({ path, start }: Location, read: Read): number => (linesOf(path, read)?.position(start).line ?? 0) + 1
