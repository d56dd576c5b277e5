import { cause, type ErrorEntry, measuredNginx } from '../entry.js'
import { configuration, connection, tableOf, umbrella } from '../table.js'

const entry = tableOf('nginx', measuredNginx)

export const nginxEntries: readonly ErrorEntry[] = [
  entry('client-sent-no-certificate', /client sent no required SSL certificate|No required SSL certificate was sent/i, 'no-certificate', {
    role: 'server',
    means: ({ judge, holder }) =>
      `The handshake with ${judge} succeeded, but ${holder} sent no certificate and ssl_verify_client is on, so the request is answered with status 400 (496 within nginx).`,
    causes: [
      cause('the client is configured without a certificate', 'client-certificate-missing'),
      cause(
        'the handshake was led by a default server that asks for none, because SNI was missing or unknown',
        'mixed-client-verification',
        'upstream-sni-missing',
        'default-name-unverified'
      ),
      cause(
        'a proxy in front has no proxy_ssl_certificate, or one whose key is of another kind, and so sends none',
        'client-certificate-missing',
        'key-does-not-match-certificate'
      ),
      cause('the CAs that are named as acceptable do not include the client’s, so it sent nothing', 'issuer-not-trusted-by-peer')
    ]
  }),
  entry('client-certificate-error', /The SSL certificate error/i, 'unverified', {
    role: 'server',
    ...umbrella,
    means: ({ judge, holder }) =>
      `${judge} finished the handshake, found the certificate of ${holder} bad, and answers status 400 (495 within nginx); the number and words stand in its error log.`
  }),
  entry('upstream-name', /upstream SSL certificate does not match "[^"]{0,300}"/i, 'name', {
    role: 'client',
    causes: [
      cause('the certificate of the upstream does not have the name of proxy_ssl_name', 'san-does-not-match'),
      cause('without proxy_ssl_name the name of the upstream group, or the address in proxy_pass, is compared', 'san-does-not-match'),
      cause('proxy_ssl_server_name is off, so the upstream answers with its default certificate', 'upstream-sni-missing'),
      cause('the certificate has no subject alternative names', 'missing-subject-alternative-name')
    ],
    change: 'Set proxy_ssl_name to a name in the certificate of the upstream, and proxy_ssl_server_name on.'
  }),
  entry('other-server-name', /client attempted to request the server name different from the one that was negotiated/i, 'name', {
    role: 'server',
    ...connection,
    means: ({ judge, holder }) =>
      `${holder} made the TLS handshake for one name (SNI) and then asked for another (Host); as one of the two demands certificates, ${judge} answers 421.`,
    causes: [
      cause('several names share the address, and only some demand a certificate', 'mixed-client-verification', 'default-name-unverified'),
      cause('a client or proxy reuses a connection, or sends another SNI than Host', 'upstream-sni-missing', 'shared-upstream-session')
    ],
    change: 'Let the client send the same name as SNI and Host, or give names with and without certificates different addresses.'
  }),
  entry('plain-http', /client sent plain HTTP request to HTTPS port|The plain HTTP request was sent to HTTPS port/i, 'plaintext', {
    role: 'server',
    by: 'server',
    ...connection,
    means: ({ judge, holder }) => `${holder} spoke plain HTTP to a TLS listener of ${judge}, which answers 400 (497 within nginx).`,
    causes: [
      cause('the client, or a proxy in front, uses http:// or has no TLS configured for this port', 'plaintext-to-tls', 'tls-not-enabled'),
      cause('a load balancer ends TLS and hands plain HTTP to the TLS port', 'plaintext-to-tls')
    ],
    change: 'Use https:// towards this port; behind a proxy that ends TLS, listen without ssl.'
  }),
  entry(
    'no-client-ca',
    /no ssl_client_certificate for ssl_(?:verify_client|ocsp)|no ssl_trusted_certificate for ssl_verify_client/,
    'verification-without-ca',
    {
      ...configuration,
      causes: [
        cause('ssl_verify_client is on or optional, and there is no ssl_client_certificate at this level', 'client-verification-without-ca')
      ],
      change: 'Set ssl_client_certificate to the bundle of CAs that issue client certificates.'
    }
  ),
  entry(
    'no-upstream-ca',
    /no (?:proxy|grpc|uwsgi)_ssl_trusted_certificate for (?:proxy|grpc|uwsgi)_ssl_verify/,
    'verification-without-ca',
    {
      ...configuration,
      causes: [cause('upstream verification is on, and there is no trusted certificate at this level', 'upstream-verification-without-ca')],
      change: 'Set proxy_ssl_trusted_certificate to the CA of the upstream.'
    }
  ),
  entry(
    'bundle-missing',
    /(?:SSL_CTX_load_verify_locations|X509_LOOKUP_load_file)\("[^"]{0,500}"\) failed[^\n]{0,40}(?:No such file|no such file)(?: or directory)?/,
    'file-missing',
    configuration
  ),
  entry(
    'bundle-kind',
    /(?:SSL_CTX_load_verify_locations|X509_LOOKUP_load_file)\("[^"]{0,500}"\) failed[^\n]{0,120}no certificate or crl found/,
    'file-kind',
    {
      ...configuration,
      causes: [
        cause(
          'the file holds no PEM certificate: it is empty, DER, a key, or comments only',
          'wrong-file-kind',
          'malformed-pem',
          'wrong-pem-label'
        ),
        cause('ssl_crl names a file without a CRL or certificate', 'wrong-file-kind', 'incomplete-crl')
      ]
    }
  ),
  entry(
    'bundle-damaged',
    /(?:SSL_CTX_load_verify_locations|X509_LOOKUP_load_file)\("[^"]{0,500}"\) failed[^\n]{0,120}(?:bad end line|bad base64 decode)/,
    'damaged-pem',
    configuration
  ),
  entry(
    'key-missing-or-certificate-missing',
    /cannot load certificate(?: key)? "[^"]{0,500}": BIO_new_file\(\) failed/,
    'file-missing',
    configuration
  ),
  entry('certificate-kind', /cannot load certificate "[^"]{0,500}": PEM_read_bio_X509(?:_AUX)?\(\) failed/, 'file-kind', configuration),
  entry(
    'key-encrypted',
    /cannot load certificate key "[^"]{0,500}": PEM_read_bio_PrivateKey\(\) failed[^\n]{0,300}(?:problems getting password|bad decrypt)/,
    'encrypted-key',
    configuration
  ),
  entry('key-kind', /cannot load certificate key "[^"]{0,500}": PEM_read_bio_PrivateKey\(\) failed/, 'file-kind', configuration),
  entry('key-mismatch', /SSL_CTX_use_PrivateKey\("[^"]{0,500}"\) failed[^\n]{0,120}key values mismatch/, 'key-mismatch', configuration),
  entry('key-too-small', /SSL_CTX_use_certificate\("[^"]{0,500}"\) failed[^\n]{0,120}ee key too small/, 'weak-key', { ...configuration }),
  entry('digest-too-weak', /SSL_CTX_use_certificate\("[^"]{0,500}"\) failed[^\n]{0,120}ca md too weak/, 'weak-digest', {
    ...configuration
  }),
  entry('no-key', /no "[\w]{0,40}ssl_certificate_key" is defined for certificate "[^"]{0,500}"/, 'no-key', configuration),
  entry(
    'no-certificate',
    /no "ssl_certificate" is defined (?:for the "listen \.\.\. ssl" directive|in server listening on SSL port)/,
    'nothing-presented',
    configuration
  ),
  entry('not-allowed-here', /"[\w]{1,80}" directive is not allowed here/, 'wrong-setting', {
    ...configuration,
    means: () => 'nginx does not take this directive in the block where it stands.',
    causes: [cause('the directive stands in a block that does not take it', 'directive-not-allowed-here')],
    change: 'Move it to server{} or http{}; ssl_verify_client, for one, cannot stand in a location.'
  }),
  entry('invalid-value', /\binvalid value "[^"]{0,300}"|"[\w]{1,80}" directive invalid (?:number|value)/, 'wrong-setting', {
    ...configuration,
    means: () => 'nginx does not take this value for this directive.',
    causes: [cause('the value is none that the directive takes', 'invalid-value')],
    change: 'Use one of the words that the directive takes, on the line that the message names.'
  }),
  entry('duplicate', /"[\w]{1,80}" directive is duplicate/, 'wrong-setting', {
    ...configuration,
    means: () => 'The same directive stands twice in one block; nginx names the second.',
    causes: [cause('the directive stands twice', 'duplicate-setting')],
    change: 'Remove one of the two.'
  }),
  entry('number-of-arguments', /invalid number of arguments in "[\w]{1,80}" directive/, 'wrong-setting', {
    ...configuration,
    means: () => 'A directive has too many or too few arguments; after a missing semicolon nginx names the line that follows.',
    causes: [
      cause('the semicolon of this line or the one before is missing', 'syntax-error'),
      cause('there are too many values', 'syntax-error', 'invalid-value')
    ],
    change: 'End the directive with a semicolon, and give it one value.'
  }),
  entry('unknown-directive', /\bunknown directive "[^"]{0,300}"/, 'wrong-setting', {
    ...configuration,
    means: () =>
      'nginx does not know this directive: it is misspelt, belongs to a module that is not loaded, or a byte order mark stands before it.',
    causes: [
      cause('the directive is misspelt, or the line before lacks its semicolon', 'syntax-error'),
      cause('the module, such as stream, is not loaded')
    ],
    change: 'Correct the word, load the module, or save the file without a byte order mark.'
  }),
  entry('include-missing', /\bopen\(\) "[^"]{0,500}" failed \(2: No such file or directory\)/, 'file-missing', configuration),
  entry('deprecated-ssl', /the "ssl" directive is deprecated/, 'wrong-setting', {
    ...configuration,
    means: () => 'A warning only: `ssl on` works here, and newer versions of nginx refuse it.',
    causes: [cause('`ssl on` is written instead of `listen … ssl`', 'ineffective-setting', 'tls-not-enabled')],
    change: 'Write `ssl` on the listen line.'
  }),
  entry('upstream-handshake', /peer closed connection in SSL handshake/i, 'closed-early', { ...connection, by: 'unknown' }),
  entry('worker-closed', /SSL_do_handshake\(\) failed/, 'closed-early', {
    ...connection,
    by: 'unknown',
    ...umbrella,
    means: ({ local, peer }) => `The TLS handshake of ${local} with ${peer} failed; the words in parentheses say how.`
  })
]
