import { isEnvoy } from './resources.js'

/** Only these are read at all. Lock files are YAML and JSON too, large, and never Envoy's. */
export const mayBe = (path: string): boolean => /\.(?:ya?ml|json)(?:\.(?:j2|tmpl|tpl|template))?$/i.test(path) && !notOurs.test(path)

const notOurs =
  /(?:^|\/)(?:package(?:-lock)?|composer|tsconfig[^/]*|pnpm-lock|\.eslintrc|deno|angular|bower|lerna)\.(?:json|ya?ml)$|(?:^|\/)\.(?:vscode|github)\//i

/** Cheap: two searches for words that hardly any other file has. */
export function detect(path: string, text: string): boolean {
  if (!mayBe(path)) return false
  if (!isEnvoy(text)) return isSecretList(text)
  const kind = /^kind:[ \t]*["']?(\w+)/m.exec(text)?.[1]
  if (kind === undefined || !/^apiVersion:/m.test(text)) return true
  // Of what Kubernetes keeps, only what holds Envoy's own messages is for us.
  return kind === 'ConfigMap' ? /^\s+static_?[rR]esources\s*:/m.test(text) : tlsType.test(text)
}

const tlsType = /envoy\.(?:extensions\.transport_sockets\.tls\.v3|api\.v2\.auth)\.(?:Down|Up)streamTlsContext/

/** Secrets as control planes print them, without a type. */
const isSecretList = (text: string): boolean =>
  /^\s*(?:- )?["']?tls_?[cC]ertificate["']?\s*:/m.test(text) &&
  /["']?certificate_?[cC]hain["']?\s*:/.test(text) &&
  /inline_?[bB]ytes|inline_?[sS]tring|filename/.test(text) &&
  !/^apiVersion:/m.test(text)
