import { cause, type ErrorEntry, type Flaw, ofClient, ofServer, rfc8446 } from './entry.js'
import { type FlawId, flaws } from './flaws.js'

interface Alert {
  /** RFC 8446: what OpenSSL and BoringSSL write with blanks, or with underscores in capitals. */
  readonly name: string
  readonly number: number
  /** Go's words, where they differ. */
  readonly go?: string
  readonly flaw: Flaw
  readonly concerns: ErrorEntry['concerns']
  /** The only side that sends it. */
  readonly from?: 'client' | 'server'
}

const about = (id: FlawId, changed: Partial<Flaw> = {}): Flaw => ({ ...flaws[id], ...changed })

/** What each alert means where both sides have certificates: who sends one rejects what the receiver presented. */
const alerts: readonly Alert[] = [
  {
    name: 'unknown_ca',
    number: 48,
    go: 'unknown certificate authority',
    concerns: 'certificate',
    flaw: about('unknown-issuer', {
      means: ({ judge, holder }) => `${judge} rejects the certificate of ${holder}: its chain leads to no CA that ${judge} trusts.`
    })
  },
  {
    name: 'bad_certificate',
    number: 42,
    concerns: 'certificate',
    flaw: {
      means: ({ judge, holder }) =>
        `${judge} rejects the certificate of ${holder}, or that none was sent: the alert covers many reasons, and the log of ${judge} has the real one.`,
      causes: [
        ofClient('no client certificate was sent at all: Go and Java say it so below TLS 1.3', 'client-certificate-missing'),
        ofServer(
          'the name that is asked for is not in the certificate: OpenSSL clients answer so',
          'san-does-not-match',
          'missing-subject-alternative-name'
        ),
        cause(
          'the chain leads to no trusted CA: Go and Java also say it so',
          'missing-intermediate',
          'issuer-not-trusted-by-peer',
          'incomplete-trust-bundle'
        ),
        ofClient('the extended key usage lacks clientAuth', 'missing-client-auth'),
        cause('the certificate is not valid yet', 'certificate-not-yet-valid'),
        cause('a key is too short, or a signature too weak', 'weak-key', 'weak-signature'),
        cause('the certificate has expired', 'certificate-expired')
      ],
      change: 'Read the log of the side that sent the alert; then mend the certificate that the other side presents.'
    }
  },
  { name: 'unsupported_certificate', number: 43, concerns: 'certificate', flaw: flaws.purpose },
  { name: 'certificate_revoked', number: 44, go: 'revoked certificate', concerns: 'certificate', flaw: flaws.revoked },
  { name: 'certificate_expired', number: 45, go: 'expired certificate', concerns: 'certificate', flaw: flaws.expired },
  {
    name: 'certificate_unknown',
    number: 46,
    go: 'unknown certificate',
    concerns: 'certificate',
    flaw: about('unverified', {
      means: ({ judge, holder }) =>
        `${judge} rejects the certificate of ${holder} for a reason without an alert of its own. Java says it for nearly every failed check; browsers say it when their user does not accept the certificate.`,
      causes: [
        cause(
          'the CA is not in the trust store of the side that rejects',
          'issuer-not-trusted-by-peer',
          'missing-intermediate',
          'incomplete-trust-bundle'
        ),
        ...flaws.unverified.causes.slice(1),
        cause('a name constraint of a CA is violated', 'name-constraint-violated')
      ]
    })
  },
  { name: 'certificate_required', number: 116, concerns: 'certificate', from: 'server', flaw: flaws['no-certificate'] },
  {
    name: 'no_certificate',
    number: 41,
    concerns: 'certificate',
    flaw: flaws['no-certificate']
  },
  {
    name: 'handshake_failure',
    number: 40,
    concerns: 'connection',
    flaw: {
      means: ({ judge, holder }) =>
        `${judge} gives up because it finds nothing that suits both sides; in mutual TLS below version 1.3 it is also how a server says that ${holder} sent no certificate.`,
      causes: [
        cause('below TLS 1.3: the server demands a client certificate and got none', 'client-certificate-missing'),
        cause('key and certificate of the server are of different kinds', 'key-does-not-match-certificate'),
        cause('an EC server certificate lacks digitalSignature', 'missing-digital-signature'),
        cause('no cipher suite or signature algorithm in common', 'no-common-tls-version', 'weak-cipher'),
        cause('the listener has no certificate for this name', 'missing-certificate')
      ],
      change: 'Look whether the server asks for a client certificate, then compare keys, TLS versions and ciphers of both sides.'
    }
  },
  {
    name: 'decrypt_error',
    number: 51,
    go: 'error decrypting message',
    concerns: 'certificate',
    flaw: about('signature', {
      means: ({ judge, holder }) =>
        `${judge} could not verify a signature of ${holder}: that of a certificate or CRL in its path, or the one that proves possession of the private key.`,
      causes: [
        ...flaws.signature.causes.slice(0, 2),
        cause('the private key does not belong to the certificate', 'key-does-not-match-certificate')
      ]
    })
  },
  { name: 'protocol_version', number: 70, go: 'protocol version not supported', concerns: 'connection', flaw: flaws['protocol-version'] },
  {
    name: 'insufficient_security',
    number: 71,
    go: 'insufficient security level',
    concerns: 'connection',
    flaw: flaws['no-shared-cipher']
  },
  {
    name: 'internal_error',
    number: 80,
    concerns: 'connection',
    flaw: {
      means: ({ judge }) =>
        `${judge} could not go on for a reason of its own, which stands in its log and has nothing to do with the other side.`,
      causes: [
        cause('a certificate whose path holds a variable is not there for this name', 'file-not-found', 'missing-certificate'),
        cause('the listener has no certificate to present', 'missing-certificate'),
        cause('the key does not belong to the certificate', 'key-does-not-match-certificate')
      ],
      change: 'Read the log of the side that sent the alert.'
    }
  },
  {
    name: 'access_denied',
    number: 49,
    concerns: 'certificate',
    flaw: {
      means: ({ judge, holder }) => `The certificate of ${holder} is valid, but ${judge} does not let its owner in.`,
      causes: [
        cause('the name in the certificate is not among those that are accepted', 'name-not-accepted-by-peer', 'san-does-not-match')
      ],
      change: 'Add the identity to those that are accepted, or present another certificate.'
    }
  },
  { name: 'unrecognized_name', number: 112, concerns: 'connection', from: 'server', flaw: flaws.sni },
  {
    name: 'bad_certificate_status_response',
    number: 113,
    concerns: 'certificate',
    flaw: {
      means: ({ judge, holder }) => `${judge} does not accept the stapled OCSP response of ${holder}, or demands one and got none.`,
      causes: [cause('the stapled OCSP response is missing, old or of another CA')],
      change: 'Check OCSP stapling at the server: the responder must be reachable, and the issuer known.'
    }
  },
  {
    name: 'no_application_protocol',
    number: 120,
    concerns: 'connection',
    flaw: {
      means: ({ local, peer }) => `${local} and ${peer} have no application protocol (ALPN) in common, such as h2 and http/1.1.`,
      causes: [cause('one side offers only h2 and the other does not have it')],
      change: 'Enable HTTP/2 on the side that lacks it, or let the other offer http/1.1 too.'
    }
  },
  {
    name: 'missing_extension',
    number: 109,
    concerns: 'connection',
    flaw: {
      means: ({ judge, holder }) =>
        `${judge} needs an extension that ${holder} left out of its message, such as server_name or signature_algorithms.`,
      causes: [cause('no SNI is sent to a server that demands it', 'upstream-sni-missing'), cause('a TLS library is old or incomplete')],
      change: 'Send SNI; else bring the TLS library up to date.'
    }
  },
  {
    name: 'illegal_parameter',
    number: 47,
    concerns: 'connection',
    flaw: {
      means: ({ judge, holder }) =>
        `${judge} holds that ${holder} broke the protocol: a field contradicts what was agreed. The cause is software, rarely configuration.`,
      causes: [cause('a middlebox or an old TLS library changes or misunderstands the handshake')],
      change: 'Bring both TLS libraries up to date, and try without what stands between them.'
    }
  },
  {
    name: 'decode_error',
    number: 50,
    go: 'error decoding message',
    concerns: 'connection',
    flaw: {
      means: ({ judge, holder }) => `${judge} cannot read a message of ${holder}, often because a certificate in it is malformed.`,
      causes: [cause('a certificate is malformed', 'malformed-certificate'), cause('the two TLS libraries disagree')],
      change: 'Inspect the certificates that are presented.'
    }
  },
  {
    name: 'unexpected_message',
    number: 10,
    concerns: 'connection',
    flaw: {
      means: ({ judge, holder }) => `${judge} got a message of ${holder} at the wrong moment of the handshake.`,
      causes: [
        cause('renegotiation, or a client certificate asked for after the handshake, that the other side does not support'),
        cause('a TLS library is at fault')
      ],
      change: 'Ask for the client certificate in the first handshake, by name or port and not by path.'
    }
  },
  {
    name: 'inappropriate_fallback',
    number: 86,
    concerns: 'connection',
    flaw: flaws['protocol-version']
  }
]

