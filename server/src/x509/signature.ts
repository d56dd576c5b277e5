import { constants, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto'
import { memoInside } from '../core/text.js'
import type { PublicKey, SignatureAlgorithm } from './certificate.js'
import { element, hex, tags } from './der.js'
import { importKey } from './key-import.js'
import { type Hash, postQuantumNames, type SignatureScheme, signatureSchemes } from './oids.js'
import { readPssParameters } from './signature-algorithm.js'

/** What carries a signature: a certificate, a CRL, a request. */
export interface Signed {
  /** The same object for copies of one certificate. */
  readonly content?: object
  readonly tbs: Uint8Array
  readonly signature: Uint8Array
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signatureAlgorithmDer: Uint8Array
  /** The algorithm inside what is signed is the one beside the signature. OpenSSL refuses others. */
  readonly algorithmsAgree: boolean
  readonly sha256: string
}

/** Answers for the life of the process: signatures never change, and nothing else here is as dear. */
const answers = new Map<string, boolean | undefined>()
const mostAnswers = 100_000

/** Did the holder of `issuer`'s key sign it? `undefined`: the algorithm or the key is unknown here. */
export function signed(it: Signed, issuer: { readonly publicKey: PublicKey }): boolean | undefined {
  const known = answersAbout(it.content ?? it)
  const key = firstLike(issuer.publicKey)
  const before = known.get(key)
  if (before !== undefined || known.has(key)) return before
  const answer = askOnce(it, key)
  known.set(key, answer)
  return answer
}

/** The same objects are asked about thousands of times in a large configuration; what they hold is compared only once. */
const answersAbout = memoInside((_: object) => new Map<PublicKey, boolean | undefined>())

function askOnce(it: Signed, key: PublicKey): boolean | undefined {
  const question = questionOf(it, key)
  if (answers.has(question)) return answers.get(question)
  const answer = verifyNow(verificationOf(it, key))
  remember(question, answer)
  return answer
}

const questionOf = (it: Signed, key: PublicKey): string => `${it.sha256} ${spkiText(key)}`

function remember(question: string, answer: boolean | undefined): void {
  if (answers.size >= mostAnswers) answers.delete(answers.keys().next().value!)
  answers.set(question, answer)
}

/** Finds out in other threads what will be asked soon, so that `signed` knows it by then. What does not work there it finds out itself. */
export async function verifyAhead(pairs: Iterable<readonly [it: Signed, issuer: { readonly publicKey: PublicKey }]>): Promise<void> {
  const pending: Promise<void>[] = []
  for (const [it, issuer] of pairs) {
    const key = firstLike(issuer.publicKey)
    const question = questionOf(it, key)
    const verification = answers.has(question) ? undefined : verificationOf(it, key)
    if (typeof verification === 'object') pending.push(verifyElsewhere(verification, key, question))
  }
  await Promise.all(pending)
}

function verifyElsewhere({ it, digest, key }: Verification, of: PublicKey, question: string): Promise<void> {
  return new Promise(resolve => {
    verify(digest, it.tbs, key, it.signature, (error, answer) => {
      if (!error) {
        remember(question, answer)
        answersAbout(it.content ?? it).set(of, answer)
      }
      resolve()
    })
  })
}

/** The same key in hundreds of files is one key: the first of them that was met stands for all. */
const firstLike = memoInside((key: PublicKey): PublicKey => {
  const text = spkiText(key)
  const first = firstKeys.get(text)
  if (first) return first
  if (firstKeys.size >= mostKeyObjects) firstKeys.delete(firstKeys.keys().next().value!)
  firstKeys.set(text, key)
  return key
})
const firstKeys = new Map<string, PublicKey>()

const spkiText = memoInside((key: PublicKey) => hex(key.spki))

/** The key as `node:crypto` knows it; `undefined` when it does not. */
export const keyObject: (key: PublicKey) => KeyObject | undefined = memoInside(key => {
  const text = spkiText(key)
  const known = keyObjects.get(text)
  if (known) return known
  const object = importKey(key)
  if (!object) return undefined
  if (keyObjects.size >= mostKeyObjects) keyObjects.delete(keyObjects.keys().next().value!)
  keyObjects.set(text, object)
  return object
})

/** The certificate of one CA lies in many files, and making a key object may take as long as a signature. */
const keyObjects = new Map<string, KeyObject>()
const mostKeyObjects = 1000

/** What `node:crypto` has to be asked. */
interface Verification {
  readonly it: Signed
  readonly digest: string | null
  readonly key: VerifyKeyObjectInput
}

/** How the signature is to be verified; the answer itself where that is clear, or cannot be known. */
function verificationOf(it: Signed, key: PublicKey): Verification | boolean | undefined {
  if (!it.algorithmsAgree) return false
  const { oid } = it.signatureAlgorithm
  const scheme = signatureSchemes.get(oid)
  if (!scheme) return postQuantumNames.has(oid) && key.oid === oid ? verification(it, key, null) : undefined
  if (key.algorithm !== 'unknown' && !fits(scheme, key)) return false
  if (scheme.key === 'RSA-PSS') return verificationOfPss(it, key)
  if (scheme.key === 'Ed25519' || scheme.key === 'Ed448') return verification(it, key, null)
  return scheme.hash && verification(it, key, digestName(scheme.hash))
}

/** A key that is restricted to PSS signs nothing else; a plain RSA key signs both. */
function fits(scheme: SignatureScheme, key: PublicKey): boolean {
  return scheme.key === key.algorithm || (scheme.key === 'RSA-PSS' && key.algorithm === 'RSA')
}

const digestName = (hash: Hash) => hash.toLowerCase().replace('-', '')

function verificationOfPss(it: Signed, key: PublicKey): Verification | undefined {
  const der = it.signatureAlgorithmDer
  const algorithm = element(der, 0, der.length)!
  const oid = element(der, algorithm.content, algorithm.end)!
  const parameters = element(der, oid.end, algorithm.end)
  const pss = parameters?.tag === tags.sequence ? readPssParameters(der, parameters) : undefined
  // `node:crypto` masks with the hash of the signature; RFC 4055 allows another, which nobody uses.
  if (!pss || pss.maskHash !== pss.hash) return undefined
  return verification(it, key, digestName(pss.hash), { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pss.saltLength })
}

function verification(it: Signed, key: PublicKey, digest: string | null, options: object = {}): Verification | undefined {
  const object = keyObject(key)
  return object && { it, digest, key: { key: object, ...options } }
}

function verifyNow(verification: Verification | boolean | undefined): boolean | undefined {
  if (typeof verification !== 'object') return verification
  const { it, digest, key } = verification
  try {
    return verify(digest, it.tbs, key, it.signature)
  } catch {
    // A key that is restricted to PSS with certain parameters has not signed with others.
    return key.key.asymmetricKeyType === 'rsa-pss' ? false : undefined
  }
}
