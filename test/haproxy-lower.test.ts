// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are HAProxy's variables
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TlsEndpoint } from '../server/src/core/model.js'
import { lowerHaproxy } from './haproxy.js'
import { clients, type Files, servers } from './nginx.js'

const one = (given: string | Files): TlsEndpoint => lowerHaproxy(given).endpoints[0]!
const bind = (options: string): TlsEndpoint => one(`frontend f\n  bind :443 ${options}\n`)
const line = (options: string, around = ''): TlsEndpoint =>
  clients(lowerHaproxy(`${around}\nbackend b\n  server s 10.0.0.1:443 ${options}\n`))[0]!
const paths = (refs: readonly TlsEndpoint['peer']['crls'][number][]) => refs.map(it => (it.kind === 'file' ? it.path : it.kind))

describe('what a bind line demands', () => {
  const cases: Readonly<Record<string, readonly [string, boolean]>> = {
    'ssl crt a.pem': ['ignore', false],
    'ssl crt a.pem ca-file ca.pem': ['ignore', false],
    'ssl crt a.pem ca-file ca.pem verify none': ['ignore', false],
    'ssl crt a.pem ca-file ca.pem verify optional': ['request', true],
    'ssl crt a.pem ca-file ca.pem verify required': ['require', true],
    'ssl crt a.pem ca-file ca.pem verify required crt-ignore-err all': ['require', false],
    'ssl crt a.pem ca-file ca.pem verify required ca-ignore-err all': ['require', true],
    'ssl crt a.pem ca-file ca.pem verify required crt-ignore-err 10,21': ['require', true],
    'ssl crt a.pem ca-file ca.pem verify required verify none': ['ignore', false]
  }
  for (const [options, [certificate, chain]] of Object.entries(cases))
    test(options, () => {
      const { peer } = bind(options)
      assert.deepEqual([peer.certificate.value, peer.verifyChain.value], [certificate, chain])
    })

  test('a variable may be any word', () =>
    assert.equal(bind('ssl crt a.pem ca-file ca.pem verify "${VERIFY}"').peer.certificate.origin, 'unknown'))
})

describe('whom it believes', () => {
  test('ca-file, ca-verify-file and crl-file count from ca-base, crt from crt-base', () => {
    const it = servers(
      lowerHaproxy(
        'global\n ca-base /etc/ca\n crt-base /etc/crt\nfrontend f\n bind :443 ssl crt a.pem ca-file ca.pem ca-verify-file more.pem crl-file /abs/crl.pem verify required\n'
      )
    )[0]!
    assert.deepEqual(paths(it.peer.trustAnchors), ['/etc/ca/ca.pem', '/etc/ca/more.pem', '/abs/crl.pem'])
    assert.deepEqual(
      it.peer.trustAnchors.map(anchor => [anchor.intended, anchor.announced]),
      [
        [true, true],
        [false, false],
        [false, false]
      ]
    )
    assert.deepEqual(paths(it.identities.map(identity => identity.certificate)), ['/etc/crt/a.pem'])
  })
  test('ca-verify-file alone is what it is verified against', () =>
    assert.equal(bind('ssl crt a.pem ca-verify-file ca.pem verify required').peer.trustAnchors[0]!.intended, true))
  test('no-ca-names keeps the names back', () =>
    assert.equal(bind('ssl crt a.pem ca-file ca.pem no-ca-names verify required').peer.trustAnchors[0]!.announced, false))
  test('the system', () => assert.equal(line('ssl ca-file @system-ca').peer.trustAnchors[0]!.kind, 'system'))
  test('a variable that is set above leads to the file', () =>
    assert.deepEqual(
      paths(one('global\n setenv D /etc/x\nfrontend f\n bind :443 ssl crt "${D}/a.pem"\n').identities.map(it => it.certificate)),
      ['/etc/x/a.pem']
    ))
  test('a path of /etc/haproxy is found beside the configuration', () => {
    const files = { '/project/haproxy.cfg': 'frontend f\n bind :443 ssl crt /etc/haproxy/certs/a.pem\n', '/project/certs/a.pem': '' }
    assert.deepEqual(paths(one(files).identities.map(it => it.certificate)), ['/project/certs/a.pem'])
  })
  test('a mapped path', () => {
    const it = lowerHaproxy('frontend f\n bind :443 ssl crt /srv/tls/a.pem\n', { paths: { '/srv/tls': '/project/certs' } }).endpoints[0]!
    assert.deepEqual(paths(it.identities.map(identity => identity.certificate)), ['/project/certs/a.pem'])
  })
})

