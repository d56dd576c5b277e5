import type { Speaker, Subject } from '../server/src/explain/explain.js'

/** A line as the product prints it, and what has to be said of it: entry, side, subject, the rule of the likeliest cause. */
export type LineCase = readonly [line: string, id: string, saidBy: Speaker, about: Subject, topRule: string | null]

const nginxServer = ', client: 10.0.0.7, server: api.example.com, request: "GET / HTTP/1.1", host: "api.example.com"'
const nginxUpstream =
  ', client: 10.0.0.7, server: api.example.com, request: "GET / HTTP/1.1", upstream: "https://10.1.0.5:8443/", host: "api.example.com"'
const at = '2026/01/02 10:11:12'

export const lineCases: readonly LineCase[] = [
  // nginx, as a server
  [
    `${at} [info] 31#31: *7 client SSL certificate verify error: (20:unable to get local issuer certificate) while reading client request headers${nginxServer}`,
    'openssl/verify-20',
    'server',
    'client-certificate',
    'missing-intermediate'
  ],
  [
    `${at} [info] 31#31: *7 client SSL certificate verify error: (21:unable to verify the first certificate) while reading client request headers${nginxServer}`,
    'openssl/verify-21',
    'server',
    'client-certificate',
    'missing-intermediate'
  ],
  [
    `${at} [info] 31#31: *7 client SSL certificate verify error: (2:unable to get issuer certificate) while reading client request headers${nginxServer}`,
    'openssl/verify-2',
    'server',
    'client-certificate',
    'incomplete-trust-bundle'
  ],
  [
    `${at} [info] 31#31: *7 client SSL certificate verify error: (18:self-signed certificate) while reading client request headers${nginxServer}`,
    'openssl/verify-18',
    'server',
    'client-certificate',
    'issuer-not-trusted-by-peer'
  ],
  [
    `${at} [info] 31#31: *7 client SSL certificate verify error: (18:self signed certificate) while reading client request headers${nginxServer}`,
    'openssl/verify-18',
    'server',
    'client-certificate',
    'issuer-not-trusted-by-peer'
  ],
  [
    `${at} [info] 31#31: *7 client SSL certificate verify error: (26:unsuitable certificate purpose) while reading client request headers${nginxServer}`,
    'openssl/verify-26',
    'server',
    'client-certificate',
    'missing-client-auth'
  ],
  [
    `${at} [info] 31#31: *7 client SSL certificate verify error: (10:certificate has expired) while reading client request headers${nginxServer}`,
    'openssl/verify-10',
    'server',
    'client-certificate',
    'certificate-expired'
  ],
  [
    `${at} [info] 31#31: *7 client SSL certificate verify error: (3:unable to get certificate CRL) while reading client request headers${nginxServer}`,
    'openssl/verify-3',
    'server',
    'client-certificate',
    'incomplete-crl'
  ],
  [
    `${at} [info] 31#31: *7 client SSL certificate verify error: (12:CRL has expired) while reading client request headers${nginxServer}`,
    'openssl/verify-12',
    'server',
    'client-certificate',
    'crl-expired'
  ],
  [
    `${at} [info] 31#31: *7 client SSL certificate verify error: (23:certificate revoked) while reading client request headers${nginxServer}`,
    'openssl/verify-23',
    'server',
    'client-certificate',
    'revoked-certificate'
  ],
  [
    `${at} [info] 31#31: *7 client sent no required SSL certificate while reading client request headers${nginxServer}`,
    'nginx/client-sent-no-certificate',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    `${at} [info] 31#31: *7 client attempted to request the server name different from the one that was negotiated while reading client request headers${nginxServer}`,
    'nginx/other-server-name',
    'server',
    'connection',
    'mixed-client-verification'
  ],
  [
    `${at} [info] 31#31: *7 client sent plain HTTP request to HTTPS port while reading client request headers${nginxServer}`,
    'nginx/plain-http',
    'server',
    'connection',
    'plaintext-to-tls'
  ],
  [
    `${at} [info] 31#31: *7 SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48) while SSL handshaking, client: 10.0.0.7, server: 0.0.0.0:443`,
    'alert/unknown_ca/received',
    'client',
    'server-certificate',
    'missing-intermediate'
  ],
  [
    `${at} [info] 31#31: *7 SSL_do_handshake() failed (SSL: error:0A000412:SSL routines::sslv3 alert bad certificate:SSL alert number 42) while SSL handshaking, client: 10.0.0.7, server: 0.0.0.0:443`,
    'alert/bad_certificate/received',
    'client',
    'server-certificate',
    'san-does-not-match'
  ],
  [
    `${at} [crit] 31#31: *7 SSL_do_handshake() failed (SSL: error:0A0000C1:SSL routines::no shared cipher) while SSL handshaking, client: 10.0.0.7, server: 0.0.0.0:443`,
    'openssl/no-shared-cipher',
    'server',
    'connection',
    'key-does-not-match-certificate'
  ],
  [
    `${at} [crit] 31#31: *7 SSL_do_handshake() failed (SSL: error:0A000076:SSL routines::no suitable signature algorithm) while SSL handshaking, client: 10.0.0.7, server: 0.0.0.0:443`,
    'openssl/no-shared-cipher',
    'server',
    'connection',
    'key-does-not-match-certificate'
  ],
  [
    `${at} [crit] 31#31: *7 SSL_do_handshake() failed (SSL: error:0A000102:SSL routines::unsupported protocol) while SSL handshaking, client: 10.0.0.7, server: 0.0.0.0:443`,
    'openssl/unsupported-protocol',
    'server',
    'connection',
    'no-common-tls-version'
  ],
  [
    '<head><title>400 No required SSL certificate was sent</title></head>',
    'nginx/client-sent-no-certificate',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    '<head><title>400 The SSL certificate error</title></head>',
    'nginx/client-certificate-error',
    'server',
    'client-certificate',
    'missing-intermediate'
  ],
  // nginx, as a client of its upstream
  [
    `${at} [error] 31#31: *7 upstream SSL certificate verify error: (20:unable to get local issuer certificate) while SSL handshaking to upstream${nginxUpstream}`,
    'openssl/verify-20',
    'client',
    'server-certificate',
    'missing-intermediate'
  ],
  [
    `${at} [error] 31#31: *7 upstream SSL certificate does not match "backend" while SSL handshaking to upstream${nginxUpstream}`,
    'nginx/upstream-name',
    'client',
    'server-certificate',
    'san-does-not-match'
  ],
  [
    `${at} [error] 31#31: *7 SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48) while SSL handshaking to upstream${nginxUpstream}`,
    'alert/unknown_ca/received',
    'server',
    'client-certificate',
    'missing-intermediate'
  ],
  [
    `${at} [error] 31#31: *7 SSL_read() failed (SSL: error:0A00045C:SSL routines::tlsv13 alert certificate required:SSL alert number 116) while reading response header from upstream${nginxUpstream}`,
    'alert/certificate_required/received',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    `${at} [error] 31#31: *7 SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking to upstream${nginxUpstream}`,
    'openssl/wrong-version-number',
    'client',
    'connection',
    'tls-not-enabled'
  ],
  [
    `${at} [error] 31#31: *7 SSL_do_handshake() failed (SSL: error:0A000458:SSL routines::tlsv1 unrecognized name:SSL alert number 112) while SSL handshaking to upstream${nginxUpstream}`,
    'alert/unrecognized_name/received',
    'server',
    'connection',
    'upstream-sni-missing'
  ],
  [
    `${at} [error] 31#31: *7 peer closed connection in SSL handshake while SSL handshaking to upstream${nginxUpstream}`,
    'nginx/upstream-handshake',
    'unknown',
    'connection',
    'client-certificate-missing'
  ],
  // nginx -t
  [
    'nginx: [emerg] no ssl_client_certificate for ssl_verify_client',
    'nginx/no-client-ca',
    'configuration-test',
    'configuration',
    'client-verification-without-ca'
  ],
  [
    'nginx: [emerg] no proxy_ssl_trusted_certificate for proxy_ssl_verify',
    'nginx/no-upstream-ca',
    'configuration-test',
    'configuration',
    'upstream-verification-without-ca'
  ],
  [
    'nginx: [emerg] SSL_CTX_load_verify_locations("/etc/nginx/ca.pem") failed (SSL: error:05800088:x509 certificate routines::no certificate or crl found)',
    'nginx/bundle-kind',
    'configuration-test',
    'configuration',
    'wrong-file-kind'
  ],
  [
    'nginx: [emerg] SSL_CTX_load_verify_locations("/etc/nginx/ca.pem") failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/etc/nginx/ca.pem, r) error:10000080:BIO routines::no such file error:05880002:x509 certificate routines::system lib)',
    'nginx/bundle-missing',
    'configuration-test',
    'configuration',
    'file-not-found'
  ],
  [
    'nginx: [emerg] SSL_CTX_load_verify_locations("/etc/nginx/ca.pem") failed (SSL: error:04800066:PEM routines::bad end line error:05880009:x509 certificate routines::PEM lib)',
    'nginx/bundle-damaged',
    'configuration-test',
    'configuration',
    'malformed-pem'
  ],
  [
    'nginx: [emerg] cannot load certificate "/etc/nginx/server.pem": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/etc/nginx/server.pem, r) error:10000080:BIO routines::no such file)',
    'nginx/key-missing-or-certificate-missing',
    'configuration-test',
    'configuration',
    'file-not-found'
  ],
  [
    'nginx: [emerg] cannot load certificate "/etc/nginx/server.pem": PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE)',
    'nginx/certificate-kind',
    'configuration-test',
    'configuration',
    'wrong-file-kind'
  ],
  [
    'nginx: [emerg] cannot load certificate key "/etc/nginx/server.key": PEM_read_bio_PrivateKey() failed (SSL: error:1C800064:Provider routines::bad decrypt error:04800065:PEM routines::bad decrypt)',
    'nginx/key-encrypted',
    'configuration-test',
    'configuration',
    'private-key-encrypted'
  ],
  [
    'nginx: [emerg] cannot load certificate key "/etc/nginx/server.key": PEM_read_bio_PrivateKey() failed (SSL: error:1E08010C:DECODER routines::unsupported:No supported data to decode. Input type: PEM)',
    'nginx/key-kind',
    'configuration-test',
    'configuration',
    'wrong-file-kind'
  ],
  [
    'nginx: [emerg] SSL_CTX_use_PrivateKey("/etc/nginx/server.key") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)',
    'nginx/key-mismatch',
    'configuration-test',
    'configuration',
    'key-does-not-match-certificate'
  ],
  [
    'nginx: [emerg] SSL_CTX_use_certificate("/etc/nginx/server.pem") failed (SSL: error:0A00018F:SSL routines::ee key too small)',
    'nginx/key-too-small',
    'configuration-test',
    'configuration',
    'weak-key'
  ],
  [
    'nginx: [emerg] SSL_CTX_use_certificate("/etc/nginx/server.pem") failed (SSL: error:0A00018E:SSL routines::ca md too weak)',
    'nginx/digest-too-weak',
    'configuration-test',
    'configuration',
    'weak-signature'
  ],
  [
    'nginx: [emerg] no "ssl_certificate_key" is defined for certificate "/etc/nginx/server.pem"',
    'nginx/no-key',
    'configuration-test',
    'configuration',
    'missing-certificate'
  ],
  [
    'nginx: [emerg] no "ssl_certificate" is defined for the "listen ... ssl" directive in /etc/nginx/nginx.conf:12',
    'nginx/no-certificate',
    'configuration-test',
    'configuration',
    'missing-certificate'
  ],
  [
    'nginx: [emerg] "ssl_verify_client" directive is not allowed here in /etc/nginx/nginx.conf:31',
    'nginx/not-allowed-here',
    'configuration-test',
    'configuration',
    'directive-not-allowed-here'
  ],
  [
    'nginx: [emerg] invalid value "required" in /etc/nginx/nginx.conf:14',
    'nginx/invalid-value',
    'configuration-test',
    'configuration',
    'invalid-value'
  ],
  [
    'nginx: [emerg] "ssl_client_certificate" directive is duplicate in /etc/nginx/nginx.conf:15',
    'nginx/duplicate',
    'configuration-test',
    'configuration',
    'duplicate-setting'
  ],
  [
    'nginx: [emerg] unknown directive "ssl_verfy_client" in /etc/nginx/nginx.conf:15',
    'nginx/unknown-directive',
    'configuration-test',
    'configuration',
    'syntax-error'
  ],
  [
    'nginx: [emerg] invalid number of arguments in "ssl_client_certificate" directive in /etc/nginx/nginx.conf:15',
    'nginx/number-of-arguments',
    'configuration-test',
    'configuration',
    'syntax-error'
  ],
  // HAProxy
  [
    'Jan  2 10:11:12 lb haproxy[812]: 10.0.0.7:51234 [02/Jan/2026:10:11:12.123] fe_mtls/1: SSL handshake failure',
    'haproxy/handshake-failure',
    'unknown',
    'connection',
    'client-certificate-missing'
  ],
  [
    'Jan  2 10:11:12 lb haproxy[812]: 10.0.0.7:51234 [02/Jan/2026:10:11:12.123] fe_mtls/1: SSL handshake failure (error:0A0000C7:SSL routines::peer did not return a certificate)',
    'openssl/no-certificate-returned',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    'Jan  2 10:11:12 lb haproxy[812]: 10.0.0.7:51234 [02/Jan/2026:10:11:12.123] fe_mtls/1: SSL handshake failure (error:0A000418:SSL routines::tlsv1 alert unknown ca)',
    'alert/unknown_ca/received',
    'client',
    'server-certificate',
    'missing-intermediate'
  ],
  [
    'Jan  2 10:11:12 lb haproxy[812]: 10.0.0.7:51234 [02/Jan/2026:10:11:12.123] fe_mtls/1: SSL client CA chain cannot be verified',
    'haproxy/client-chain',
    'server',
    'client-certificate',
    'missing-intermediate'
  ],
  [
    '[WARNING]  (812) : Health check for server be/s1 failed, reason: Layer6 invalid response, info: "SSL handshake failure", check duration: 3ms, status: 0/2 DOWN.',
    'haproxy/check-handshake',
    'client',
    'server-certificate',
    'missing-intermediate'
  ],
  [
    "[ALERT]    (812) : config : Proxy 'x': verify is enabled but no CA file specified for bind '127.0.0.1:8443' at [haproxy.cfg:11].",
    'haproxy/no-ca',
    'configuration-test',
    'configuration',
    'client-verification-without-ca'
  ],
  [
    "[ALERT]    (812) : config : [haproxy.cfg:16] : 'server be/s1' : verify is enabled by default but no CA file specified. If you're running on a LAN where you're certain to trust the server's certificate, please set an explicit 'verify none' statement on the 'server' line",
    'haproxy/server-no-ca',
    'configuration-test',
    'configuration',
    'upstream-verification-without-ca'
  ],
  [
    "[ALERT]    (812) : config : Proxy 'x': no SSL certificate specified for bind '127.0.0.1:8443' at [haproxy.cfg:11] (use 'crt').",
    'haproxy/no-crt',
    'configuration-test',
    'configuration',
    'missing-certificate'
  ],
  [
    "[ALERT]    (812) : config : Couldn't open the ca-file '/etc/haproxy/ca.pem' (No such file or directory).",
    'haproxy/ca-missing',
    'configuration-test',
    'configuration',
    'file-not-found'
  ],
  [
    "[ALERT]    (812) : config : Couldn't open the ca-file '/etc/haproxy/ca.pem' (no certificate or crl found).",
    'haproxy/ca-kind',
    'configuration-test',
    'configuration',
    'wrong-file-kind'
  ],
  [
    "[ALERT]    (812) : config : parsing [haproxy.cfg:11] : 'bind 127.0.0.1:8443' in section 'frontend' : 'crt' : No Private Key found in 'tls/server.pem.key'.",
    'haproxy/no-key',
    'configuration-test',
    'configuration',
    'missing-certificate'
  ],
  [
    "[ALERT]    (812) : config : parsing [haproxy.cfg:11] : 'bind 127.0.0.1:8443' in section 'frontend' : inconsistencies between private key and certificate loaded 'tls/server.pem'.",
    'haproxy/key-mismatch',
    'configuration-test',
    'configuration',
    'key-does-not-match-certificate'
  ],
  [
    "[ALERT]    (812) : config : parsing [haproxy.cfg:11] : 'bind 127.0.0.1:8443' in section 'frontend': unknown keyword 'ca_file'; did you mean 'ca-file' maybe ?",
    'haproxy/unknown-keyword',
    'configuration-test',
    'configuration',
    'syntax-error'
  ],
  [
    "[ALERT]    (812) : config : parsing [haproxy.cfg:11] : 'bind :8443' : 'verify' : unknown verify method 'on', only 'none', 'optional', and 'required' are supported",
    'haproxy/verify-word',
    'configuration-test',
    'configuration',
    'invalid-value'
  ],
  // Envoy and Istio
  [
    'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end',
    'envoy/certificate-verify-failed',
    'client',
    'server-certificate',
    'missing-intermediate'
  ],
  [
    'upstream connect error or disconnect/reset before headers. reset reason: connection failure, transport failure reason: TLS error: 268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED',
    'envoy/certificate-verify-failed',
    'client',
    'server-certificate',
    'missing-intermediate'
  ],
  [
    '"upstream_transport_failure_reason":"TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_SAN_matcher:TLS_error_end"',
    'envoy/name',
    'client',
    'server-certificate',
    'san-does-not-match'
  ],
  [
    'TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify cert failed: SAN matcher:TLS_error_end',
    'envoy/name',
    'this-side',
    'other-side-certificate',
    'san-does-not-match'
  ],
  [
    'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: TLS_error:|33554536:system library:OPENSSL_internal:Connection reset by peer:TLS_error_end',
    'envoy/reset',
    'unknown',
    'connection',
    'client-certificate-missing'
  ],
  [
    'transport failure reason: TLS_error:|268436504:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA:TLS_error_end',
    'alert/unknown_ca/received',
    'server',
    'client-certificate',
    'missing-intermediate'
  ],
  [
    'transport failure reason: TLS_error:|268436498:SSL routines:OPENSSL_internal:SSLV3_ALERT_BAD_CERTIFICATE:TLS_error_end',
    'alert/bad_certificate/received',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    'transport failure reason: TLS_error:|268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end',
    'envoy/plaintext-response',
    'client',
    'connection',
    'tls-to-plaintext'
  ],
  [
    '"downstream_transport_failure_reason":"TLS_error:|268435655:SSL routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE:TLS_error_end"',
    'envoy/no-client-certificate',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    '[2026-01-02T10:11:12.123Z] "GET / HTTP/1.1" 503 UF,URX upstream_reset_before_response_started{connection_failure} - "-" 0 91 12 - "-" "curl/8" "payments:8443"',
    'envoy/response-flag',
    'unknown',
    'connection',
    'missing-intermediate'
  ],
  [
    'transport failure reason: TLS error: Secret is not supplied by SDS',
    'envoy/secret-missing',
    'client',
    'configuration',
    'gateway-credential'
  ],
  ['RBAC: access denied', 'envoy/denied', 'server', 'client-certificate', 'principal-without-mtls'],
  [
    'TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify cert failed: X509_verify_cert: certificate verification error at depth 0: certificate has expired:TLS_error_end',
    'openssl/verify-10',
    'this-side',
    'other-side-certificate',
    'certificate-expired'
  ],
  // OpenSSL
  [
    'verify error:num=20:unable to get local issuer certificate',
    'openssl/verify-20',
    'this-side',
    'other-side-certificate',
    'missing-intermediate'
  ],
  [
    'verify error:num=19:self-signed certificate in certificate chain',
    'openssl/verify-19',
    'this-side',
    'other-side-certificate',
    'issuer-not-trusted-by-peer'
  ],
  [
    'Verify return code: 21 (unable to verify the first certificate)',
    'openssl/verify-21',
    'client',
    'server-certificate',
    'missing-intermediate'
  ],
  [
    'error 25 at 1 depth lookup: path length constraint exceeded',
    'openssl/verify-25',
    'this-side',
    'other-side-certificate',
    'path-length-exceeded'
  ],
  [
    'error 47 at 0 depth lookup: permitted subtree violation',
    'openssl/verify-47',
    'this-side',
    'other-side-certificate',
    'name-constraint-violated'
  ],
  ['error 79 at 1 depth lookup: invalid CA certificate', 'openssl/verify-79', 'this-side', 'other-side-certificate', 'issuer-not-a-ca'],
  [
    'error 7 at 0 depth lookup: certificate signature failure',
    'openssl/verify-7',
    'this-side',
    'other-side-certificate',
    'issuer-key-mismatch'
  ],
  ['error 66 at 0 depth lookup: EE certificate key too weak', 'openssl/verify-66', 'this-side', 'other-side-certificate', 'weak-key'],
  [
    'error:0A000418:SSL routines::tlsv1 alert unknown ca',
    'alert/unknown_ca/received',
    'other-side',
    'this-side-certificate',
    'missing-intermediate'
  ],
  [
    '40C7B4D1:error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:../ssl/statem/statem_clnt.c:1889:',
    'openssl/server-certificate-verify-failed',
    'client',
    'server-certificate',
    'missing-intermediate'
  ],
  [
    '140:error:1417C086:SSL routines:tls_process_client_certificate:certificate verify failed:../ssl/statem/statem_srvr.c:3711:',
    'openssl/client-certificate-verify-failed',
    'server',
    'client-certificate',
    'missing-intermediate'
  ],
  [
    '140:error:1417C0C7:SSL routines:tls_process_client_certificate:peer did not return a certificate:../ssl/statem/statem_srvr.c:3700:',
    'openssl/no-certificate-returned',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    '40C7B4D1:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../ssl/record/rec_layer_s3.c:1593:SSL alert number 116',
    'alert/certificate_required/received',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    'error:0A00042F:SSL routines::tlsv1 alert protocol version',
    'alert/protocol_version/received',
    'other-side',
    'connection',
    'no-common-tls-version'
  ],
  [
    'error:0A000413:SSL routines::sslv3 alert unsupported certificate',
    'alert/unsupported_certificate/received',
    'other-side',
    'this-side-certificate',
    'missing-client-auth'
  ],
  [
    'error:0A000415:SSL routines::sslv3 alert certificate expired',
    'alert/certificate_expired/received',
    'other-side',
    'this-side-certificate',
    'certificate-expired'
  ],
  ['SSL3 alert write:fatal:unknown CA', 'alert/unknown_ca/sent', 'this-side', 'other-side-certificate', 'missing-intermediate'],
  ['SSL3 alert read:fatal:handshake failure', 'alert/handshake_failure/received', 'other-side', 'connection', 'client-certificate-missing'],
  // curl
  [
    'curl: (60) SSL certificate problem: unable to get local issuer certificate',
    'openssl/verify-20',
    'client',
    'server-certificate',
    'missing-intermediate'
  ],
  [
    'curl: (60) SSL certificate problem: self-signed certificate in certificate chain',
    'openssl/verify-19',
    'client',
    'server-certificate',
    'issuer-not-trusted-by-peer'
  ],
  ['curl: (60) SSL certificate verification failed', 'curl/expired-alert', 'server', 'client-certificate', 'certificate-expired'],
  [
    "curl: (60) SSL: no alternative certificate subject name matches target host name 'api.internal'",
    'curl/no-alternative-name',
    'client',
    'server-certificate',
    'san-does-not-match'
  ],
  [
    'curl: (56) OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0',
    'alert/certificate_required/received',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    'curl: (56) OpenSSL SSL_read: error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca, errno 0',
    'alert/unknown_ca/received',
    'server',
    'client-certificate',
    'missing-intermediate'
  ],
  [
    'curl: (35) error:0A000410:SSL routines::sslv3 alert handshake failure',
    'alert/handshake_failure/received',
    'server',
    'connection',
    'client-certificate-missing'
  ],
  [
    'curl: (35) OpenSSL SSL_connect: Connection reset by peer in connection to api.internal:443',
    'curl/reset',
    'unknown',
    'connection',
    'client-certificate-missing'
  ],
  [
    'curl: (35) error:0A00010B:SSL routines::wrong version number',
    'openssl/wrong-version-number',
    'client',
    'connection',
    'tls-not-enabled'
  ],
  [
    'curl: (58) could not load PEM client certificate from client.pem, OpenSSL error error:05800074:x509 certificate routines::key values mismatch, (no key found, wrong pass phrase, or wrong file format?)',
    'curl/58',
    'configuration-test',
    'configuration',
    'file-not-found'
  ],
  [
    'curl: (77) error setting certificate verify locations:  CAfile: /etc/ca.pem CApath: none',
    'curl/77',
    'configuration-test',
    'configuration',
    'file-not-found'
  ],
  ['* TLSv1.3 (OUT), TLS alert, unknown CA (560):', 'alert/unknown_ca/sent', 'client', 'server-certificate', 'missing-intermediate'],
  ['* TLSv1.3 (IN), TLS alert, unknown CA (560):', 'alert/unknown_ca/received', 'server', 'client-certificate', 'missing-intermediate'],
  // Go
  [
    'Get "https://api.internal:8443/": x509: certificate signed by unknown authority',
    'go/unknown-authority',
    'client',
    'server-certificate',
    'issuer-not-trusted-by-peer'
  ],
  [
    'Get "https://api.internal/": tls: failed to verify certificate: x509: certificate is valid for www.example.com, not api.internal',
    'go/name',
    'client',
    'server-certificate',
    'san-does-not-match'
  ],
  [
    'Get "https://10.0.0.5/": x509: cannot validate certificate for 10.0.0.5 because it doesn\'t contain any IP SANs',
    'go/address',
    'client',
    'server-certificate',
    'san-does-not-match'
  ],
  [
    'x509: certificate relies on legacy Common Name field, use SANs instead',
    'go/common-name',
    'this-side',
    'other-side-certificate',
    'missing-subject-alternative-name'
  ],
  [
    'x509: certificate has expired or is not yet valid: current time 2026-01-02T10:11:12Z is after 2025-12-31T23:59:59Z',
    'go/expired',
    'this-side',
    'other-side-certificate',
    'certificate-expired'
  ],
  [
    'x509: certificate has expired or is not yet valid: current time 2026-01-02T10:11:12Z is before 2026-02-01T00:00:00Z',
    'go/not-yet-valid',
    'this-side',
    'other-side-certificate',
    null
  ],
  [
    '2026/01/02 10:11:12 http: TLS handshake error from 10.0.0.7:51234: remote error: tls: bad certificate',
    'alert/bad_certificate/received',
    'client',
    'server-certificate',
    'san-does-not-match'
  ],
  [
    '2026/01/02 10:11:12 http: TLS handshake error from 10.0.0.7:51234: remote error: tls: unknown certificate authority',
    'alert/unknown_ca/received',
    'client',
    'server-certificate',
    'missing-intermediate'
  ],
  [
    "2026/01/02 10:11:12 http: TLS handshake error from 10.0.0.7:51234: tls: client didn't provide a certificate",
    'go/no-client-certificate',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    '2026/01/02 10:11:12 http: TLS handshake error from 10.0.0.7:51234: tls: failed to verify client certificate: x509: certificate specifies an incompatible key usage',
    'go/purpose',
    'server',
    'client-certificate',
    'missing-client-auth'
  ],
  [
    '2026/01/02 10:11:12 http: TLS handshake error from 10.0.0.7:51234: tls: first record does not look like a TLS handshake',
    'go/no-tls',
    'server',
    'connection',
    'tls-not-enabled'
  ],
  [
    '2026/01/02 10:11:12 http: TLS handshake error from 10.0.0.7:51234: EOF',
    'go/closed',
    'unknown',
    'connection',
    'client-certificate-missing'
  ],
  [
    'Get "https://api.internal/": remote error: tls: certificate required',
    'alert/certificate_required/received',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    'remote error: tls: bad certificate',
    'alert/bad_certificate/received',
    'other-side',
    'this-side-certificate',
    'client-certificate-missing'
  ],
  [
    'Get "https://api.internal/": http: server gave HTTP response to HTTPS client',
    'go/plain-server',
    'client',
    'connection',
    'tls-not-enabled'
  ],
  [
    'tls: private key does not match public key',
    'go/key-mismatch',
    'configuration-test',
    'configuration',
    'key-does-not-match-certificate'
  ],
  // Java
  [
    'javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target',
    'java/path-building',
    'this-side',
    'other-side-certificate',
    'issuer-not-trusted-by-peer'
  ],
  [
    'javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate',
    'alert/bad_certificate/received',
    'other-side',
    'this-side-certificate',
    'client-certificate-missing'
  ],
  [
    'javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_unknown',
    'alert/certificate_unknown/received',
    'other-side',
    'this-side-certificate',
    'issuer-not-trusted-by-peer'
  ],
  [
    'javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_required',
    'alert/certificate_required/received',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    'javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure',
    'alert/handshake_failure/received',
    'other-side',
    'connection',
    'client-certificate-missing'
  ],
  [
    'java.security.cert.CertificateException: No subject alternative names present',
    'java/no-alternative-names',
    'client',
    'server-certificate',
    'missing-subject-alternative-name'
  ],
  [
    'java.security.cert.CertificateException: No subject alternative DNS name matching api.internal found.',
    'java/name',
    'client',
    'server-certificate',
    'san-does-not-match'
  ],
  [
    'java.security.cert.CertificateException: No subject alternative names matching IP address 10.0.0.5 found',
    'java/address',
    'client',
    'server-certificate',
    'san-does-not-match'
  ],
  [
    'javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed',
    'java/validity',
    'this-side',
    'other-side-certificate',
    'certificate-expired'
  ],
  [
    'java.security.InvalidAlgorithmParameterException: the trustAnchors parameter must be non-empty',
    'java/no-anchors',
    'this-side',
    'configuration',
    'file-not-found'
  ],
  [
    'javax.net.ssl.SSLHandshakeException: Empty client certificate chain',
    'java/no-client-certificate',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    'sun.security.validator.ValidatorException: Extended key usage does not permit use for TLS client authentication',
    'java/client-purpose',
    'server',
    'client-certificate',
    'missing-client-auth'
  ],
  ['javax.net.ssl.SSLException: Unsupported or unrecognized SSL message', 'java/plaintext', 'this-side', 'connection', 'tls-not-enabled'],
  [
    'java.security.NoSuchAlgorithmException: No X509TrustManager implementation available',
    'java/no-trust-manager',
    'this-side',
    'configuration',
    'file-not-found'
  ],
  // Node
  [
    "Error: unable to verify the first certificate { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }",
    'node/unable-to-verify-leaf-signature',
    'this-side',
    'other-side-certificate',
    'missing-intermediate'
  ],
  [
    "code: 'SELF_SIGNED_CERT_IN_CHAIN'",
    'node/self-signed-cert-in-chain',
    'this-side',
    'other-side-certificate',
    'issuer-not-trusted-by-peer'
  ],
  [
    "Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: Host: api.internal. is not in the cert's altnames: DNS:www.example.com",
    'node/altname-invalid',
    'client',
    'server-certificate',
    'san-does-not-match'
  ],
  [
    "Error: 80CB:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1605:SSL alert number 116 code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'",
    'alert/certificate_required/received',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    'Error: Client network socket disconnected before secure TLS connection was established',
    'node/disconnected',
    'unknown',
    'connection',
    'client-certificate-missing'
  ],
  [
    "Error: read ECONNRESET { errno: -104, code: 'ECONNRESET', syscall: 'read' }",
    'node/reset',
    'unknown',
    'connection',
    'client-certificate-missing'
  ],
  // Python
  [
    'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1007)',
    'openssl/verify-20',
    'client',
    'server-certificate',
    'missing-intermediate'
  ],
  [
    "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'api.internal'. (_ssl.c:1007)",
    'python/name',
    'client',
    'server-certificate',
    'san-does-not-match'
  ],
  [
    'ssl.SSLError: [SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required (_ssl.c:2580)',
    'alert/certificate_required/received',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  [
    'ssl.SSLError: [SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca (_ssl.c:2580)',
    'alert/unknown_ca/received',
    'other-side',
    'this-side-certificate',
    'missing-intermediate'
  ],
  // rustls and GnuTLS
  [
    'error trying to connect: invalid peer certificate: UnknownIssuer',
    'rustls/unknown-issuer',
    'this-side',
    'other-side-certificate',
    'issuer-not-trusted-by-peer'
  ],
  [
    'invalid peer certificate: InvalidCertificate(NotValidForName)',
    'rustls/name',
    'this-side',
    'other-side-certificate',
    'san-does-not-match'
  ],
  ['received fatal alert: UnknownCA', 'alert/unknown_ca/received', 'other-side', 'this-side-certificate', 'missing-intermediate'],
  [
    'received fatal alert: CertificateRequired',
    'alert/certificate_required/received',
    'server',
    'client-certificate',
    'client-certificate-missing'
  ],
  ['peer sent no certificates', 'rustls/no-certificate', 'server', 'client-certificate', 'client-certificate-missing'],
  [
    '- Status: The certificate is NOT trusted. The certificate issuer is unknown.',
    'gnutls/unknown-issuer',
    'this-side',
    'other-side-certificate',
    'missing-intermediate'
  ]
]
