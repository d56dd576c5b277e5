import crypto from 'node:crypto'

/** The digest of the bytes in lower-case hex. */
export const digest = (algorithm: 'sha1' | 'sha256', bytes: Uint8Array): string =>
  oneShot ? oneShot(algorithm, bytes, 'hex') : crypto.createHash(algorithm).update(bytes).digest('hex')

/** Makes no object that has to be collected; Node has it since 20.12. */
const oneShot = (crypto as Partial<typeof crypto>).hash