describe('what it presents', () => {
  const main = 'frontend f\n bind :443 ssl crt certs/\n'
  test('all files of a folder in the order of their names, without what belongs to them', () => {
    const files = {
      '/project/haproxy.cfg': main,
      '/project/certs/b.pem': '',
      '/project/certs/a.pem': '',
      '/project/certs/a.pem.ocsp': '',
      '/project/certs/a.pem.issuer': ''
    }
    assert.deepEqual(paths(one(files).identities.map(it => it.certificate)), ['/project/certs/a.pem', '/project/certs/b.pem'])
  })
  test('files for keys of several kinds', () => {
    const files = { '/project/haproxy.cfg': 'frontend f\n bind :443 ssl crt a.pem\n', '/project/a.pem.rsa': '', '/project/a.pem.ecdsa': '' }
    assert.deepEqual(paths(one(files).identities.map(it => it.certificate)), ['/project/a.pem.rsa', '/project/a.pem.ecdsa'])
  })
  test('the key beside it', () => {
    const files = { '/project/haproxy.cfg': 'frontend f\n bind :443 ssl crt a.pem\n', '/project/a.pem': '', '/project/a.pem.key': '' }
    assert.deepEqual(paths([one(files).identities[0]!.key!]), ['/project/a.pem.key'])
  })
  test('the key beside it, the extension replaced', () => {
    const text = 'global\n ssl-load-extra-del-ext\nfrontend f\n bind :443 ssl crt a.crt\n'
    const files = { '/project/haproxy.cfg': text, '/project/a.crt': '', '/project/a.key': '' }
    assert.deepEqual(paths([one(files).identities[0]!.key!]), ['/project/a.key'])
  })
  test('a crt-store', () => {
    const text =
      'crt-store web\n crt-base /etc/store\n key-base /etc/keys\n load crt a.pem key a.key alias one\nfrontend f\n bind :443 ssl crt @web/one\n'
    const { certificate, key } = one(text).identities[0]!
    assert.deepEqual(paths([certificate, key!]), ['/etc/store/a.pem', '/etc/keys/a.key'])
  })
})

describe('a crt-list', () => {
  const files = (list: string): Files => ({
    '/project/haproxy.cfg': 'frontend f\n  bind :443 ssl crt-list list.txt ca-file ca.pem verify required\n',
    '/project/list.txt': list
  })
  test('a line with options is a listener of its own, with what it does not override', () => {
    const [first, second] = servers(lowerHaproxy(files('# all\na.pem a.internal\nb.pem [verify none alpn h2] b.internal !c.b.internal\n')))
    assert.deepEqual([first!.peer.certificate.value, second!.peer.certificate.value], ['require', 'ignore'])
    assert.deepEqual([first!.addresses[0]!.isDefault, second!.addresses[0]!.isDefault], [true, false])
    assert.deepEqual(
      second!.serverNames.map(it => it.value),
      ['b.internal']
    )
    assert.equal(second!.peer.trustAnchors[0]!.kind, 'file')
  })
  test('its first line answers to unknown names, with its options', () => {
    const [first, second] = servers(lowerHaproxy(files('b.pem [verify none]\na.pem [verify required]\n')))
    assert.deepEqual([first!.addresses[0]!.isDefault, second!.addresses[0]!.isDefault], [true, false])
  })
  test('the list belongs to the root', () =>
    assert.deepEqual(
      lowerHaproxy(files('a.pem\n')).files.map(it => it.path),
      ['/project/haproxy.cfg', '/project/list.txt']
    ))
  test('one that is not here makes the rest uncertain', () => assert.equal(bind('ssl crt-list nowhere.txt').incomplete, true))
})

