import type { SourceFile } from '../../core/text.js'
import { parse } from './parser.js'

/** Names that are nginx's wherever they lie. */
const certainNames = /(?:^|\/)(?:nginx[^/]*\.conf(?:\.[\w-]+)?|[^/]*\.nginx(?:\.conf)?|nginx\.(?:tmpl|template|conf\.j2))$/i
const possibleNames = /(?:^|\/)[^/]*\.(?:conf|conf\.\w+|template|inc|vhost|nginx|j2|erb|tmpl|tpl)$|\/sites-(?:available|enabled)\/[^/]+$/i
const otherFormats =
  /\.(?:ya?ml|json|toml|pem|crt|key|md|sh|py|js|ts|lua|html?|xml|cfg|ini|service|txt|log)(?:\.(?:j2|erb|tmpl|tpl|template))?$/i

/** Blocks that no other language writes like this. */
const ownBlocks =
  /^[ \t]*(?:location[ \t]+(?:[=~^][^\n{]*|\/[^\n{]*|@\w+[ \t]*)|map[ \t]+\S+[ \t]+\$\w+[ \t]*|geo[ \t]+\$[^\n{]+|upstream[ \t]+[\w.-]+[ \t]*|(?:set|content|access|rewrite|ssl_certificate)_by_lua_block[^\n{]*)\r?\n?[ \t]*\{/m
/** Blocks that HOCON and others write as well. */
const sharedBlocks = /^[ \t]*(?:http|stream|mail|events|server)[ \t]*\r?\n?[ \t]*\{/m
const ownDirectives =
  /^[ \t]*(?:(?:server_name|proxy_pass|(?:proxy_|grpc_|uwsgi_)?ssl_(?:certificate(?:_key)?|client_certificate|trusted_certificate|protocols|ciphers|verify(?:_client|_depth)?|session_\w+|stapling\w*|dhparam|prefer_server_ciphers|password_file|crl)|proxy_set_header|fastcgi_pass|fastcgi_param|worker_processes|worker_connections|try_files|add_header|error_page|log_format|gzip_types)[ \t]+[^;\n{}]*;|listen[ \t]+(?:\[|\d|unix:|[\w.*]+:\d)[^;\n]*;|include[ \t]+[^;\n=]+;)/m

export const mayBe = (path: string): boolean => certainNames.test(path) || (possibleNames.test(path) && !otherFormats.test(path))

export function detect(path: string, text: string): boolean {
  if (!mayBe(path) && otherFormats.test(path)) return false
  // The start is enough, and it keeps this cheap for files of any size.
  const start = text.slice(0, 20_000)
  if (start.includes('\0')) return false
  if (certainNames.test(path)) return true
  const own = ownBlocks.test(start)
  const directive = ownDirectives.test(start)
  if (own && (directive || possibleNames.test(path))) return true
  return directive && (sharedBlocks.test(start) || possibleNames.test(path))
}

/** A part such as `conf.d/site.conf` says nothing at the top level that only a main file may say. */
export const isMain = (file: SourceFile): boolean =>
  parse(file).directives.some(it => /^(?:http|stream|mail|events|user|worker_processes|load_module|pid)$/.test(it.name.value))
