import type { ProductId } from '../../core/model.js'
import { curlClient } from './curl.js'
import { envoyClient, envoyServer } from './envoy.js'
import { go, goUntil119 } from './go.js'
import { haproxyClient, haproxyServer } from './haproxy.js'
import { javaClient, javaServer } from './java.js'
import { nginxClient, nginxServer } from './nginx.js'
import { nodeClient, nodeServer } from './node.js'
import type { ClientBehaviour, ServerBehaviour } from './product.js'
import { sClient } from './s-client.js'

interface Product {
  readonly server: ServerBehaviour
  readonly client: ClientBehaviour
}

const envoy: Product = { server: envoyServer, client: envoyClient }
/** Istio's sidecars and gateways are Envoys. */
const istio: Product = { server: { ...envoyServer, title: 'Istio' }, client: { ...envoyClient, title: 'Istio' } }

const products: Readonly<Partial<Record<ProductId, Product>>> = {
  nginx: { server: nginxServer, client: nginxClient },
  haproxy: { server: haproxyServer, client: haproxyClient },
  envoy,
  istio,
  node: { server: nodeServer, client: nodeClient },
  go,
  'go1.19': goUntil119,
  // Neither of the two serves anybody.
  curl: { server: envoyServer, client: curlClient },
  s_client: { server: envoyServer, client: sClient },
  java: { server: javaServer, client: javaClient }
}

/** A product of which nothing else is known ends handshakes as TLS libraries do. */
export const productOf = (product: ProductId): Product => products[product] ?? envoy

export { opensslClient } from './openssl.js'
export { type Printer, printers } from './printed.js'
export type { ClientBehaviour, ServerBehaviour }
