/**
 * Holds our findings against what `istioctl analyze`, Istio's and the Gateway API's validation and Kiali's checkers expect of the
 * same files (the recorded expectations that have to do with TLS). Alone: `node --import tsx test/conformance/istio.ts [--all]`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Diagnostic } from '../../server/src/core/diagnostic.js'
import { type FileEntry, type SourceFile, sourceFile } from '../../server/src/core/text.js'
import { openWorkspace } from '../../server/src/service.js'
import type { ConformanceRow } from './nginx.js'

interface Expectation {
  readonly tool: string
  readonly analyzer?: string
  readonly case?: string
  readonly files: readonly string[]
  readonly parameters?: { readonly enableAutoMtls?: boolean }
  readonly tls_related: boolean
  readonly expected: readonly {
    readonly code?: string
    readonly severity: string | readonly string[] | null
    readonly resource?: string | null
  }[]
}

const corpus = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url))
export const hasIstioCorpus = (): boolean => existsSync(`${corpus}expectations.json`)

/** Our rules that say what a code of theirs says. */
const rulesFor: Readonly<Record<string, readonly string[]>> = {
  IST0161: ['gateway-credential', 'secret-shape', 'certificate-expired', 'malformed-pem'],
  KIA0105: ['principal-without-mtls', 'conflicting-mtls'],
  refused: ['invalid-value', 'conflicting-settings'],
  KIA0208: ['conflicting-mtls'],
  KIA0505: ['conflicting-mtls']
}

/** What is expected of these is not about TLS, whatever the files hold: ports, labels and routes. */
const notAboutTls: Readonly<Record<string, string>> = {
  'gateway.IngressGatewayPortAnalyzer': 'ports of Services and workloads of gateways, not TLS',
  'gateway.ConflictingGatewayAnalyzer': 'hosts and ports that two Gateways share, not TLS',
  'service.PortNameAnalyzer': 'names of ports, not TLS',
  'virtualservice.ConflictingMeshGatewayHostsAnalyzer': 'hosts that two VirtualServices share, not TLS',
  'serviceentry.ProtocolAddressesAnalyzer': 'addresses of TCP services, not TLS',
  'authn.BlockedCIDRsAnalyzer': 'addresses of servers of JSON web keys, not TLS between peers'
}

/** Where we answer otherwise on purpose: `analyzer file code` with the reason. */
const reasons: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /CaCertificateAnalyzer .*IST012[89]/,
    'wrong since Istio 1.21: without caCertificates servers are verified against the CAs of the operating system (VERIFY_CERT_AT_CLIENT)'
  ],
  [
    /SecretAnalyzer .*gateway-secrets.yaml IST0101/,
    'cannot be known from files: the Secret or the workload may stand in another repository'
  ],
  [
    /SecretAnalyzer .*gateway-secrets.yaml unexpected gateway-credential/,
    "Istio's own validation refuses a server with SIMPLE and no certificate, which this analyzer leaves to it"
  ],
  [
    /SecretAnalyzer .* unexpected (?:secret-shape|key-does-not-match-certificate|missing-subject-alternative-name)/,
    'true and not looked for by this analyzer: openssl confirms that the keys belong to other certificates and that the certificates have no names'
  ],
  [
    /MtlsEnabledChecker .*_12.yaml \(auto off\) KIA0105/,
    'wrong: the DestinationRule switches mutual TLS on for all clients, and workloads take it where no policy says otherwise'
  ],
  [
    /MtlsEnabledChecker .*_22.yaml .*KIA0105/,
    'the Service has no name in the file, so that nothing joins the DestinationRule for ratings to the workloads of the rule'
  ],
  [
    /DisabledMeshWideChecker .*_1.yaml unexpected conflicting-mtls/,
    'true, and found by another checker of Kiali: one host is spoken to with mutual TLS where the mesh has it off'
  ],
  [
    /MtlsEnabledChecker .*_9.yaml .* unexpected disabled-mtls|unexpected disabled-mtls/,
    'true by our catalogue: mutual TLS is switched off there'
  ],
  [/CaCertificateAnalyzer .* unexpected gateway-credential/, 'Istio validation: MUTUAL needs a client certificate and its key'],
  [/MtlsEnabledChecker .* unexpected gateway-credential/, 'Istio validation: MUTUAL needs a client certificate and its key'],
  [/DisabledMeshWideChecker .* unexpected ineffective-setting/, 'true: in the root namespace a policy with a selector is ignored'],
  [/hostname-udp|no-hostname/, 'the schema of the CRDs on host names where there is no TLS, which is left to Kubernetes']
]

interface Difference {
  readonly key: string
  readonly reason: string | undefined
}

export function istioConformance(): readonly ConformanceRow[] {
  const all = JSON.parse(readFileSync(`${corpus}expectations.json`, 'utf8')) as readonly Expectation[]
  const concerned = all.filter(it => it.tls_related && /istio|Kiali|Gateway API/.test(it.tool))
  const tools = [...new Set(concerned.map(it => it.tool))]
  return [
    ...tools.map(tool =>
      rowOf(
        tool,
        concerned.filter(it => it.tool === tool)
      )
    ),
    rangesRow()
  ]
}

