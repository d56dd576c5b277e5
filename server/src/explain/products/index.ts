import { alertEntries } from '../alerts.js'
import type { ErrorEntry } from '../entry.js'
import { curlEntries } from './curl.js'
import { envoyEntries } from './envoy.js'
import { gnutlsEntries } from './gnutls.js'
import { goEntries } from './go.js'
import { haproxyEntries } from './haproxy.js'
import { javaEntries } from './java.js'
import { nginxEntries } from './nginx.js'
import { nodeEntries } from './node.js'
import { opensslEntries } from './openssl.js'
import { pythonEntries } from './python.js'
import { rustlsEntries } from './rustls.js'

/** One line a product. Those that others are built on come last: of equal matches the first is told. */
export const errorEntries: readonly ErrorEntry[] = [
  ...nginxEntries,
  ...haproxyEntries,
  ...envoyEntries,
  ...curlEntries,
  ...goEntries,
  ...javaEntries,
  ...nodeEntries,
  ...pythonEntries,
  ...rustlsEntries,
  ...gnutlsEntries,
  ...alertEntries,
  ...opensslEntries
]
