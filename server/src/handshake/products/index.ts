import type { DialectId } from '../../core/model.js'
import { envoyClient, envoyServer } from './envoy.js'
import { haproxyClient, haproxyServer } from './haproxy.js'
import { nginxClient, nginxServer } from './nginx.js'
import type { ClientBehaviour, ServerBehaviour } from './product.js'

interface Product {
  readonly server: ServerBehaviour
  readonly client: ClientBehaviour
}

const envoy: Product = { server: envoyServer, client: envoyClient }
/** Istio's sidecars and gateways are Envoys. */
const istio: Product = { server: { ...envoyServer, title: 'Istio' }, client: { ...envoyClient, title: 'Istio' } }

const products: Readonly<Partial<Record<DialectId, Product>>> = {
  nginx: { server: nginxServer, client: nginxClient },
  haproxy: { server: haproxyServer, client: haproxyClient },
  envoy,
  istio
}

/** A product of which nothing else is known ends handshakes as TLS libraries do. */
export const productOf = (dialect: DialectId): Product => products[dialect] ?? envoy

export { opensslClient } from './openssl.js'
export type { ClientBehaviour, ServerBehaviour }
