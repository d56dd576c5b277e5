// `@peculiar/x509` takes long to load, so this file is imported when somebody creates, and by nothing that checks.
import 'reflect-metadata'
import { createHash, createPrivateKey, type KeyObject, randomBytes, webcrypto } from 'node:crypto'
import { AttributeTypeAndValue, AttributeValue, Name as NameSyntax, RelativeDistinguishedName } from '@peculiar/asn1-x509'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator
} from '@peculiar/x509'
import { oids } from '../x509/oids.js'
import { makePkcs12 } from './pkcs12.js'
import type { DevelopmentPki, KeyKind } from './wishes.js'

export interface NewFile {
  readonly content: string | Uint8Array
  /** Nobody but its owner may read it. */
  readonly secret: boolean
  /** What it is for, in a few words. */
  readonly what: string
}

/** A certificate and its key. */
interface Identity {
  readonly certificate: X509Certificate
  readonly keys: webcrypto.CryptoKeyPair
}

export interface NewPki {
  /** By file name. */
  readonly files: ReadonlyMap<string, NewFile>
  /** Of the PKCS#12 file. */
  readonly password: string
}

/** A root, an issuing CA below it, a server and a client: everything that mutual TLS takes. */
export async function createDevelopmentPki(wanted: DevelopmentPki): Promise<NewPki> {
  const root = await makeAuthority(wanted, 'Development Root CA')
  const issuing = await makeAuthority(wanted, 'Development Issuing CA', root)
  const server = await makeEndEntity(wanted, issuing, wanted.serverNames[0]!.value, oids.serverAuth, [
    ...wanted.serverNames,
    ...uri(wanted.serverSpiffeId)
  ])
  const client = await makeEndEntity(wanted, issuing, wanted.clientName, oids.clientAuth, [
    ...namesOf(wanted.clientName),
    ...uri(wanted.clientSpiffeId)
  ])
  const clientKey = await exportKey(client)
  const password = wanted.password ?? randomBytes(12).toString('base64url')
  const chain = [client, issuing, root].map(({ certificate }) => new Uint8Array(certificate.rawData))
  const files = new Map([
    ['root-ca.pem', shown('the root: what servers and clients trust', root)],
    ['root-ca.key', secret('its private key', await exportKey(root))],
    ['issuing-ca.pem', shown('the CA below it, which issued the others', issuing)],
    ['issuing-ca.key', secret('its private key', await exportKey(issuing))],
    ['ca-bundle.pem', shown('both CAs', issuing, root)],
    ['server.pem', shown('the certificate of the server alone', server)],
    ['server-fullchain.pem', shown('what the server presents: its certificate and the issuing CA', server, issuing)],
    ['server.key', secret('its private key', await exportKey(server))],
    ['client.pem', shown('the certificate of the client alone', client)],
    ['client-fullchain.pem', shown('what the client presents: its certificate and the issuing CA', client, issuing)],
    ['client.key', secret('its private key', clientKey)],
    [
      'client.p12',
      {
        content: makePkcs12(chain, clientKey, wanted.clientName, password),
        secret: true,
        what: 'the client for browsers, Java and testers: key, certificate and CAs'
      }
    ]
  ])
  return { files, password }
}

const shown = (what: string, ...chain: readonly Identity[]): NewFile => ({
  content: chain.map(({ certificate }) => `${certificate.toString('pem')}\n`).join(''),
  secret: false,
  what
})

const secret = (what: string, key: KeyObject): NewFile => ({
  content: key.export({ type: 'pkcs8', format: 'pem' }),
  secret: true,
  what
})

async function exportKey({ keys }: Identity): Promise<KeyObject> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