function rowOf(tool: string, cases: readonly Expectation[]): ConformanceRow {
  const differences: string[] = []
  let agreed = 0
  for (const it of cases) {
    const found = differencesIn(it)
    const open = found.filter(difference => difference.reason === undefined)
    if (open.length === 0) agreed++
    differences.push(...found.map(({ key, reason }) => `${key}: ${reason ?? 'NOT EXPLAINED'}`))
  }
  return { suite: `${tool}: as expected, or otherwise for a reason`, cases: cases.length, agreed, differences }
}

function differencesIn(it: Expectation): readonly Difference[] {
  const name = `${it.analyzer ?? it.tool} ${it.files.map(shortName).join(' ')}${it.parameters?.enableAutoMtls === false ? ' (auto off)' : ''}`
  const skipped = it.analyzer === undefined ? undefined : notAboutTls[it.analyzer]
  if (skipped) return it.expected.length === 0 ? [] : [{ key: `${name} ${it.expected.map(each => each.code).join(' ')}`, reason: skipped }]
  const findings = check(it)
  const missed = it.expected
    .filter(each => each.severity !== null && !isAnswered(each, it, findings))
    .map(each => `${each.code ?? 'refused'} ${each.resource ?? ''}`)
  const codes = new Set(it.expected.flatMap(each => rulesFor[each.code ?? 'refused'] ?? []))
  const spurious = findings
    .filter(each => (each.severity === 'error' || each.severity === 'warning') && !codes.has(each.rule))
    .map(each => `unexpected ${each.rule} ${each.message}`)
  return [...missed, ...spurious].map(each => {
    const key = `${name} ${each}`.trim()
    return { key, reason: reasons.find(([pattern]) => pattern.test(key))?.[1] }
  })
}

const shortName = (file: string): string => file.replace(/^.*__/, '')

/** A finding of a rule that says the same; of several resources one for each. */
function isAnswered(expected: Expectation['expected'][number], { expected: all }: Expectation, findings: readonly Diagnostic[]): boolean {
  const rules = rulesFor[expected.code ?? 'refused'] ?? []
  const found = findings.filter(it => rules.includes(it.rule))
  if (all.length === 1) return found.length > 0
  const name =
    expected.resource
      ?.split(' ')
      .at(-1)
      ?.replace(/^defaultgateway-/, '') ?? ''
  // The Secret of a Gateway has a name of its own, of which that of the Gateway tells half.
  return found.some(
    it =>
      it.message.includes(name) || it.message.includes(name.replace(/s$/, '')) || (name === 'expired' && it.rule === 'certificate-expired')
  )
}

function check({ files, parameters }: Expectation): readonly Diagnostic[] {
  const texts = new Map(files.map(it => [`/corpus/${it}`, readFileSync(corpus + it, 'utf8')]))
  if (parameters?.enableAutoMtls === false) texts.set('/corpus/istio/mesh.yaml', automaticOff)
  const sources = new Map([...texts].map(([path, text]) => [path, sourceFile(path, text)]))
  return findingsIn(sources).flatMap(it => it[1])
}

const automaticOff =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n    enableAutoMtls: false\n'

function findingsIn(files: ReadonlyMap<string, SourceFile>): readonly (readonly [root: string, findings: readonly Diagnostic[]])[] {
  const read = (path: string): FileEntry => {
    const file = files.get(path)
    return file ? { kind: 'file', file } : { kind: 'missing' }
  }
  const workspace = openWorkspace({ read, now: () => new Date('2026-11-01'), files: files.keys(), folders: ['/corpus'] })
  return workspace.roots().map(root => [root, workspace.check(root)])
}

/** All files at once: none takes the engine down, and every finding lies inside its file. */
function rangesRow(): ConformanceRow {
  const differences: string[] = []
  let cases = 0
  for (const folder of ['istio', 'k8s']) {
    const names = readdirSync(corpus + folder)
    const files = new Map(
      names.map(it => [`/corpus/${folder}/${it}`, sourceFile(`/corpus/${folder}/${it}`, readFileSync(`${corpus}${folder}/${it}`, 'utf8'))])
    )
    cases += names.length
    for (const [root, findings] of findingsIn(files)) {
      for (const it of findings) {
        const length = files.get(it.path)?.text.length ?? -1
        if (it.rule === 'internal-error' || it.start < 0 || it.end < it.start || it.end > length)
          differences.push(`${root}: ${it.rule} ${it.message}`)
      }
    }
  }
  return { suite: 'istio and k8s: no crash, every range inside the text', cases, agreed: cases - new Set(differences).size, differences }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!hasIstioCorpus()) console.log('SKIPPED Istio conformance: ../shared/corpus is not here')
  else {
    for (const { suite, cases, agreed, differences } of istioConformance()) {
      console.log(`${suite}: ${agreed} of ${cases} (${((100 * agreed) / cases).toFixed(1)} %)`)
      const shown = process.argv.includes('--all') ? differences : differences.filter(it => it.endsWith('NOT EXPLAINED'))
      for (const it of shown) console.log(`  ${it}`)
    }
  }
}
