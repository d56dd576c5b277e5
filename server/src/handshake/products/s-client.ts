import { weakness } from '../../core/openssl-files.js'
import { opensslClient } from './openssl.js'
import type { ClientBehaviour } from './product.js'

/** Measured on OpenSSL 3.0; held against whatever is installed by test/servers/command-line.test.ts. */
export const sClient: ClientBehaviour = {
  ...opensslClient,
  title: 's_client',
  untrusted: ({ error }) => `verify error:num=${error.openssl}:${error.message}`,
  ownFault: ({ key, chain }) => {
    if (key === 'other-key') return 'key values mismatch'
    if (key === 'other-kind') return 'no certificate assigned'
    if (key === 'missing') return 'Could not read client certificate private key'
    return weakness(chain.slice(0, 1))?.reason
  }
}
