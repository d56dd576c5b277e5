/** The certificates of the oracle, in the words of `test/pki.ts`: clients of every kind of flaw, and the bundles that judge them. */
export const oraclePki = `
server-ca.pem: {subject: "CN=Server CA"}
server.pem: {issuer: server-ca, san: ["*.example.test", example.test, a.test, b.test, c.test, plain.test]}
server.key: {key: server}
server-rsa.pem: {issuer: server-ca, key: rsa2048, san: ["*.example.test", a.test]}
server-rsa.key: {key: server-rsa}
server-expired.pem: {issuer: server-ca, san: [a.test], notAfter: 2021-01-01}
server-expired.key: {key: server-expired}
server-future.pem: {issuer: server-ca, san: [a.test], notBefore: 2044-01-01}
server-future.key: {key: server-future}
server-client-eku.pem: {issuer: server-ca, san: [a.test], eku: client}
server-client-eku.key: {key: server-client-eku}
server-any-eku.pem: {issuer: server-ca, san: [a.test], eku: any}
server-any-eku.key: {key: server-any-eku}
server-no-eku.pem: {issuer: server-ca, san: [a.test]}
server-no-eku.key: {key: server-no-eku}
server-ke.pem: {issuer: server-ca, san: [a.test], ku: keyEncipherment}
server-ke.key: {key: server-ke}
server-rsa-ke.pem: {issuer: server-ca, san: [a.test], ku: keyEncipherment, key: rsa2048}
server-rsa-ke.key: {key: server-rsa-ke}
server-cn.pem: {issuer: server-ca, subject: "CN=a.test", san: []}
server-cn.key: {key: server-cn}
server-ip.pem: {issuer: server-ca, san: ["ip:127.0.0.1"]}
server-ip.key: {key: server-ip}
server-self.pem: {san: [a.test], ca: false}
server-self.key: {key: server-self}
server-int: {issuer: server-ca}
server-lone.pem: {issuer: server-int, san: [a.test]}
server-lone.key: {key: server-lone}
server-chain.pem: [server-lone, server-int]
server-int.pem: [server-int]
server-both.pem: [server, server.key]
server-rsa-both.pem: [server-rsa, server-rsa.key]
server-lone-both.pem: [server-lone, server-lone.key]
server-chain-both.pem: [server-lone, server-int, server-lone.key]
server-ke-both.pem: [server-ke, server-ke.key]
server-expired-both.pem: [server-expired, server-expired.key]
b-only.pem: {issuer: server-ca, san: [b.test]}
b-only.key: {key: b-only}
b-only-both.pem: [b-only, b-only.key]

root.pem: {subject: "C=DE, O=Acme, CN=Acme Root"}
int: {issuer: root, subject: "C=DE, O=Acme, CN=Acme Issuing 1"}
root-and-int.pem: [root, int]
int.pem: [int]
direct.pem: {issuer: root, eku: client}
direct.key: {key: direct}
leaf: {issuer: int, eku: client, subject: "C=DE, O=Acme, CN=leaf"}
lone.pem: [leaf]
chain.pem: [leaf, int]
full.pem: [leaf, int, root]
leaf.key: {key: leaf}
chain-both.pem: [leaf, int, leaf.key]
direct-both.pem: [direct, direct.key]
other-root.pem: {subject: "CN=Other Root"}
other-int: {issuer: other-root}
stranger: {issuer: other-int, eku: client}
stranger-lone.pem: [stranger]
stranger-chain.pem: [stranger, other-int]
stranger-full.pem: [stranger, other-int, other-root]
stranger.key: {key: stranger}
self.pem: {eku: client, ca: false}
self.key: {key: self}
self-eku.pem: {eku: server, ca: false}
self-eku.key: {key: self-eku}
expired.pem: {issuer: root, eku: client, notAfter: 2021-01-01}
expired.key: {key: expired}
future.pem: {issuer: root, eku: client, notBefore: 2044-01-01}
future.key: {key: future}
expired-stranger.pem: {issuer: other-int, eku: client, notAfter: 2021-01-01}
expired-stranger.key: {key: expired-stranger}
expired-eku.pem: {issuer: root, eku: server, notAfter: 2021-01-01}
expired-eku.key: {key: expired-eku}
eku-server.pem: {issuer: root, eku: server}
eku-server.key: {key: eku-server}
eku-any.pem: {issuer: root, eku: any}
eku-any.key: {key: eku-any}
eku-both.pem: {issuer: root, eku: [client, server]}
eku-both.key: {key: eku-both}
eku-none.pem: {issuer: root}
eku-none.key: {key: eku-none}
eku-email.pem: {issuer: root, eku: email}
eku-email.key: {key: eku-email}
eku-stranger.pem: {issuer: other-int, eku: server}
eku-stranger-chain.pem: [eku-stranger, other-int]
eku-stranger.key: {key: eku-stranger}
ku-encipherment.pem: {issuer: root, eku: client, ku: keyEncipherment}
ku-encipherment.key: {key: ku-encipherment}
ku-agreement.pem: {issuer: root, eku: client, ku: keyAgreement}
ku-agreement.key: {key: ku-agreement}
ku-signature.pem: {issuer: root, eku: client, ku: digitalSignature}
ku-signature.key: {key: ku-signature}
ku-repudiation.pem: {issuer: root, eku: client, ku: nonRepudiation}
ku-repudiation.key: {key: ku-repudiation}
rsa.pem: {issuer: root, eku: client, key: rsa2048}
rsa.key: {key: rsa}
ec384.pem: {issuer: root, eku: client, key: p384}
ec384.key: {key: ec384}
ec521.pem: {issuer: root, eku: client, key: p521}
ec521.key: {key: ec521}
ed.pem: {issuer: root, eku: client, key: ed25519}
ed.key: {key: ed}
v1.pem: {issuer: root, version: 1}
v1.key: {key: v1}
ca-leaf.pem: {issuer: root, ca: true, ku: digitalSignature}
ca-leaf.key: {key: ca-leaf}
ca-client.pem: {issuer: root, ca: true, ku: [keyCertSign, cRLSign]}
ca-client.key: {key: ca-client}
sha1-root.pem: {key: rsa2048}
sha1.pem: {issuer: sha1-root, eku: client, hash: sha1}
sha1.key: {key: sha1}

int-expired: {issuer: root, notAfter: 2021-01-01}
of-expired: {issuer: int-expired, eku: client}
of-expired.pem: [of-expired, int-expired]
of-expired.key: {key: of-expired}
int-future: {issuer: root, notBefore: 2044-01-01}
of-future: {issuer: int-future, eku: client}
of-future.pem: [of-future, int-future]
of-future.key: {key: of-future}
int-eku: {issuer: root, eku: server}
of-eku: {issuer: int-eku}
of-eku.pem: [of-eku, int-eku]
of-eku.key: {key: of-eku}
int-any: {issuer: root, eku: any}
of-any: {issuer: int-any, eku: client}
of-any.pem: [of-any, int-any]
of-any.key: {key: of-any}
int-both: {issuer: root, eku: [client, server]}
of-both: {issuer: int-both, eku: client}
of-both.pem: [of-both, int-both]
of-both.key: {key: of-both}
int-no-ca: {issuer: root, ca: false, ku: keyCertSign}
of-no-ca: {issuer: int-no-ca, eku: client}
of-no-ca.pem: [of-no-ca, int-no-ca]
of-no-ca.key: {key: of-no-ca}
int-no-sign: {issuer: root, ca: true, ku: cRLSign}
of-no-sign: {issuer: int-no-sign, eku: client}
of-no-sign.pem: [of-no-sign, int-no-sign]
of-no-sign.key: {key: of-no-sign}
int-no-bc: {issuer: root, noBasicConstraints: true, ku: keyCertSign}
of-no-bc: {issuer: int-no-bc, eku: client}
of-no-bc.pem: [of-no-bc, int-no-bc]
of-no-bc.key: {key: of-no-bc}
int-v1: {issuer: root, version: 1}
of-v1: {issuer: int-v1, eku: client}
of-v1.pem: [of-v1, int-v1]
of-v1.key: {key: of-v1}
int-pathlen: {issuer: root, pathLength: 0}
below-pathlen: {issuer: int-pathlen}
of-pathlen: {issuer: below-pathlen, eku: client}
of-pathlen.pem: [of-pathlen, below-pathlen, int-pathlen]
of-pathlen.key: {key: of-pathlen}
int-names: {issuer: root, permitted: [example.test]}
of-names: {issuer: int-names, eku: client, san: [client.other.test]}
of-names.pem: [of-names, int-names]
of-names.key: {key: of-names}
of-names-good: {issuer: int-names, eku: client, subject: "CN=client.example.test", san: [client.example.test]}
of-names-good.pem: [of-names-good, int-names]
of-names-good.key: {key: of-names-good}
int-excluded: {issuer: root, excluded: [other.test]}
of-excluded: {issuer: int-excluded, eku: client, san: [client.other.test]}
of-excluded.pem: [of-excluded, int-excluded]
of-excluded.key: {key: of-excluded}
forged.pem: {issuer: plain-root, signedBy: other-root, eku: client, noKeyIdentifiers: true}
forged.key: {key: forged}
plain-root.pem: {noKeyIdentifiers: true}
forged-with-ids.pem: {issuer: root, signedBy: other-root, eku: client, authorityKeyId: "0102030405060708090a0b0c0d0e0f1011121314"}
forged-with-ids.key: {key: forged-with-ids}
deep1: {issuer: root}
deep2: {issuer: deep1}
deep3: {issuer: deep2}
of-deep2: {issuer: deep2, eku: client}
of-deep2.pem: [of-deep2, deep2, deep1]
of-deep2-unordered.pem: [of-deep2, deep1, deep2]
of-deep2.key: {key: of-deep2}
of-deep3: {issuer: deep3, eku: client}
of-deep3.pem: [of-deep3, deep3, deep2, deep1]
of-deep3.key: {key: of-deep3}
root-and-deep.pem: [root, deep1, deep2]
lone-deep2.pem: [of-deep2]
unrelated.pem: [direct, other-int, other-root]
duplicated.pem: [leaf, int, int]
ten.pem: [leaf, other-int, deep1, deep2, deep3, int-any, int-both, int-eku, int, root]
issuer-first.pem: [int, leaf]
revoked: {issuer: int, eku: client}
revoked.pem: [revoked, int]
revoked.key: {key: revoked}
revoked-direct.pem: {issuer: root, eku: client}
revoked-direct.key: {key: revoked-direct}
int-revoked: {issuer: root}
of-revoked: {issuer: int-revoked, eku: client}
of-revoked.pem: [of-revoked, int-revoked]
of-revoked.key: {key: of-revoked}

root-crl: {crl: root, revoked: [revoked-direct, int-revoked]}
int-crl: {crl: int, revoked: [revoked]}
int-revoked-crl: {crl: int-revoked}
int-expired-crl: {crl: int, revoked: [revoked], nextUpdate: 2021-01-01}
int-future-crl: {crl: int, revoked: [revoked], thisUpdate: 2044-01-01, nextUpdate: 2045-01-01}
int-forged-crl: {crl: int, signedBy: other-root}
other-crl: {crl: other-root}
all.crl: {bundle: [root-crl, int-crl, int-revoked-crl]}
int-only.crl: {bundle: [int-crl]}
root-only.crl: {bundle: [root-crl]}
expired.crl: {bundle: [root-crl, int-expired-crl]}
future.crl: {bundle: [root-crl, int-future-crl]}
forged.crl: {bundle: [root-crl, int-forged-crl]}
other.crl: {bundle: [other-crl]}
expired-and-current.crl: {bundle: [root-crl, int-expired-crl, int-crl]}
no-lists.crl: {bundle: [root]}
bundle-with-crl.pem: [root, root-crl, int-crl]

expired-root.pem: {notAfter: 2021-01-01}
of-expired-root.pem: {issuer: expired-root, eku: client}
of-expired-root.key: {key: of-expired-root}
root-eku.pem: {eku: server}
of-root-eku.pem: {issuer: root-eku}
of-root-eku.key: {key: of-root-eku}
root-no-sign.pem: {ku: cRLSign}
of-root-no-sign.pem: {issuer: root-no-sign, eku: client}
of-root-no-sign.key: {key: of-root-no-sign}
root-no-ca.pem: {ca: false}
of-root-no-ca.pem: {issuer: root-no-ca, eku: client}
of-root-no-ca.key: {key: of-root-no-ca}
all-roots.pem: [root, plain-root, sha1-root, expired-root, root-eku, root-no-sign, root-no-ca]
`

