/** How the TLS settings of a server begin, and those of each module that connects to others. */
export type Prefix = 'ssl_' | 'proxy_ssl_' | 'grpc_ssl_' | 'uwsgi_ssl_'

const settings = [
  'certificate',
  'certificate_key',
  'ciphers',
  'crl',
  'name',
  'password_file',
  'protocols',
  'server_name',
  'session_reuse',
  'trusted_certificate',
  'verify',
  'verify_depth'
] as const

type Names = Readonly<Record<(typeof settings)[number], string>>

const withPrefix = (prefix: Prefix): Names => Object.fromEntries(settings.map(it => [it, `${prefix}${it}`])) as unknown as Names

/** Put together once: to do so at each look into a block would take longer than the look. */
export const namesOf: Readonly<Record<Prefix, Names>> = {
  ssl_: withPrefix('ssl_'),
  proxy_ssl_: withPrefix('proxy_ssl_'),
  grpc_ssl_: withPrefix('grpc_ssl_'),
  uwsgi_ssl_: withPrefix('uwsgi_ssl_')
}
