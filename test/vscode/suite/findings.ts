import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import * as vscode from 'vscode'
import { eventually, findings, hover, open, ours, ruleOf, type SeenFinding, sample, type Test } from './support.js'

/** The base64 of 1 March 2024, where the certificate says until when it holds. */
const notAfter = 'Fw0yNDAzMDEwMDAwMDBa'

/** Of the base64 of the issuer's name, what stands on its first line. */
const issuer = 'IwODELMAkGA1UEBhMC'

/** Every finding of the stories of nginx, on the exact text. */
const expected: Readonly<Record<string, readonly SeenFinding[]>> = {
  'client-ca-not-enforced/orders/nginx.conf': [{ rule: 'client-ca-not-enforced', severity: 'Error', text: 'certs/client-ca.pem' }],
  'client-certificate-without-client-auth/gateway/nginx.conf': [
    { rule: 'missing-client-auth', severity: 'Error', text: 'certs/gateway.pem' }
  ],
  'expired-certificate/gateway/certs/gateway.pem': [{ rule: 'certificate-expired', severity: 'Error', text: notAfter }],
  'expired-certificate/gateway/nginx.conf': [{ rule: 'certificate-expired', severity: 'Error', text: 'certs/gateway.pem' }],
  'leaf-in-trust-store/orders/nginx.conf': [{ rule: 'end-entity-in-trust-bundle', severity: 'Error', text: 'certs/gateway.pem' }],
  'missing-intermediate/gateway/certs/gateway.pem': [{ rule: 'missing-intermediate', severity: 'Error', text: issuer }],
  'missing-intermediate/gateway/nginx.conf': [{ rule: 'missing-intermediate', severity: 'Error', text: 'certs/gateway.pem' }],
  'verification-optional/orders/nginx.conf': [{ rule: 'client-verification-optional', severity: 'Warning', text: 'optional' }],
  'verify-depth-too-small/orders/nginx.conf': [{ rule: 'verify-depth-too-small', severity: 'Error', text: 'server' }]
}

interface Printed {
  readonly rule: string
  readonly file: string
  readonly range: { readonly start: vscode.Position; readonly end: vscode.Position }
}

const place = ({ start, end }: Printed['range']) => [start.line, start.character, end.line, end.character].join(' ')
const describe = (it: vscode.Diagnostic) => `${ruleOf(it)} ${place(it.range)}`

/** What `mtls-lens check` says of the open folder, by file. */
function checkSamples(): Record<string, readonly string[]> {
  const commandLine = path.join(__dirname, '../dist/cli.cjs')
  const { stdout } = spawnSync('node', [commandLine, 'check', '--format', 'json'], { cwd: sample('.').fsPath, encoding: 'utf8' })
  const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly Printed[] }
  const byFile: Record<string, string[]> = {}
  for (const it of diagnostics) {
    const found = byFile[it.file] ?? []
    found.push(`${it.rule} ${place(it.range)}`)
    byFile[it.file] = found.sort()
  }
  assert.ok(diagnostics.length > 0)
  return byFile
}

export const findingTests: Test = {
  'the stories of nginx have exactly their findings': async () => {
    for (const [path, findingsThere] of Object.entries(expected)) {
      await eventually(`a finding in ${path}`, async () => (await findings(path)).length > 0)
      assert.deepEqual(await findings(path), findingsThere, path)
    }
  },

  'all samples have the findings that the command line prints': async () => {
    const printed = checkSamples()
    await eventually('findings', () => Object.keys(printed).every(it => ours(sample(it)).length > 0))
    const seen: Record<string, readonly string[]> = {}
    for (const [uri, all] of vscode.languages.getDiagnostics().filter(([uri]) => ours(uri).length)) {
      seen[vscode.workspace.asRelativePath(uri)] = all
        .filter(it => it.source === 'mTLS Lens')
        .map(describe)
        .sort()
    }
    assert.deepEqual(seen, printed)
  },

  'a finding links its page and the other place that has part in it': async () => {
    const { document } = await open('client-ca-not-enforced/orders/nginx.conf')
    const [diagnostic] = await eventually('the finding', () => {
      const all = ours(document.uri)
      return all.length ? all : undefined
    })
    assert.equal(ruleOf(diagnostic!), 'client-ca-not-enforced')
    assert.ok(typeof diagnostic!.code === 'object' && diagnostic!.code.target.toString().includes('client-ca-not-enforced'))
  },

  'hovering over a PEM block says whose certificate it is and until when': async () => {
    const { document } = await open('all-correct/gateway/certs/gateway.pem')
    const text = await hover(document, '-----BEGIN CERTIFICATE')
    assert.match(text, /gateway/)
    assert.match(text, /2046/)
  },

  'hovering over the path of a certificate says the same': async () => {
    const { document } = await open('all-correct/gateway/nginx.conf')
    const text = await hover(document, 'certs/gateway.pem')
    assert.match(text, /gateway/)
    assert.match(text, /expires in [\d,]+ (days|years)/)
  },

  'hovering over a directive says what it does': async () => {
    const { document } = await open('all-correct/orders/nginx.conf')
    assert.match(await hover(document, 'ssl_verify_client'), /nginx\.org/)
  },

  'a path in a directive is a link to its file': async () => {
    const { document } = await open('all-correct/gateway/nginx.conf')
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri)
    const link = links.find(it => document.getText(it.range) === 'certs/gateway.pem')
    assert.ok(link?.target?.path.endsWith('/all-correct/gateway/certs/gateway.pem'), String(link?.target))
  },

  'the outline names the servers': async () => {
    const { document } = await open('all-correct/orders/nginx.conf')
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri)
    const names = (all: readonly vscode.DocumentSymbol[]): string[] => all.flatMap(it => [`${it.name} ${it.detail}`, ...names(it.children)])
    assert.ok(
      names(symbols).some(it => it.includes('orders.internal')),
      names(symbols).join()
    )
  }
}
