import 'reflect-metadata'
import { createHash, createHmac, type KeyObject, randomBytes } from 'node:crypto'
import { ContentInfo } from '@peculiar/asn1-cms'
import {
  AuthenticatedSafe,
  CertBag,
  id_certBag,
  id_pkcs8ShroudedKeyBag,
  id_x509Certificate,
  MacData,
  PFX,
  PKCS12Attribute,
  SafeBag,
  SafeContents
} from '@peculiar/asn1-pfx'
import { DigestInfo } from '@peculiar/asn1-rsa'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'

/**
 * A PKCS#12 file (RFC 7292) with one key and its chain, end entity first. The key is encrypted as PKCS#8 (PBES2, AES-256),
 * the certificates are public and stand in the open, and all of it is under a MAC of the password.
 */
export function makePkcs12(chain: readonly Uint8Array[], key: KeyObject, name: string, password: string): Uint8Array {
  const [endEntity, ...authorities] = chain
  const owner = [attribute('1.2.840.113549.1.9.20', bmpString(name)), attribute('1.2.840.113549.1.9.21', octets(fingerprint(endEntity!)))]
  const encrypted = key.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: password })
  const safes = [
    [certificateBag(endEntity!, owner), ...authorities.map(it => certificateBag(it))],
    [bag(id_pkcs8ShroudedKeyBag, encrypted, owner)]
  ]
  const authenticated = encode(new AuthenticatedSafe(safes.map(it => data(encode(new SafeContents(it))))))
  return encode(new PFX({ version: 3, authSafe: data(authenticated), macData: mac(authenticated, password) }))
}

const encode = (value: unknown): Uint8Array => new Uint8Array(AsnConvert.serialize(value))
const octets = (content: Uint8Array): Uint8Array => encode(new OctetString(content))
const fingerprint = (der: Uint8Array): Uint8Array => createHash('sha1').update(der).digest()

const data = (content: Uint8Array): ContentInfo =>
  new ContentInfo({ contentType: '1.2.840.113549.1.7.1', content: bufferOf(octets(content)) })

const certificateBag = (der: Uint8Array, attributes: readonly PKCS12Attribute[] = []): SafeBag =>
  bag(id_certBag, encode(new CertBag({ certId: id_x509Certificate, certValue: bufferOf(octets(der)) })), attributes)

function bag(bagId: string, value: Uint8Array, attributes: readonly PKCS12Attribute[]): SafeBag {
  return new SafeBag({ bagId, bagValue: bufferOf(value), ...(attributes.length > 0 && { bagAttributes: [...attributes] }) })
}

/** The class forgets what its constructor is given. */
function attribute(attrId: string, value: Uint8Array): PKCS12Attribute {
  return Object.assign(new PKCS12Attribute(), { attrId, attrValues: [bufferOf(value)] })
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

function bmpString(text: string): Uint8Array {
  const content = utf16(text.slice(0, 60))
  return Buffer.concat([Buffer.from([0x1e, content.length]), content])
}

/** Big-endian, as BMPString has it. */
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

const iterations = 10_000

function mac(content: Uint8Array, password: string): MacData {
  const salt = randomBytes(16)
  const digest = createHmac('sha256', deriveMacKey(password, salt)).update(content).digest()
  return new MacData({
    mac: new DigestInfo({
      digestAlgorithm: new AlgorithmIdentifier({ algorithm: '2.16.840.1.101.3.4.2.1', parameters: null }),
      digest: new OctetString(digest)
    }),
    macSalt: new OctetString(salt),
    iterations
  })
}

/** RFC 7292 B.2 with SHA-256 and ID 3, for as many octets as one hash gives: then nothing has to be added up. */
function deriveMacKey(password: string, salt: Uint8Array): Uint8Array {
  const block = 64
  const filled = (bytes: Uint8Array) => Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes)
  const input = Buffer.concat([Buffer.alloc(block, 3), filled(salt), filled(utf16(`${password}\0`))])
  let key: Uint8Array = input
  for (let round = 0; round < iterations; round++) key = createHash('sha256').update(key).digest()
  return key
}
