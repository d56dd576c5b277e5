import type { Log, PhysicalLocation, ReportingDescriptor, Result, Location as SarifLocation } from 'sarif'
import packageJson from '../../../package.json' with { type: 'json' }
import { ruleUrl } from '../core/check.js'
import type { Diagnostic, Severity } from '../core/diagnostic.js'
import type { Rule } from '../core/rule.js'
import type { Location, Read } from '../core/text.js'
import { rules } from '../open-workspace.js'
import { fingerprint } from './baseline.js'
import type { CheckReport } from './commands/check.js'
import { rangeOf } from './json.js'
import { relative } from './options.js'

const levels = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const
/** GitHub sorts security alerts by this number: high from 7.0, medium from 4.0. */
const securitySeverity: Readonly<Record<Severity, string>> = { error: '8.0', warning: '5.0', information: '2.0', hint: '1.0' }

/** SARIF 2.1.0 as GitHub's code scanning takes it, inline ignores included as suppressions. */
export function formatSarif({ diagnostics, suppressed, read }: CheckReport): string {
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'mTLS Lens',
            semanticVersion: packageJson.version,
            informationUri: packageJson.homepage,
            rules: rules.map(descriptor)
          }
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The folder in which the check ran' } } },
        results: [...diagnostics, ...suppressed].map(it => result(it, read))
      }
    ]
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

const descriptor = (rule: Rule): ReportingDescriptor => ({
  id: rule.id,
  name: rule.id,
  shortDescription: { text: rule.title },
  fullDescription: { text: `${rule.title}.` },
  helpUri: ruleUrl(rule),
  help: {
    text: `${rule.title}. ${rule.citations.map(it => `${it.title}: ${it.url}`).join(' ')}`,
    markdown: `${rule.title}.\n\n${rule.citations.map(it => `- [${it.title}](${it.url})`).join('\n')}`
  },
  defaultConfiguration: { level: levels[rule.severity] },
  properties: { tags: ['security', rule.category], 'security-severity': securitySeverity[rule.severity] }
})

function result(it: Diagnostic, read: Read): Result {
  const index = rules.findIndex(rule => rule.id === it.rule)
  return {
    ruleId: it.rule,
    ...(index >= 0 && { ruleIndex: index }),
    level: levels[it.severity],
    message: { text: it.message },
    locations: [{ physicalLocation: physical(it, read) }],
    ...(it.related.length > 0 && {
      relatedLocations: it.related.map(
        (each, id): SarifLocation => ({ id, physicalLocation: physical(each, read), message: { text: each.message } })
      )
    }),
    partialFingerprints: { 'mtlsLens/v1': fingerprint(it, read) },
    ...(it.suppressed !== undefined && { suppressions: [{ kind: 'inSource', justification: it.suppressed }] })
  }
}

function physical(it: Location, read: Read): PhysicalLocation {
  const { start, end } = rangeOf(it, read)
  const uri = encodeURI(relative(it.path)).replace(/[?#:]/g, encodeURIComponent)
  // An absolute path is outside of the repository: it must not claim to be relative to it.
  const artifact = uri.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: 'SRCROOT' }
  return {
    artifactLocation: artifact,
    region: { startLine: start.line + 1, startColumn: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 }
  }
}
