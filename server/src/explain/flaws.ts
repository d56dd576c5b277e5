import { cause, type Flaw, ofClient, ofServer, saidIn } from './entry.js'

/** Why a certificate is refused, whatever the words of the product. */
export const flaws = {
  'unknown-issuer': {
    means: ({ judge, holder }) =>
      `${judge} found no way from the certificate of ${holder} to a CA that it trusts: the issuer was neither sent along nor is it in the trust store.`,
    causes: [
      cause('the intermediate is missing from the file that is presented, which holds the leaf alone', 'missing-intermediate'),
      cause('the trust bundle holds another CA than the one that issued the certificate', 'issuer-not-trusted-by-peer'),
      cause('the trust bundle holds only an intermediate, without its root', 'incomplete-trust-bundle'),
      cause('the CA was renewed with a new key, and one side still has the old one', 'issuer-key-mismatch'),
      saidIn(
        'nginx',
        cause('the chain is longer than the verification depth: nginx says it as a missing issuer', 'verify-depth-too-small')
      ),
      cause('the trust bundle holds the leaf instead of its CA', 'end-entity-in-trust-bundle')
    ],
    change:
      'Present the leaf followed by every intermediate, and have the root that issued them in the trust bundle of the side that refuses.'
  },
  'unverified-first': {
    means: ({ judge, holder }) =>
      `${judge} received one certificate from ${holder} and could not take even the first step: its issuer was not sent and is not in the trust store.`,
    causes: [
      cause('the intermediate is missing from the file that is presented, which holds the leaf alone', 'missing-intermediate'),
      cause('the trust bundle holds another CA than the one that issued the certificate', 'issuer-not-trusted-by-peer'),
      cause('the trust bundle holds the leaf instead of its CA', 'end-entity-in-trust-bundle'),
      cause('the CA was renewed with a new key, and one side still has the old one', 'issuer-key-mismatch')
    ],
    change: 'Append the issuing CA to the file that is presented, or add it and its root to the trust bundle of the side that refuses.'
  },
  'issuer-without-root': {
    means: ({ judge, holder }) =>
      `${judge} knows an intermediate above the certificate of ${holder}, but not the root above that; an intermediate alone is no trust anchor for OpenSSL.`,
    causes: [
      cause('the trust bundle holds an intermediate without its root', 'incomplete-trust-bundle'),
      saidIn(
        'nginx',
        cause('the chain is longer than the verification depth, and part of it comes from the bundle', 'verify-depth-too-small')
      ),
      cause('the bundle holds a cross certificate whose own issuer is missing', 'incomplete-trust-bundle')
    ],
    change: 'Add the self-signed root to the trust bundle; sending it along does not help.'
  },
  'self-signed': {
    means: ({ judge, holder }) =>
      `${holder} presented a self-signed certificate, and ${judge} does not have that very certificate in its trust store.`,
    causes: [
      cause('a self-signed certificate made for development is presented where one of a CA is expected', 'issuer-not-trusted-by-peer'),
      cause(
        'the self-signed certificate was made anew and the trust bundle has the old one',
        'issuer-not-trusted-by-peer',
        'issuer-key-mismatch'
      ),
      ofServer('without SNI, or with an unknown one, the server answers with its default certificate', 'upstream-sni-missing'),
      cause('a root is presented in the place of the leaf', 'chain-out-of-order', 'wrong-file-kind')
    ],
    change: 'Present a certificate of a CA that the other side trusts, or put this very certificate into its trust bundle.'
  },
  'untrusted-root': {
    means: ({ judge, holder }) =>
      `${holder} sent a chain that ends in a self-signed root, and ${judge} does not have that root in its trust store; being sent does not make a root trusted.`,
    causes: [
      cause('the trust bundle holds another CA than the one that issued the certificate', 'issuer-not-trusted-by-peer'),
      cause('the CA was renewed with a new key, and the trust bundle has the old root', 'issuer-key-mismatch', 'same-name-trust-anchors'),
      cause(
        'the new root is sent before the cross certificate that would lead to the trusted one',
        'trust-anchor-in-chain',
        'chain-out-of-order'
      ),
      ofServer('a proxy that inspects TLS answers with a certificate of its own company CA')
    ],
    change: 'Add that root to the trust bundle of the side that refuses, once you know it to be the right one.'
  },
  expired: {
    means: ({ judge, holder }) =>
      `A certificate in the path of ${holder} is past its notAfter by the clock of ${judge}; it can be the leaf, an intermediate or the root itself.`,
    causes: [
      cause('the certificate has expired', 'certificate-expired'),
      cause('an expired CA is in the trust bundle, and is preferred to the renewed one that is sent', 'expired-trust-anchor'),
      cause('the certificate was renewed on disk but the process still holds the old one: it was not reloaded'),
      cause('the clock of the side that refuses is wrong')
    ],
    change: 'Renew the expired certificate, take expired CAs out of the trust bundle, and reload the processes that hold them.'
  },
  'not-yet-valid': {
    means: ({ judge, holder }) => `A certificate in the path of ${holder} begins to be valid only later, by the clock of ${judge}.`,
    causes: [
      cause('the clock of the side that refuses is behind, often in a virtual machine or container that slept'),
      cause('the certificate is valid only from a later date', 'certificate-not-yet-valid')
    ],
    change: 'Set the clock, or issue the certificate with an earlier notBefore.'
  },
  validity: {
    means: ({ judge, holder }) =>
      `A certificate in the path of ${holder} is outside its validity by the clock of ${judge}: expired, or not valid yet.`,
    causes: [
      cause('the certificate has expired', 'certificate-expired'),
      cause('an expired CA is in the trust bundle', 'expired-trust-anchor'),
      cause('the certificate is valid only from a later date', 'certificate-not-yet-valid'),
      cause('the clock of the side that refuses is wrong')
    ],
    change: 'Renew what has expired, reload the processes that hold it, and check both clocks.'
  },
  purpose: {
    means: ({ judge, holder }) =>
      `${judge} holds that the certificate of ${holder}, or a CA above it, is not meant for this use: its extended key usage or key usage says so.`,
    causes: [
      ofClient('the extended key usage lacks clientAuth; server certificates usually have serverAuth alone', 'missing-client-auth'),
      ofServer('the extended key usage lacks serverAuth', 'missing-server-auth'),
      cause('the extended key usage is anyExtendedKeyUsage, which OpenSSL does not take for TLS', 'any-extended-key-usage'),
      cause('the key usage lacks digitalSignature', 'missing-digital-signature'),
      cause('a CA above it has an extended key usage that excludes this use', 'missing-client-auth', 'missing-server-auth'),
      cause('the issuing CA is no CA by its basic constraints', 'issuer-not-a-ca')
    ],
    change: 'Issue the certificate anew with digitalSignature, and with clientAuth for a client or serverAuth for a server.'
  },
  name: {
    means: ({ judge, holder }) =>
      `The chain of ${holder} may well be good, but none of the names in its certificate is the one that ${judge} wanted to reach.`,
    causes: [
      cause('the name that is asked for is not among the subject alternative names', 'san-does-not-match', 'name-not-accepted-by-peer'),
      cause(
        'the certificate has no subject alternative names at all, only a common name',
        'missing-subject-alternative-name',
        'san-does-not-match'
      ),
      cause('no SNI was sent, so the server presented the certificate of its default name', 'upstream-sni-missing'),
      cause('the connection goes to an address, or to the name of an upstream group, and that is what is compared', 'san-does-not-match')
    ],
    change: 'Ask for a name that stands in the certificate, or issue it with the name that is asked for as a subject alternative name.'
  },
  address: {
    means: ({ judge, holder }) => `${judge} connects to an IP address, and the certificate of ${holder} does not list it as an address.`,
    causes: [
      cause('the address is not among the subject alternative names as an IP address', 'san-does-not-match'),
      cause('the address is written as a DNS name, which is not compared with addresses', 'san-does-not-match'),
      cause('the certificate has no subject alternative names', 'missing-subject-alternative-name')
    ],
    change: 'Connect by a name that the certificate has, or issue it with the address as an IP subject alternative name.'
  },
  'no-alternative-names': {
    means: ({ judge, holder }) =>
      `The certificate of ${holder} has no subject alternative name of the kind needed, and ${judge} does not look at the common name.`,
    causes: [
      cause('the certificate has only a common name', 'missing-subject-alternative-name'),
      cause('the connection goes to an address, and the certificate lists only DNS names', 'san-does-not-match')
    ],
    change: 'Issue the certificate with the name, or the address, as a subject alternative name.'
  },
  signature: {
    means: ({ judge, holder }) =>
      `${judge} found an issuer of the right name for the certificate of ${holder}, but the signature was not made with that issuer’s key.`,
    causes: [
      cause('the CA was made anew under the same name, with another key', 'issuer-key-mismatch'),
      cause('several CAs of one name are in the trust bundle without key identifiers: only the first is tried', 'same-name-trust-anchors'),
      cause('the certificate was damaged', 'malformed-certificate')
    ],
    change: 'Use the CA certificate whose key really signed this one, and give CAs key identifiers.'
  },
  'crl-missing': {
    means: ({ judge, holder }) =>
      `${judge} checks revocation and has no revocation list for one of the CAs above the certificate of ${holder}; then every certificate is refused.`,
    causes: [
      cause('the list of one CA is missing, mostly the one of the root', 'incomplete-crl'),
      cause('the CRL file holds no CRL', 'incomplete-crl', 'wrong-file-kind')
    ],
    change: 'Put a current CRL of every CA of the path, the root included, into the CRL file.'
  },
  'crl-date': {
    means: ({ judge, holder }) =>
      `A revocation list that ${judge} uses for the path of ${holder} is outside its dates; until there is a current one, every certificate is refused.`,
    causes: [cause('the CRL is past its nextUpdate', 'crl-expired'), cause('the clock of the side that refuses is wrong')],
    change: 'Fetch a current CRL, and have that done regularly.'
  },
  'crl-flaw': {
    means: ({ judge, holder }) =>
      `${judge} cannot use the revocation list for the path of ${holder}: its signature, its issuer or its form is not right.`,
    causes: [
      cause('the CRL was signed by another key than that of the CA in the path', 'incomplete-crl', 'issuer-key-mismatch'),
      cause('the key usage of the CA lacks cRLSign', 'issuer-not-a-ca', 'incomplete-crl')
    ],
    change: 'Use the CRL that this very CA signs, and give the CA cRLSign.'
  },
  revoked: {
    means: ({ judge, holder }) => `The certificate of ${holder}, or a CA above it, stands on a revocation list that ${judge} uses.`,
    causes: [
      cause('the certificate is on a CRL that the configuration names', 'revoked-certificate'),
      cause('its CA answers by OCSP that it is revoked')
    ],
    change: 'Issue a new certificate with a new key; find out why the old one was revoked.'
  },
  'path-length': {
    means: ({ judge, holder }) =>
      `Below a CA in the path of ${holder} are more intermediates than its path length constraint allows, says ${judge}.`,
    causes: [cause('the pathLenConstraint of a CA is too small for this chain', 'path-length-exceeded')],
    change: 'Issue from a CA higher up, or issue the constrained CA anew with a larger path length.'
  },
  depth: {
    means: ({ judge, holder }) => `The chain of ${holder} is longer than ${judge} is allowed to follow.`,
    causes: [
      cause('the verification depth is smaller than the number of intermediates', 'verify-depth-too-small'),
      cause('intermediates are in a loop of cross certificates', 'unrelated-certificate')
    ],
    change: 'Raise the verification depth to the number of CA certificates between leaf and root.'
  },
  'name-constraint': {
    means: ({ judge, holder }) => `A CA in the path of ${holder} may not issue for a name in that certificate, and ${judge} enforces it.`,
    causes: [
      cause('a name is outside the permitted, or inside the excluded, subtrees of a CA', 'name-constraint-violated'),
      cause(
        'there are no subject alternative names, so the common name is checked as a DNS name',
        'missing-subject-alternative-name',
        'name-constraint-violated'
      )
    ],
    change: 'Issue for a name inside the permitted subtrees, or from a CA without that constraint.'
  },
  'not-a-ca': {
    means: ({ judge, holder }) => `A certificate above that of ${holder} is not allowed to issue others, says ${judge}.`,
    causes: [
      cause('the issuer lacks basicConstraints CA:TRUE, or keyCertSign', 'issuer-not-a-ca'),
      cause('an end-entity certificate was used to sign another one', 'issuer-not-a-ca'),
      cause('an end-entity certificate stands in the trust bundle', 'end-entity-in-trust-bundle')
    ],
    change: 'Issue the CA anew with CA:TRUE and keyCertSign, then everything below it.'
  },
  'weak-key': {
    means: ({ judge, holder }) => `A key in the path of ${holder} is too short for the security level of ${judge}.`,
    causes: [cause('an RSA key is shorter than 2048 bits', 'weak-key')],
    change: 'Issue the certificate with an RSA key of at least 2048 bits, or with P-256.'
  },
  'weak-digest': {
    means: ({ judge, holder }) =>
      `A certificate in the path of ${holder} is signed with a digest, such as SHA-1 or MD5, that ${judge} no longer accepts.`,
    causes: [cause('a certificate other than the root is signed with SHA-1 or MD5', 'weak-signature')],
    change: 'Issue the certificate anew, signed with SHA-256 or better.'
  },
  malformed: {
    means: ({ judge, holder }) =>
      `${judge} cannot make sense of a certificate of ${holder}: a field is malformed, contradicts another, or is marked critical and unknown.`,
    causes: [
      cause('the certificate is damaged or was encoded wrongly', 'malformed-certificate', 'malformed-pem'),
      cause('a critical extension is one that this verifier does not know')
    ],
    change: 'Look at the certificate with Show Certificate, or mtls-lens inspect, and issue it anew.'
  },
  'no-certificate': {
    means: ({ judge, holder }) => `${judge} demands a certificate, and ${holder} sent none.`,
    causes: [
      cause('the client is configured without a certificate', 'client-certificate-missing'),
      cause(
        'the client has a certificate, but none of the CAs that the server names as acceptable, or of another key type, so it sent nothing',
        'issuer-not-trusted-by-peer'
      ),
      cause('the certificate and key do not belong together, so the client left them out', 'key-does-not-match-certificate'),
      cause('a proxy in between ends TLS and does not hand the client certificate on', 'plaintext-to-tls', 'tls-to-plaintext')
    ],
    change: 'Give the client a certificate with its key and chain, of a CA that the server trusts.'
  },
  unverified: {
    means: ({ judge, holder }) => `${judge} did not accept the certificate of ${holder}; these words do not say for which reason.`,
    causes: [
      cause(
        'an intermediate is missing, or the CA is not the trusted one',
        'missing-intermediate',
        'issuer-not-trusted-by-peer',
        'incomplete-trust-bundle'
      ),
      cause('the certificate has expired', 'certificate-expired'),
      ofClient('the extended key usage lacks clientAuth', 'missing-client-auth'),
      ofServer('the name that is asked for is not in the certificate', 'san-does-not-match', 'missing-subject-alternative-name'),
      ofServer('the extended key usage lacks serverAuth', 'missing-server-auth')
    ],
    change: 'Verify the chain that is presented against the trust bundle of the side that refuses: Verify Chain, or mtls-lens verify.'
  },
  'protocol-version': {
    means: ({ local, peer }) => `${local} and ${peer} have no TLS version in common.`,
    causes: [
      cause('the ranges of TLS versions of both sides do not overlap', 'no-common-tls-version', 'obsolete-tls-version'),
      cause('the versions are set in a server that is not the default for its address, where they have no effect', 'ineffective-setting')
    ],
    change: 'Enable TLS 1.2 and 1.3 on both sides.'
  },
  'no-shared-cipher': {
    means: ({ local, peer }) =>
      `${local} and ${peer} have no cipher suite or signature algorithm in common that the server’s key can serve.`,
    causes: [
      cause(
        'the key is of another kind than the certificate, which nginx’s configuration test does not notice',
        'key-does-not-match-certificate'
      ),
      cause('an EC certificate lacks digitalSignature, so TLS 1.2 cannot use it', 'missing-digital-signature'),
      cause('the cipher lists of both sides do not meet', 'weak-cipher', 'no-common-tls-version'),
      cause('there is no certificate for this listener or name', 'missing-certificate')
    ],
    change: 'Check that key and certificate belong together, and that both sides allow TLS 1.2 and 1.3 with their usual ciphers.'
  },
  plaintext: {
    means: ({ local, peer }) =>
      `${local} and ${peer} disagree on whether this connection is TLS: where one expected a TLS record, the other sent something else, mostly plain HTTP.`,
    causes: [
      cause('the listener does not speak TLS: listen without ssl, bind without ssl', 'tls-not-enabled', 'tls-to-plaintext'),
      cause('the client speaks plain HTTP to a TLS port', 'plaintext-to-tls'),
      cause('the port is the wrong one'),
      cause('the server expects another protocol first: a PROXY header, STARTTLS, a proxy’s CONNECT')
    ],
    change: 'Switch TLS on at the listener, or off at the client, and check the port.'
  },
  'closed-early': {
    means: ({ local, peer }) =>
      `The connection of ${local} ended in the middle of the handshake without a TLS alert, so ${peer} gave no reason.`,
    causes: [
      cause(
        'the other side refuses a missing or bad client certificate by closing the connection',
        'client-certificate-missing',
        'issuer-not-trusted-by-peer'
      ),
      cause('the other side does not speak TLS on this port', 'tls-not-enabled', 'tls-to-plaintext'),
      cause('a health check or port scanner only opens the connection'),
      cause('a firewall, load balancer or timeout in between cut it')
    ],
    change: 'Read the log of the other side at the same moment: the reason stands there.'
  },
  'key-mismatch': {
    means: ({ local }) => `${local} was given a private key that does not belong to its certificate.`,
    causes: [
      cause('the key belongs to another certificate', 'key-does-not-match-certificate'),
      cause('the leaf is not the first certificate of the file', 'chain-out-of-order'),
      cause('the certificate was renewed and the key was not, or the reverse', 'key-does-not-match-certificate')
    ],
    change: 'Put the leaf first, and use the key that was made for it.'
  },
  'file-missing': {
    means: ({ local }) => `${local} cannot open a file that its configuration names.`,
    causes: [
      cause('the file is not there, or the path is relative to another folder than it seems', 'file-not-found'),
      cause('the process may not read the file, or a folder above it')
    ],
    change: 'Correct the path, or put the file there with permissions for the process.'
  },
  'file-kind': {
    means: ({ local }) =>
      `${local} opened a file and did not find in it what belongs there: a key in the place of a certificate, DER instead of PEM, or nothing.`,
    causes: [
      cause('the file holds another kind of block than is expected', 'wrong-file-kind', 'wrong-pem-label'),
      cause('the PEM is damaged, or it is no PEM', 'malformed-pem', 'malformed-certificate')
    ],
    change: 'Name the file that holds the right kind of PEM block.'
  },
  'damaged-pem': {
    means: ({ local }) => `${local} found a PEM block that cannot be read: its lines or its base64 are damaged.`,
    causes: [
      cause(
        'a BEGIN or END line is glued to another, cut off, or misspelt, or the base64 is damaged',
        'malformed-pem',
        'malformed-certificate'
      )
    ],
    change: 'Repair the block: BEGIN and END on lines of their own, and nothing but base64 between.'
  },
  'encrypted-key': {
    means: ({ local }) => `${local} cannot decrypt its private key: it has no passphrase, or the wrong one.`,
    causes: [cause('the key is encrypted and no passphrase is configured, or it is wrong', 'private-key-encrypted')],
    change: 'Configure the passphrase, or use a key without one that only the process can read.'
  },
  'no-key': {
    means: ({ local }) => `${local} has a certificate without a private key for it.`,
    causes: [
      cause('the key is missing from the file or the setting', 'missing-certificate', 'key-does-not-match-certificate', 'wrong-file-kind'),
      cause('the key is encrypted, and so not found', 'private-key-encrypted'),
      cause('the file of the key is not there', 'file-not-found')
    ],
    change: 'Name the private key that belongs to the certificate.'
  },
  'nothing-presented': {
    means: ({ local }) => `${local} is to speak TLS and has no certificate to present.`,
    causes: [
      cause('the listener has no certificate', 'missing-certificate'),
      cause('a certificate is set for other names or another level only', 'missing-certificate')
    ],
    change: 'Give the listener a certificate and its key.'
  },
  'verification-without-ca': {
    means: ({ local }) => `${local} is to verify certificates and was given no CA to judge them by.`,
    causes: [
      cause('client verification is on without a CA', 'client-verification-without-ca'),
      cause('upstream verification is on without a CA', 'upstream-verification-without-ca')
    ],
    change: 'Name the bundle of CAs that the other side’s certificates come from.'
  },
  'wrong-setting': {
    means: ({ local }) => `${local} refuses its configuration: a setting or its value is not one that it knows in this place.`,
    causes: [
      cause('the value is none that the setting takes', 'invalid-value'),
      cause('the setting does not exist, or the line before lacks its end', 'syntax-error'),
      cause('the setting stands where it is not allowed', 'directive-not-allowed-here'),
      cause('the setting stands twice, or contradicts another', 'duplicate-setting', 'conflicting-settings')
    ],
    change: 'Correct the line that the message names, or the one before it.'
  },
  sni: {
    means: ({ judge, holder }) => `${judge} knows no server of the name that ${holder} asked for with SNI, or ${holder} asked for none.`,
    causes: [
      cause('no SNI is sent', 'upstream-sni-missing'),
      cause('the name that is asked for is not configured, and unknown names are refused', 'san-does-not-match'),
      cause('the connection goes to an address, and addresses are no SNI')
    ],
    change: 'Send the name that the server is configured for, or give it a default.'
  },
  fallback: {
    means: ({ judge, holder }) => `${judge} refused the certificate of ${holder}, and gave a reason that has no closer explanation here.`,
    causes: [],
    change: 'Verify the chain that is presented: Verify Chain, or mtls-lens verify.'
  }
} as const satisfies Record<string, Flaw>

export type FlawId = keyof typeof flaws