describe('versions', () => {
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    '': ['TLSv1.2', 'TLSv1.3'],
    'no-sslv3': ['TLSv1.2', 'TLSv1.3'],
    'ssl-min-ver TLSv1.0': ['TLSv1', 'TLSv1.3'],
    'ssl-min-ver TLSv1.0 no-tlsv10': ['TLSv1', 'TLSv1.3'],
    'ssl-max-ver TLSv1.1': ['TLSv1.1', 'TLSv1.1'],
    'no-tlsv12': ['TLSv1.3', 'TLSv1.3'],
    'ssl-max-ver TLSv1.2': ['TLSv1.2', 'TLSv1.2'],
    'no-tlsv13': ['TLSv1.2', 'TLSv1.2'],
    'force-tlsv11': ['TLSv1.1', 'TLSv1.1']
  }
  for (const [options, expected] of Object.entries(cases))
    test(options, () => {
      const { minVersion, maxVersion } = bind(`ssl crt a.pem ${options}`)
      assert.deepEqual([minVersion.value, maxVersion.value], expected)
    })
  test('a line overrides what global says', () => {
    const it = one('global\n ssl-default-bind-options ssl-min-ver TLSv1.0\nfrontend f\n bind :443 ssl crt a.pem ssl-min-ver TLSv1.3\n')
    assert.deepEqual([it.minVersion.value, it.minVersion.origin], ['TLSv1.3', 'written'])
  })
})

describe('server lines', () => {
  test('verify unless they are told not to', () => {
    assert.equal(line('ssl ca-file ca.pem').peer.verifyChain.value, true)
    assert.equal(line('ssl verify none').peer.verifyChain.value, false)
    assert.equal(line('ssl ca-file ca.pem', 'global\n ssl-server-verify none').peer.verifyChain.value, false)
    assert.equal(line('ssl verify required ca-file ca.pem', 'global\n ssl-server-verify none').peer.verifyChain.value, true)
  })
  test('without ssl they are no clients of TLS', () => assert.equal(line('verify none'), undefined))
  test('sni is what is sent and verified, before verifyhost', () => {
    const it = line('ssl ca-file ca.pem verifyhost a.internal sni str(b.internal)')
    assert.deepEqual([it.serverNames[0]!.value, it.peer.verifyNames[0]!.value], ['b.internal', 'b.internal'])
  })
  test('any other expression is known only at run time', () =>
    assert.equal(line('ssl ca-file ca.pem sni req.hdr(host)').peer.verifyNames[0]!.origin, 'unknown'))
  test('default-server of defaults and of the backend, above the line only', () => {
    const text = `defaults base
  default-server ssl ca-file base.pem
defaults mine from base
  default-server verifyhost base.internal
backend b from mine
  server early 10.0.0.1:443
  default-server ca-file own.pem
  server late 10.0.0.1:443 verifyhost own.internal
  server plain 10.0.0.1:80 no-ssl
`
    const found = clients(lowerHaproxy(text))
    assert.deepEqual(
      found.map(it => [it.label, paths(it.peer.trustAnchors)[0], it.peer.verifyNames[0]!.value]),
      [
        ['server b/early', '/project/base.pem', 'base.internal'],
        ['server b/late', '/project/own.pem', 'own.internal']
      ]
    )
  })
  test('server-template, peers, ring and the own HTTP client', () => {
    const text = `global
  httpclient.ssl.verify none
backend b
  server-template s 1-3 a.internal:443 ssl ca-file ca.pem
peers p
  default-bind ssl crt a.pem ca-file ca.pem verify required
  bind :1024
  default-server ssl ca-file ca.pem
  server me
  server other 10.0.0.2:1024
ring r
  server log 10.0.0.3:514 ssl verify none
`
    assert.deepEqual(
      lowerHaproxy(text).endpoints.map(it => `${it.label} ${it.peer.certificate.value} ${it.peer.verifyChain.value}`),
      [
        'server b/s require true',
        'bind :1024 of peers p require true',
        'server p/other require true',
        'server r/log require false',
        'httpclient require false'
      ]
    )
  })
})

describe('what cannot be known', () => {
  test('a condition that is decided elsewhere', () =>
    assert.equal(one('frontend f\n.if defined(X)\n bind :443 ssl crt a.pem\n.endif\n').incomplete, true))
  test('a template', () => assert.equal(one('frontend f\n bind :443 ssl crt {{ certificate }} \n').incomplete, true))
  test('one file of several', () => {
    const files = { '/project/10-web.cfg': 'frontend f\n bind :443 ssl crt a.pem\n', '/project/00-global.cfg': 'global\n' }
    assert.equal(one(files).incomplete, true)
  })
})