/** Self-signed without an issuer. */
async function makeAuthority(wanted: DevelopmentPki, name: string, issuer?: Identity): Promise<Identity> {
  const keys = await makeKeys(wanted.key)
  const extensions = [
    // Only the issuing CA stands below the root, and no CA below that.
    new BasicConstraintsExtension(true, issuer ? 0 : 1, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true)
  ]
  // A name of its own each time, so that nobody takes the CA of one development PKI for that of another.
  const mark = (await keyIdentifier(keys)).slice(0, 4).toUpperCase()
  const days = Math.max(wanted.days, 3650)
  return makeCertificate({ subject: `${name} ${mark}`, keys, days, now: wanted.now, extensions, issuer })
}

async function makeEndEntity(
  wanted: DevelopmentPki,
  issuer: Identity,
  subject: string,
  purpose: string,
  names: readonly JsonGeneralName[]
): Promise<Identity> {
  const keys = await makeKeys(wanted.key)
  // TLS 1.2 has suites that encrypt with an RSA key; no other key can.
  const usage = KeyUsageFlags.digitalSignature | (wanted.key === 'rsa' ? KeyUsageFlags.keyEncipherment : 0)
  const extensions = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(usage, true),
    new ExtendedKeyUsageExtension([purpose]),
    ...(names.length > 0 ? [new SubjectAlternativeNameExtension([...names])] : [])
  ]
  return makeCertificate({ subject, keys, days: wanted.days, now: wanted.now, extensions, issuer })
}

interface CertificateWords {
  /** The common name. */
  readonly subject: string
  readonly keys: webcrypto.CryptoKeyPair
  readonly days: number
  readonly now: Date
  readonly extensions: readonly Extension[]
  readonly issuer: Identity | undefined
}

async function makeCertificate({ subject, keys, days, now, extensions, issuer }: CertificateWords): Promise<Identity> {
  const signer = issuer?.keys ?? keys
  const certificate = await X509CertificateGenerator.create(
    {
      subject: nameOf(subject),
      issuer: issuer?.certificate.subjectName ?? nameOf(subject),
      // Clocks of other machines may be slow.
      notBefore: new Date(now.getTime() - hour),
      notAfter: new Date(now.getTime() + days * 24 * hour),
      publicKey: keys.publicKey,
      signingKey: signer.privateKey,
      signingAlgorithm: { name: signer.privateKey.algorithm.name, hash: 'SHA-256' },
      extensions: [
        ...extensions,
        new SubjectKeyIdentifierExtension(await keyIdentifier(keys)),
        new AuthorityKeyIdentifierExtension(await keyIdentifier(signer))
      ]
    },
    webcrypto as unknown as Parameters<typeof X509CertificateGenerator.create>[1]
  )
  return { certificate, keys }
}

const hour = 3_600_000

/** RFC 7093 2: the leftmost 160 bits of the SHA-256 over the public key. */
async function keyIdentifier({ publicKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const spki = Buffer.from(await webcrypto.subtle.exportKey('spki', publicKey))
  return createHash('sha256').update(spki).digest('hex').slice(0, 40)
}

const algorithms = {
  ec: { name: 'ECDSA', namedCurve: 'P-256' },
  rsa: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
  ed25519: { name: 'Ed25519' }
} as const

const makeKeys = (kind: KeyKind): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithms[kind], true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>

/**
 * RFC 5280 allows 64 characters; what is longer has its place in the alternative names. Made from its parts, because a text
 * would be taken apart at quotes and commas.
 */
function nameOf(commonName: string): Name {
  const value = new AttributeValue({ utf8String: commonName.slice(0, 64) })
  return new Name(new NameSyntax([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: oids.commonName, value })])]))
}

/** Verifiers look for the client in the alternative names too, as far as its name can stand there. */
function namesOf(clientName: string): readonly JsonGeneralName[] {
  if (/^[\w.+-]+@[\w.-]+$/.test(clientName)) return [{ type: 'email', value: clientName }]
  return /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(clientName) ? [{ type: 'dns', value: clientName }] : []
}

const uri = (value: string | undefined): readonly JsonGeneralName[] => (value === undefined ? [] : [{ type: 'url', value }])
