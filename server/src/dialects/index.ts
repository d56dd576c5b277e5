import type { Dialect } from '../core/dialect.js'
import { commandLine } from './command-line/index.js'
import { envoy } from './envoy/index.js'
import { haproxy } from './haproxy/index.js'
import { istio } from './istio/index.js'
import { nginx } from './nginx/index.js'
import { node } from './node/index.js'
import { pem } from './pem/index.js'

/** Asked in this order: the first that knows a file has it. */
export const dialects: readonly Dialect[] = [pem, envoy, haproxy, nginx, istio, commandLine, node]
