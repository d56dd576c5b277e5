import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Change, TlsEndpoint } from '../server/src/core/model.js'
import { type SourceFile, sourceFile, type TextEdit } from '../server/src/core/text.js'
import { haproxy } from '../server/src/dialects/haproxy/index.js'
import { lowerHaproxy } from './haproxy.js'
import type { Files } from './nginx.js'

const main = '/project/haproxy.cfg'
type Pick = (it: TlsEndpoint) => boolean
const server: Pick = it => it.role === 'server'
const client: Pick = it => it.role === 'client'

/** The files after the change, or nothing when the dialect has no way to write it. */
function change(
  given: string | Files,
  pick: Pick,
  wanted: Change | ((it: TlsEndpoint) => Change)
): Readonly<Record<string, string>> | undefined {
  const lowering = lowerHaproxy(given)
  const endpoint = lowering.endpoints.find(pick)!
  const edits = haproxy.edit!(endpoint, typeof wanted === 'function' ? wanted(endpoint) : wanted, lowering.read)
  if (!edits) return undefined
  const files = typeof given === 'string' ? { [main]: given } : given
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, apply(sourceFile(path, text), edits)]))
}

function apply(file: SourceFile, edits: readonly TextEdit[]): string {
  return edits
    .filter(it => it.path === file.path)
    .sort((a, b) => b.start - a.start)
    .reduce((text, it) => text.slice(0, it.start) + it.newText + text.slice(it.end), file.text)
}

describe('every change that HAProxy can express, wherever it is written now, is seen again after the edit', () => {
  const changes: readonly (readonly [Change, Pick, (it: TlsEndpoint) => unknown, unknown])[] = [
    [{ set: 'certificate', value: 'require' }, server, it => it.peer.certificate.value, 'require'],
    [{ set: 'verifyChain', value: true }, server, it => it.peer.verifyChain.value, true],
    [{ set: 'minVersion', value: 'TLSv1.3' }, server, it => it.minVersion.value, 'TLSv1.3'],
    [{ set: 'verifyChain', value: true }, client, it => it.peer.verifyChain.value, true],
    [{ set: 'minVersion', value: 'TLSv1.2' }, client, it => it.minVersion.value, 'TLSv1.2'],
    [{ set: 'serverNameIndication', value: true }, client, it => it.serverNames[0]?.value, 'b.internal'],
    [{ set: 'verifyName', value: 'a.internal' }, client, it => it.peer.verifyNames[0]?.value ?? it.serverNames[0]?.value, 'a.internal']
  ]
  const shapes: Readonly<Record<string, string>> = {
    'nothing written': 'frontend f\n  bind :443 ssl crt a.pem\nbackend b\n  server s b.internal:443 ssl ca-file ca.pem\n',
    'all written': `frontend f
  bind :443 ssl crt a.pem ca-file ca.pem verify optional crt-ignore-err all ca-ignore-err all ssl-min-ver TLSv1.2 alpn h2
backend b
  server s b.internal:443 ssl ca-file ca.pem verify required ssl-min-ver TLSv1.1 verifyhost b.internal check
`,
    'a name is sent':
      'frontend f\n  bind :443 ssl crt a.pem\nbackend b\n  server s b.internal:443 ssl ca-file ca.pem sni str(b.internal)\n',
    'all inherited': `global
  ssl-server-verify none
  ssl-default-bind-options ssl-min-ver TLSv1.0
  ssl-default-server-options force-tlsv11
defaults
  default-server ssl ca-file ca.pem
frontend f
  bind :443 ssl crt a.pem
backend b
  default-server verify none
  server s b.internal:443
`,
    'a maximum below what is wanted':
      'frontend f\n  bind :443 ssl crt a.pem ssl-max-ver TLSv1.1\nbackend b\n  server s b.internal:443 ssl ca-file ca.pem ssl-max-ver TLSv1.1\n',
    'Windows line ends, tabs, quotes and comments':
      'frontend f\r\n\tbind "*:443"\tssl crt \'a.pem\' # here\r\nbackend b\r\n\tserver s b.internal:443 ssl ca-file ca.pem verify none # there\r\n',
    'the old words':
      'frontend f\n  bind :443 ssl crt a.pem force-tlsv12\nbackend b\n  server s b.internal:443 ssl ca-file ca.pem force-tlsv11\n'
  }
  for (const [says, text] of Object.entries(shapes)) {
    const unverified = !lowerHaproxy(text).endpoints.find(client)!.peer.verifyChain.value
    for (const [wanted, pick, seen, expected] of changes) {
      // Where nothing is verified no name is either.
      if (unverified && wanted.set === 'verifyName') continue
      test(`${says}: ${pick === server ? 'server' : 'client'} ${wanted.set}`, () => {
        const after = change(text, pick, wanted)
        assert.ok(after, 'an edit is offered')
        const lowering = lowerHaproxy(after)
        assert.equal(seen(lowering.endpoints.find(pick)!), expected, after[main])
        assert.deepEqual(lowering.problems, [], after[main])
      })
    }
  }

  test('TLS is switched on at the address', () => {
    const text = 'frontend f\n  bind :443 crt a.pem # here\n'
    const after = change(text, server, it => ({ set: 'tls', value: true, address: it.addresses[0]! }))
    assert.equal(after![main], 'frontend f\n  bind :443 crt a.pem ssl # here\n')
    assert.equal(lowerHaproxy(after!).endpoints[0]!.tls.value, true)
  })

  test('a line of a crt-list is changed in the list', () => {
    const files = {
      [main]: 'frontend f\n  bind :443 ssl crt-list list.txt\n',
      '/project/list.txt': 'a.pem [ca-file ca.pem verify none] a.internal # here\n'
    }
    const after = change(files, server, { set: 'certificate', value: 'require' })!
    assert.equal(after['/project/list.txt'], 'a.pem [ca-file ca.pem verify required] a.internal # here\n')
    assert.equal(lowerHaproxy(after).endpoints[0]!.peer.certificate.value, 'require')
  })

  test('an option that the line of the list lacks goes between its brackets', () => {
    const files = { [main]: 'frontend f\n  bind :443 ssl crt-list list.txt\n', '/project/list.txt': 'a.pem [ca-file ca.pem] a.internal\n' }
    assert.equal(
      change(files, server, { set: 'certificate', value: 'require' })!['/project/list.txt'],
      'a.pem [ca-file ca.pem verify required] a.internal\n'
    )
  })
})

describe('what HAProxy cannot express is not offered', () => {
  const text = 'frontend f\n  bind :443 ssl crt a.pem\nbackend b\n  server s 10.0.0.1:443 ssl ca-file ca.pem\n'
  test('a depth', () => assert.equal(change(text, server, { set: 'maxDepth', value: 2 }), undefined))
  test('a name to send where there is only an address', () =>
    assert.equal(change(text, client, { set: 'serverNameIndication', value: true }), undefined))
  test('sessions, which every server line keeps for itself', () =>
    assert.equal(change(text, client, { set: 'sessionReuse', value: false }), undefined))
})
