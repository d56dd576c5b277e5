/** Only these are read at all. Lock files are YAML and JSON too, large, and never Envoy's. */
export const mayBe = (path: string): boolean => /\.(?:ya?ml|json)(?:\.(?:j2|tmpl|tpl|template))?$/i.test(path) && !notOurs.test(path)

const notOurs =
  /(?:^|\/)(?:package(?:-lock)?|composer|tsconfig[^/]*|pnpm-lock|\.eslintrc|deno|angular|bower|lerna)\.(?:json|ya?ml)$|(?:^|\/)\.(?:vscode|github)\//i

/** Cheap: two searches for words that hardly any other file has. */
export function detect(path: string, text: string): boolean {
  if (!mayBe(path)) return false
  if (!isEnvoy(text)) return isSecretList(text)
  const kinds = [...text.matchAll(/^kind:[ \t]*["']?(\w+)/gm)].map(it => it[1]!)
  if (kinds.length === 0 || !/^apiVersion:/m.test(text)) return true
  // Of what Kubernetes keeps, only what holds Envoy's own messages is for us, and nothing beside it that others read.
  if (kinds.some(it => !ownKinds.test(it))) return false
  return tlsType.test(text) || (kinds.includes('ConfigMap') && /^[ \t]+static_?[rR]esources[ \t]*:/m.test(text))
}

const ownKinds = /^(?:EnvoyFilter|EnvoyPatchPolicy|ConfigMap|Deployment|DaemonSet|StatefulSet|Pod|Service|ServiceAccount|Namespace)$/
const tlsType = /envoy\.(?:extensions\.transport_sockets\.tls\.v3|api\.v2\.auth)\.(?:Down|Up)streamTlsContext/

/** Secrets as control planes print them, without a type. */
const isSecretList = (text: string): boolean =>
  text.includes('ertificate') &&
  /^[ \t]*(?:- )?["']?tls_?[cC]ertificate["']?[ \t]*:/m.test(text) &&
  /certificate_?[cC]hain["']?[ \t]*:/.test(text) &&
  /inline_?[bB]ytes|inline_?[sS]tring|filename/.test(text) &&
  !/^apiVersion:/m.test(text)

/** Text that nothing but Envoy reads. */
export const isEnvoy = (text: string): boolean =>
  text.includes('type.googleapis.com/envoy.') || /^[ \t]*["']?static_?[rR]esources["']?[ \t]*:/m.test(text)
