import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import { eventually, findings, hover, open, ours, ruleOf, type SeenFinding, type Test } from './support.js'

/** The base64 of 1 March 2024, where the certificate says until when it holds. */
const notAfter = 'Fw0yNDAzMDEwMDAwMDBa'

const beginning = '-----BEGIN CERTIFICATE-----'

/** Every finding of every story, on the exact text. */
const expected: Readonly<Record<string, readonly SeenFinding[]>> = {
  'client-ca-not-enforced/orders/nginx.conf': [{ rule: 'client-ca-not-enforced', severity: 'Error', text: 'certs/client-ca.pem' }],
  'client-certificate-without-client-auth/gateway/nginx.conf': [
    { rule: 'missing-client-auth', severity: 'Error', text: 'certs/gateway.pem' }
  ],
  'envoy/any-server-accepted/gateway/envoy.yaml': [
    {
      rule: 'peer-not-verified',
      severity: 'Error',
      text: 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext'
    }
  ],
  'envoy/client-ca-not-enforced/orders/envoy.yaml': [{ rule: 'client-ca-not-enforced', severity: 'Error', text: 'validation_context' }],
  'envoy/client-certificate-without-client-auth/gateway/envoy.yaml': [
    { rule: 'missing-client-auth', severity: 'Error', text: 'certs/gateway.pem' }
  ],
  'envoy/expired-certificate/gateway/certs/gateway.pem': [{ rule: 'certificate-expired', severity: 'Error', text: 'hcNMjQwMzAxMDAwMDAwWj' }],
  'envoy/expired-certificate/gateway/envoy.yaml': [{ rule: 'certificate-expired', severity: 'Error', text: 'certs/gateway.pem' }],
  'envoy/missing-intermediate/gateway/certs/gateway.pem': [{ rule: 'missing-intermediate', severity: 'Error', text: beginning }],
  'envoy/missing-intermediate/gateway/envoy.yaml': [{ rule: 'missing-intermediate', severity: 'Error', text: 'certs/gateway.pem' }],
  'envoy/verification-optional/orders/envoy.yaml': [{ rule: 'client-verification-optional', severity: 'Warning', text: 'false' }],
  'envoy/verify-depth-too-small/orders/envoy.yaml': [{ rule: 'verify-depth-too-small', severity: 'Error', text: '2' }],
  'expired-certificate/gateway/certs/gateway.pem': [{ rule: 'certificate-expired', severity: 'Error', text: notAfter }],
  'expired-certificate/gateway/nginx.conf': [{ rule: 'certificate-expired', severity: 'Error', text: 'certs/gateway.pem' }],
  'leaf-in-trust-store/orders/nginx.conf': [{ rule: 'end-entity-in-trust-bundle', severity: 'Error', text: 'certs/gateway.pem' }],
  'missing-intermediate/gateway/certs/gateway.pem': [{ rule: 'missing-intermediate', severity: 'Error', text: beginning }],
  'missing-intermediate/gateway/nginx.conf': [{ rule: 'missing-intermediate', severity: 'Error', text: 'certs/gateway.pem' }],
  'verification-optional/orders/nginx.conf': [{ rule: 'client-verification-optional', severity: 'Warning', text: 'optional' }],
  'verify-depth-too-small/orders/nginx.conf': [{ rule: 'verify-depth-too-small', severity: 'Error', text: 'server' }]
}

export const findingTests: Test = {
  'the samples have exactly the findings of their stories': async () => {
    const stories = Object.keys(expected)
    await eventually('findings', async () => (await Promise.all(stories.map(findings))).every(it => it.length > 0))
    const seen = new Map<string, SeenFinding[]>()
    for (const [uri] of vscode.languages.getDiagnostics().filter(([uri]) => ours(uri).length)) {
      const path = vscode.workspace.asRelativePath(uri)
      seen.set(path, await findings(path))
    }
    assert.deepEqual(Object.fromEntries([...seen].sort()), Object.fromEntries(Object.entries(expected).sort()))
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
