import type { Read } from '../core/text.js'
import { type PemFile, parsePem } from '../service.js'
import { requireFile } from './named.js'

/** A file that the user named for what is in it. */
export const readPem = (file: string, read: Read): PemFile => parsePem(requireFile(file, read))
