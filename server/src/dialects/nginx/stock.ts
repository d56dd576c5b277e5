import { lookUp } from './look-up.js'

/**
 * Files shipped with nginx or its packages, by base name, with what they set: nothing that concerns TLS. Where they are not kept
 * beside the configuration they are missed by nobody.
 */
const stockFiles: Readonly<Record<string, string>> = {
  fastcgi_params: 'fastcgi_param',
  'fastcgi.conf': 'fastcgi_param',
  'fastcgi-php.conf': 'fastcgi_param',
  uwsgi_params: 'uwsgi_param',
  scgi_params: 'scgi_param',
  proxy_params: 'proxy_set_header',
  'mime.types': 'types',
  'koi-utf': 'charset_map',
  'koi-win': 'charset_map',
  'win-utf': 'charset_map'
}

/** Which directive a shipped file is made of; nothing for any other file. */
export const stockDirective = (path: string): string | undefined => lookUp(stockFiles, path.slice(path.lastIndexOf('/') + 1))
