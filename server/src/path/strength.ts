import type { Certificate, PublicKey } from '../x509/certificate.js'
import { keyObject } from '../x509/signature.js'
import type { Finding, Validation } from './validate.js'
import type { SigningKeys } from './verifier.js'

export function* checkEndEntityKeyStrength(ctx: Validation, depth: number): Iterable<Finding> {
  if (depth === 0 && requiredBits(ctx) > 0 && keyBits(ctx.path[0]!.publicKey) < requiredBits(ctx))
    yield { code: 'ee-certificate-key-too-weak', depth }
}

export function* checkAuthorityKeyStrength(ctx: Validation, depth: number): Iterable<Finding> {
  if (depth > 0 && requiredBits(ctx) > 0 && keyBits(ctx.path[depth]!.publicKey) < requiredBits(ctx))
    yield { code: 'ca-certificate-key-too-weak', depth }
}

/** The signature on the last certificate is nobody's business: it is trusted for other reasons. */
export function* checkSignatureStrength(ctx: Validation, depth: number): Iterable<Finding> {
  const issuer = ctx.path[depth + 1]
  if (!issuer) return
  const { signatureAlgorithms, signingKeys } = ctx.knobs
  const subject = ctx.path[depth]!
  const isWeak = requiredBits(ctx) > 0 && signatureBits(subject) < requiredBits(ctx)
  if (isWeak || (signatureAlgorithms !== 'all' && !signatureAlgorithms.has(subject.signatureAlgorithm.oid))) {
    yield { code: 'ca-signature-digest-algorithm-too-weak', depth }
  }
  if (signingKeys !== 'all' && !suits(issuer.publicKey, signingKeys)) yield { code: 'ca-certificate-key-too-weak', depth: depth + 1 }
}

function suits({ algorithm, size, curve }: PublicKey, keys: SigningKeys): boolean {
  if (algorithm === 'RSA' || algorithm === 'RSA-PSS') return size !== undefined && size >= keys.rsa[0] && size <= keys.rsa[1]
  if (algorithm === 'EC') return curve !== undefined && keys.curves.has(curve)
  return keys.others.has(algorithm)
}

/** OpenSSL's security levels 0 to 5. */
const levels = [0, 80, 112, 128, 192, 256] as const

const requiredBits = (ctx: Validation): number => levels[ctx.question.securityLevel ?? ctx.knobs.securityLevel] ?? 0

/** A key that does not decode is not secure. */
function keyBits(key: PublicKey): number {
  const { algorithm, size } = key
  if (algorithm === 'Ed25519' || algorithm === 'X25519') return 128
  if (algorithm === 'Ed448' || algorithm === 'X448') return 224
  if (size === undefined || keyObject(key) === undefined) return 0
  if (algorithm === 'EC') return size >= 512 ? 256 : size >= 384 ? 192 : size >= 256 ? 128 : size >= 224 ? 112 : size >= 160 ? 80 : size / 2
  return factoringBits(size)
}

const tabulated = new Map([
  [2048, 112],
  [3072, 128],
  [4096, 152],
  [6144, 176],
  [7680, 192],
  [8192, 200],
  [15360, 256]
])

/** NIST SP 800-56B appendix D, rounded to the nearest multiple of eight as OpenSSL does. */
function factoringBits(size: number): number {
  const known = tabulated.get(size)
  if (known !== undefined) return known
  if (size < 8) return 0
  const x = size * Math.LN2
  const bits = (1.923 * Math.cbrt(x * Math.log(x) ** 2) - 4.69) / Math.LN2
  return Math.min(Math.floor((bits + 4) / 8) * 8, size <= 7680 ? 192 : size <= 15360 ? 256 : 1200)
}

const hashBits = { MD2: 0, MD5: 39, 'SHA-1': 63, 'SHA-224': 112, 'SHA-256': 128, 'SHA-384': 192, 'SHA-512': 256 } as const

function signatureBits({ signatureAlgorithm: { name, hash } }: Certificate): number {
  if (name === 'Ed25519') return 128
  if (name === 'Ed448') return 224
  return hash === undefined ? 0 : hashBits[hash]
}
