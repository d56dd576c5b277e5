import type { Answering } from '../core/answering.js'
import type { Configurations } from '../core/connections.js'
import type { Read } from '../core/text.js'

/** What a prediction needs beside the two sides. */
export interface HandshakeContext {
  readonly read: Read
  /** The moment at which certificates have to be valid. */
  readonly at: Date
  /** What becomes of a request that reached a server. */
  readonly answer: Answering
  /** All endpoints that a request may be passed on with, and to, by configuration. */
  readonly configurations: Configurations
  /** How many servers have passed the request on so far. */
  readonly hops?: number
}