/** Client certificates with their keys; the first is none. */
export const oracleClients: Readonly<Record<string, { readonly cert?: string; readonly key?: string }>> = {
  none: {},
  ...Object.fromEntries(
    [
      'direct',
      'lone leaf',
      'chain leaf',
      'full leaf',
      'stranger-lone stranger',
      'stranger-chain stranger',
      'stranger-full stranger',
      'self',
      'self-eku',
      'expired',
      'future',
      'expired-stranger',
      'expired-eku',
      'eku-server',
      'eku-any',
      'eku-both',
      'eku-none',
      'eku-email',
      'eku-stranger',
      'eku-stranger-chain eku-stranger',
      'ku-encipherment',
      'ku-agreement',
      'ku-signature',
      'ku-repudiation',
      'rsa',
      'ed',
      'ec384',
      'ec521',
      'v1',
      'ca-leaf',
      'ca-client',
      'sha1',
      'of-expired',
      'of-future',
      'of-eku',
      'of-any',
      'of-both',
      'of-no-ca',
      'of-no-sign',
      'of-no-bc',
      'of-v1',
      'of-pathlen',
      'of-names',
      'of-names-good',
      'of-excluded',
      'forged',
      'forged-with-ids',
      'of-deep2',
      'of-deep2-unordered of-deep2',
      'of-deep3',
      'lone-deep2 of-deep2',
      'unrelated direct',
      'duplicated leaf',
      'ten leaf',
      'revoked',
      'revoked-direct',
      'of-revoked',
      'of-expired-root',
      'of-root-eku',
      'of-root-no-sign',
      'of-root-no-ca'
    ].map(it => {
      const [cert, key = cert] = it.split(' ')
      return [cert!, { cert: `${cert}.pem`, key: `${key}.key` }] as const
    })
  )
}