/** One entry an alert and direction, in the words of all products; the line tells whose they are. */
export const alertEntries: readonly ErrorEntry[] = alerts.flatMap(alert => {
  const common = { product: 'tls' as const, concerns: alert.concerns, citation: rfc8446, ...alert.flaw }
  return [
    { ...common, id: `alert/${alert.name}/received`, pattern: receivedPattern(alert), by: alert.from ?? 'other-side' },
    { ...common, id: `alert/${alert.name}/sent`, pattern: sentPattern(alert), by: alert.from ?? 'this-side' }
  ]
})

function receivedPattern({ name, number, go }: Alert): RegExp {
  const blank = name.replaceAll('_', '[ _]')
  const camel = name.replaceAll('_', '')
  return new RegExp(
    [
      // OpenSSL and BoringSSL: `tlsv1 alert unknown ca`, `SSLV3_ALERT_BAD_CERTIFICATE`, `tlsv1 unrecognized name`.
      `(?:ssl\\/tls|tlsv1[0-3]?|sslv3|ssl_tls)[ _](?:alert[ _])?${blank}(?![ _]\\w)(?::SSL alert number \\d+)?`,
      `\\bSSL alert number ${number}\\b`,
      `\\bSSL3 alert read: ?(?:fatal|warning): ?${blank}`,
      // curl -v
      `\\(IN\\), TLS alert, ${blank}`,
      // Go
      `remote error: tls: ${go ?? name.replaceAll('_', ' ')}(?![ \\w]*authority)`,
      ...(go?.endsWith('authority') ? [`remote error: tls: ${go}`] : []),
      // Java, rustls
      `received (?:fatal|warning) alert: ?\\(?${blank}\\b`,
      `received (?:fatal )?alert: ?${camel}\\b`,
      `AlertReceived\\(${camel}\\)`
    ].join('|'),
    'i'
  )
}

function sentPattern({ name }: Alert): RegExp {
  const blank = name.replaceAll('_', '[ _]')
  return new RegExp(
    [
      `\\bSSL3 alert write: ?(?:fatal|warning): ?${blank}`,
      `\\(OUT\\), TLS alert, ${blank}`,
      `\\bsent (?:TLS |fatal )?alert:? ${blank}`,
      `fatal error: ${blank}: `
    ].join('|'),
    'i'
  )
}
