import type { LowerContext, Lowered, PathUse } from '../../core/dialect.js'
import type { CredentialRef, TlsEndpoint } from '../../core/model.js'
import { type Location, locate, memo, type SourceFile, type Span } from '../../core/text.js'
import { lowerCurl } from './curl.js'
import { changeFolder, fileOf, here, type WorkingFolder } from './paths.js'
import { isPage, regionsOf } from './regions.js'
import { lowerSClient } from './s-client.js'
import { type Command, commandsIn, type Word } from './shell.js'
import { isTest } from './trial.js'

/** Where a command stands, and what its files are. */
export interface Place {
  readonly trial: NonNullable<TlsEndpoint['trial']>
  locate(span: Span): Location
  file(word: Word, name: string, what: PathUse['what']): CredentialRef
}

/** More than a page for people has; what is left is generated. */
const mostCommands = 2000

export function lower(root: SourceFile, ctx: LowerContext): Lowered {
  const paths: PathUse[] = []
  const endpoints: TlsEndpoint[] = []
  const trial = trialOf(root.path)
  for (const commands of clientsOf(root)) {
    let folder: WorkingFolder = here
    for (const whole of commands) {
      const { command, environment } = withoutPrefix(whole)
      if (!command) continue
      const program = programOf(command)
      if (program === 'cd') folder = changeFolder(folder, command[1], root.text)
      if (program === undefined || program === 'cd' || endpoints.length >= mostCommands) continue
      const inFolder = folder
      const place: Place = {
        trial,
        locate: span => locate(root, span),
        file(word, name, what) {
          const { ref, exists } = fileOf(word, name, locate(root, word), inFolder, ctx)
          // A page shows paths of its readers' machines: only what is here is a link, and nothing is missing.
          if (exists && 'path' in ref) paths.push({ at: ref.at, path: ref.path, what, credential: ref })
          return ref
        }
      }
      endpoints.push(...(program === 'curl' ? lowerCurl(command, environment, place) : lowerSClient(command, environment, place)))
    }
  }
  return { endpoints, problems: [], paths, pem: [], files: [root] }
}

const trialOf = (path: string): Place['trial'] => (isPage(path) ? 'page' : isTest(path) ? 'test' : 'script')

/** The commands of each region that somebody may type. */
const clientsOf = memo((file: SourceFile): readonly (readonly Command[])[] =>
  regionsOf(file)
    .filter(({ start, end }) => /\bcurl\b|\bs_client\b/.test(file.text.slice(start, end)))
    .map(region => commandsIn(file.text, region))
)

const keywords = new Set([
  'if',
  'then',
  'elif',
  'else',
  'while',
  'until',
  'do',
  '!',
  '{',
  'time',
  'exec',
  'sudo',
  'command',
  'env',
  '$',
  '%',
  '>'
])

/** Without `sudo`, `if`, a prompt and the like; variables that are set for the command alone stand apart. */
function withoutPrefix(words: Command): { readonly command?: Command; readonly environment: readonly Word[] } {
  const environment: Word[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (/^[A-Za-z_]\w*=/.test(word.value)) environment.push(word)
    else if (!keywords.has(word.value)) return { command: [word, ...words.slice(at + 1)], environment }
  }
  return { environment }
}

function programOf([first, second]: Command): 'curl' | 's_client' | 'cd' | undefined {
  if (first.value === 'cd' || first.value === 'pushd') return 'cd'
  const name = /(?:^|\/)(curl|openssl)(?:\.exe)?$/.exec(first.value)?.[1]
  if (first.dynamic || name === undefined) return undefined
  if (name === 'curl') return 'curl'
  return second?.value === 's_client' ? 's_client' : undefined
}
