/** Certificates per second of our reader against `node:crypto` and `@peculiar/x509`, in one run on the same certificates. */
import { X509Certificate as NodeCertificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import 'reflect-metadata'
import { X509Certificate as PeculiarCertificate } from '@peculiar/x509'
import { sourceFile } from '../server/src/core/text.js'
import type { Certificate } from '../server/src/x509/certificate.js'
import { certificateFromDer } from '../server/src/x509/load.js'
import { parsePem } from '../server/src/x509/pem.js'
import { filesBelow } from '../test/files.js'

interface Sample {
  readonly pem: string
  readonly der: Buffer
}

/** What our reader has met before it knows again: so many different ones that it has forgotten each when its turn comes. */
const different = 12_000

const originals = filesBelow('samples', '.pem').flatMap(path => parsePem(sourceFile(path, readFileSync(path, 'utf8'))).certificates)
const samples: readonly Sample[] = Array.from({ length: different }, (_, it) => renumbered(originals[it % originals.length]!, it))

/** The certificate with another serial number. */
function renumbered(certificate: Certificate, number: number): Sample {
  const der = Buffer.from(certificate.der)
  der.writeUIntBE(number, certificate.bytes('serialNumber')!.end - 3, 3)
  const lines = der.toString('base64').match(/.{1,64}/g)!
  return { der, pem: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n') }
}

/** What `check` asks of every certificate: dates, names, the key's kind, and the three extensions that decide what it is for. */
const readers: readonly { readonly name: string; readonly read: (it: Sample) => unknown }[] = [
  { name: 'ours, DER', read: ({ der }) => ours(certificateFromDer(der, '')) },
  { name: 'ours, PEM', read: ({ pem }) => ours(parsePem(sourceFile('', pem)).certificates[0]!) },
  { name: 'node:crypto, DER', read: ({ der }) => node(new NodeCertificate(der)) },
  { name: 'node:crypto, PEM', read: ({ pem }) => node(new NodeCertificate(pem)) },
  { name: '@peculiar/x509, DER', read: ({ der }) => peculiar(new PeculiarCertificate(der)) },
  { name: '@peculiar/x509, PEM', read: ({ pem }) => peculiar(new PeculiarCertificate(pem)) }
]

function ours(it: ReturnType<typeof certificateFromDer>): unknown {
  if (!('subject' in it)) throw new Error(it.message)
  const { notBefore, notAfter, subject, issuer, publicKey, basicConstraints, keyUsage, extendedKeyUsage } = it
  return [notBefore, notAfter, subject.text, issuer.text, publicKey.description, basicConstraints, keyUsage, extendedKeyUsage]
}

/** Without `publicKey`, which would cost it as much again, and without basicConstraints and keyUsage, which it cannot show. */
function node(it: NodeCertificate): unknown {
  return [it.validFrom, it.validTo, it.subject, it.issuer, it.ca, it.keyUsage]
}

const extensionTypes = ['2.5.29.19', '2.5.29.15', '2.5.29.37']

function peculiar(it: PeculiarCertificate): unknown {
  const extensions = extensionTypes.map(type => it.getExtension(type))
  return [it.notBefore, it.notAfter, it.subject, it.issuer, it.publicKey.algorithm, ...extensions]
}

/** Certificates per second: the best of several rounds, so that a neighbour's work does not count as ours. */
function measure(read: (it: Sample) => unknown): number {
  const rounds = Array.from({ length: 7 }, () => {
    let count = 0
    const start = performance.now()
    while (performance.now() - start < 150) {
      for (const sample of samples) read(sample)
      count += samples.length
    }
    return (count / (performance.now() - start)) * 1000
  })
  return Math.max(...rounds)
}

const rates = readers.map(({ name, read }) => ({ name, rate: measure(read) }))
const rateOf = (name: string) => rates.find(it => it.name === name)!.rate
console.log(`${originals.length} certificates of the samples under ${samples.length} serial numbers\n`)
console.log('reader                certificates/s      µs each   ours is faster by')
for (const { name, rate } of rates) {
  const factor = rateOf(`ours, ${name.slice(-3)}`) / rate
  const against = name.startsWith('ours') ? '' : `${factor.toFixed(1)}×`
  console.log(
    `${name.padEnd(20)} ${Math.round(rate).toLocaleString('en').padStart(15)} ${(1e6 / rate).toFixed(1).padStart(12)}   ${against}`
  )
}
