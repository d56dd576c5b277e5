import { cause, type ErrorEntry, measuredHaproxy } from '../entry.js'
import { configuration, connection, tableOf, umbrella } from '../table.js'

const entry = tableOf('haproxy', measuredHaproxy)

export const haproxyEntries: readonly ErrorEntry[] = [
  entry('check-handshake', /Layer6 (?:invalid response|timeout)[^\n]{0,160}SSL handshake failure/i, 'unverified', {
    role: 'client',
    means: ({ local }) =>
      `The health check of ${local} could not finish the TLS handshake with a server, so that server is down and clients get 503.`,
    causes: [
      cause(
        'the certificate of the server does not lead to the ca-file of the server line',
        'missing-intermediate',
        'issuer-not-trusted-by-peer',
        'incomplete-trust-bundle'
      ),
      cause('the name in verifyhost or sni is not in the certificate', 'san-does-not-match'),
      cause('the server demands a client certificate, and the server line has no crt', 'client-certificate-missing'),
      cause('the certificate of the server has expired', 'certificate-expired'),
      cause('the server does not speak TLS on this port', 'tls-to-plaintext', 'tls-not-enabled')
    ],
    change: 'Compare the server line’s ca-file, sni and crt with what the server presents and demands.'
  }),
  entry('name-by-sni', /Server presented an SSL certificate different from the expected one/i, 'name', { role: 'client' }),
  entry('name-by-verifyhost', /Server presented an SSL certificate different from the configured one/i, 'name', {
    role: 'client',
    change: 'Set verifyhost to a DNS name of the server’s certificate; IP addresses are not compared.'
  }),
  entry('client-chain', /SSL client CA chain cannot be verified/i, 'unknown-issuer', {
    role: 'server',
    means: ({ judge, holder }) =>
      `${judge} refuses a CA above the certificate of ${holder}: mostly its issuer is not in the ca-file, else it has expired or may not issue.`,
    causes: [
      cause(
        'the intermediate leads to a root that is not in the ca-file',
        'missing-intermediate',
        'issuer-not-trusted-by-peer',
        'incomplete-trust-bundle'
      ),
      cause('a CA has expired', 'expired-trust-anchor', 'certificate-expired'),
      cause('a CA lacks CA:TRUE or keyCertSign', 'issuer-not-a-ca'),
      cause('the CRL of a CA is missing', 'incomplete-crl', 'crl-expired')
    ]
  }),
  entry('client-not-trusted', /SSL client certificate not trusted/i, 'unverified', {
    role: 'server',
    means: ({ judge, holder }) =>
      `${judge} refuses the certificate of ${holder} itself, and not a CA above it; the line does not say for which reason, %[ssl_c_err] in the log format does.`
  }),
  entry('server-not-verified', /Server (?:SSL )?certificate (?:was )?not verified|SSL server certificate not trusted/i, 'unverified', {
    role: 'client'
  }),
  entry('handshake-failure', /\bSSL handshake failure\b(?![^\n]{0,40}error:)/i, 'unverified', {
    role: 'server',
    ...connection,
    by: 'unknown',
    ...umbrella,
    means: ({ local, peer }) =>
      `The TLS handshake of ${local} with ${peer} failed, and this line does not say which side gave up; with \`option httpslog\`, or %[ssl_fc_err_str] in the log format, HAProxy does.`,
    causes: [
      cause('no client certificate was sent, and verify is required', 'client-certificate-missing'),
      cause(
        'the client certificate leads to no CA in the ca-file',
        'missing-intermediate',
        'issuer-not-trusted-by-peer',
        'incomplete-trust-bundle'
      ),
      cause('the client certificate has expired, or lacks clientAuth', 'certificate-expired', 'missing-client-auth'),
      cause('a CRL is missing or out of date', 'incomplete-crl', 'crl-expired'),
      cause(
        'the client does not trust the certificate of the bind line, or finds another name in it',
        'san-does-not-match',
        'missing-subject-alternative-name'
      ),
      cause('the client speaks other TLS versions', 'no-common-tls-version', 'obsolete-tls-version')
    ],
    change: 'Log %[ssl_fc_err_str] and %[ssl_c_err], then mend what they name.'
  }),
  entry('closed-in-handshake', /Connection (?:closed|error) during SSL handshake/i, 'closed-early', {
    ...connection,
    role: 'server',
    by: 'unknown'
  }),
  entry('timeout-in-handshake', /Timeout during SSL handshake/i, 'closed-early', { ...connection, role: 'server', by: 'unknown' }),
  entry('no-ca', /verify is enabled but no CA file specified for bind/, 'verification-without-ca', {
    ...configuration,
    causes: [
      cause(
        '`verify required` or `verify optional` stands on the bind line, or in a crt-list, without ca-file',
        'client-verification-without-ca'
      )
    ],
    change: 'Add ca-file with the CAs that issue client certificates.'
  }),
  entry(
    'server-no-ca',
    /verify is enabled by default but no CA file specified|verify is enabled but no CA file specified(?! for bind)/,
    'verification-without-ca',
    {
      ...configuration,
      causes: [cause('a server line says ssl without ca-file; verification is the default', 'upstream-verification-without-ca')],
      change: 'Add `ca-file` to the server line; `verify none` would accept any server.'
    }
  ),
  entry('no-crt', /no SSL certificate specified for bind/, 'nothing-presented', configuration),
  entry('ca-missing', /Couldn't open the ca-file '[^']{0,500}' \(No such file or directory\)/, 'file-missing', {
    ...configuration,
    causes: [
      cause('the ca-file, or the crl-file, for which HAProxy uses the same words, is not there', 'file-not-found'),
      cause('the path is relative to ca-base or the working directory', 'file-not-found')
    ]
  }),
  entry('ca-kind', /Couldn't open the ca-file '[^']{0,500}' \(no certificate or crl found\)/, 'file-kind', configuration),
  entry('ca-damaged', /Couldn't open the ca-file '[^']{0,500}' \((?:bad end line|bad base64 decode)\)/, 'damaged-pem', configuration),
  entry('ca-unloadable', /'(?:ca-file|crl-file|ca-verify-file)' : unable to load/, 'file-missing', {
    ...configuration,
    ...umbrella,
    causes: [
      cause('the file is not there', 'file-not-found'),
      cause('the file holds no PEM certificate or CRL', 'wrong-file-kind', 'malformed-pem', 'wrong-pem-label')
    ]
  }),
  entry('crt-missing', /unable to stat SSL certificate from file '[^']{0,500}'/, 'file-missing', configuration),
  entry('no-key', /No Private Key found in '[^']{0,500}'/, 'no-key', configuration),
  entry('crt-kind', /unable to load certificate from file '[^']{0,500}'/, 'file-kind', configuration),
  entry('key-mismatch', /inconsistencies between private key and certificate loaded/, 'key-mismatch', configuration),
  entry('weak-key', /unable to load SSL certificate into SSL Context/, 'weak-key', {
    ...configuration,
    means: () => 'HAProxy read the certificate, and OpenSSL does not take it: mostly its key is too short or its signature too weak.',
    causes: [
      cause('an RSA key is shorter than 2048 bits', 'weak-key'),
      cause('the certificate is signed with SHA-1 or MD5', 'weak-signature')
    ]
  }),
  entry('verify-word', /'verify' : (?:unknown verify method|missing verify method)/, 'wrong-setting', {
    ...configuration,
    means: () => 'After verify HAProxy takes only none, optional or required.',
    causes: [cause('the word after verify is none of them', 'invalid-value')],
    change: 'Write `verify required`.'
  }),
  entry('unknown-keyword', /\bunknown (?:ssl )?keyword '?[\w.-]{1,80}/, 'wrong-setting', {
    ...configuration,
    means: () => 'HAProxy does not know this word in this place.',
    causes: [
      cause('the option is misspelt or does not exist in this version', 'syntax-error', 'directive-not-allowed-here', 'invalid-value')
    ],
    change: 'Correct the word; HAProxy often suggests one.'
  }),
  entry('ignored-errors', /ID '[^']{0,60}' out of range \(\d+\.\.\d+\) in error IDs list/, 'wrong-setting', {
    ...configuration,
    means: () =>
      'A list of errors to ignore holds a number that OpenSSL does not have; names of errors are no numbers to HAProxy 2.6, nor is what follows a blank.',
    causes: [cause('the list of crt-ignore-err or ca-ignore-err is malformed', 'invalid-value')],
    change: 'Write numbers with commas and no blanks between.'
  }),
  entry('condition', /error detected while parsing an? '[^']{0,80}' (?:condition|rule)/, 'wrong-setting', {
    ...configuration,
    means: () => 'HAProxy cannot read a condition: an anonymous one needs braces, and its fetch must exist.',
    causes: [cause('braces are missing around the condition, or the fetch is misspelt', 'syntax-error')],
    change: 'Write `{ ssl_c_used }`, with blanks inside the braces.'
  }),
  entry('no-final-newline', /Missing LF on last line/, 'wrong-setting', {
    ...configuration,
    means: () => 'HAProxy refuses a file whose last line has no line end, because it may have been cut off.',
    causes: [cause('the last line has no line end', 'syntax-error')],
    change: 'End the last line, and look whether the file is complete.'
  })
]
