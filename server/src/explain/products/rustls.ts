import { cause, type ErrorEntry } from '../entry.js'
import { connection, tableOf } from '../table.js'

const entry = tableOf('rustls', 'https://docs.rs/rustls/latest/rustls/enum.CertificateError.html')
const invalid = (name: string, words = ''): RegExp =>
  new RegExp(`invalid peer certificate: ${name}\\b|InvalidCertificate\\(${name}\\b${words && `|${words}`}`)

export const rustlsEntries: readonly ErrorEntry[] = [
  entry('unknown-issuer', invalid('UnknownIssuer'), 'unknown-issuer', {
    causes: [
      cause('the root store does not hold the CA', 'issuer-not-trusted-by-peer'),
      cause('the intermediate is missing from what is presented', 'missing-intermediate'),
      cause('the root store holds the leaf, which rustls does not take for an anchor', 'end-entity-in-trust-bundle')
    ]
  }),
  entry('expired', invalid('(?:Expired|certificate expired)'), 'expired'),
  entry('not-yet-valid', invalid('(?:NotValidYet|certificate not valid yet)'), 'not-yet-valid'),
  entry('name', invalid('(?:NotValidForName|certificate not valid for name)'), 'name'),
  entry('purpose', invalid('InvalidPurpose'), 'purpose'),
  entry('revoked', invalid('Revoked'), 'revoked'),
  entry('signature', invalid('BadSignature'), 'signature'),
  entry(
    'malformed',
    invalid(
      '(?:BadEncoding|UnhandledCriticalExtension|Other\\(OtherError\\((?:UnsupportedCertVersion|CaUsedAsEndEntity)\\)\\))',
      '\\bCaUsedAsEndEntity\\b'
    ),
    'malformed',
    {
      causes: [
        cause('a CA certificate is presented in the place of the leaf; self-signed ones of openssl req are CAs', 'chain-out-of-order'),
        cause('the certificate is version 1, or damaged', 'malformed-certificate')
      ]
    }
  ),
  entry('revocation', invalid('(?:UnknownRevocationStatus|ExpiredRevocationList)'), 'crl-missing'),
  entry('no-certificate', /peer sent no certificates|NoCertificatesPresented/, 'no-certificate', { role: 'server' }),
  entry(
    'plaintext',
    /received corrupt message of type (?:InvalidContentType|Other)|InvalidMessage\(InvalidContentType\)/,
    'plaintext',
    connection
  ),
  entry(
    'version',
    /peer is incompatible: (?:Tls12NotOfferedOrEnabled|Tls13RequiredForQuic|NoCipherSuitesInCommon|ServerDoesNotSupportTls12Or13)/,
    'protocol-version',
    connection
  )
]
