import {
  type Certificate,
  certificateOf,
  crlOf,
  defineRule,
  extensionNames,
  type Finding,
  isCertificateError,
  isCrl,
  kindOfDer,
  oids,
  type PemBlock,
  rfc
} from '../../core/rule.js'
import { memoInside } from '../../core/text.js'

export default defineRule({
  id: 'malformed-certificate',
  subject: 'file',
  title: 'A certificate, a CRL or a key does not decode',
  category: 'syntax',
  severity: 'error',
  citations: [rfc(5280, '4.1'), rfc(5280, '4.2')],
  check(file, ctx) {
    for (const block of file.blocks) for (const finding of flawsOf(block)) ctx.report(finding)
  },
  also: {
    path({ credential, what }, ctx) {
      const opened = credential && ctx.credential(credential)
      if (opened?.kind !== 'pem') return
      const flaws = opened.file.blocks.filter(it => (what === 'key') === isPrivate(it)).flatMap(flawsOf)
      const flaw = flaws.find(it => it.severity !== 'warning')
      if (flaw) ctx.report(flaw)
    }
  }
})

const none: readonly Finding[] = []

function flawsOf(block: PemBlock): readonly Finding[] {
  const certificate = certificateOf(block)
  const isSound = certificate && !isCertificateError(certificate) && certificate.malformed.length + certificate.repeated.length === 0
  return isSound ? none : flawsIn(block)
}

/** Every use of the file asks. */
const flawsIn = memoInside((block: PemBlock): readonly Finding[] => {
  const crl = crlOf(block)
  if (crl) return isCrl(crl) || isSomethingElse(block) ? [] : [{ at: block.locate(crl.at), message: crl.message }]
  const certificate = certificateOf(block)
  if (!certificate) return keyFlaws(block)
  if (!isCertificateError(certificate)) return extensionFlaws(certificate)
  return isSomethingElse(block) ? [] : [{ at: block.locate(certificate.at), message: certificate.message }]
})

const isPrivate = ({ kind }: PemBlock): boolean => kind === 'privateKey' || kind === 'encryptedPrivateKey'

/** Labels under which nothing stands but a structure of its own: no body that is encrypted as a whole, nothing of SSH. */
const keyLabels = /^(?:(?:RSA |EC |DSA |ENCRYPTED )?PRIVATE KEY|(?:RSA )?PUBLIC KEY|(?:NEW )?CERTIFICATE REQUEST)$/

function keyFlaws(block: PemBlock): readonly Finding[] {
  const { der, label, headers } = block
  if (!der || headers.length > 0 || !keyLabels.test(label) || kindOfDer(der) !== undefined) return []
  const message = `this ${label} does not decode: what stands between BEGIN and END is damaged, or lines of it are missing`
  return [{ at: block.locate({ start: 0, end: der.length }), message }]
}

/** Another structure altogether is in the wrong place, not broken: wrong-pem-label says so. */
function isSomethingElse({ der, kind }: PemBlock): boolean {
  const actual = der && kindOfDer(der)
  return actual !== undefined && actual !== (kind === 'trustedCertificate' ? 'certificate' : kind)
}

function extensionFlaws(certificate: Certificate): readonly Finding[] {
  const flaw = (oid: string, what: string): Finding => ({
    at: certificate.at({ extension: oid }),
    message: `the extension ${extensionNames.get(oid) ?? oid}, at byte ${certificate.extensions.get(oid)?.bytes.start ?? 0}, ${what}`
  })
  return [
    ...certificate.malformed.map(
      (oid): Finding =>
        readByAll.has(oid)
          ? flaw(oid, 'does not decode: verifiers reject the certificate')
          : { ...flaw(oid, 'does not decode'), severity: 'warning' }
    ),
    ...certificate.repeated.map(it => flaw(it, 'stands in the certificate more than once, which RFC 5280 forbids'))
  ]
}

/** Without these no path is built. */
const readByAll: ReadonlySet<string> = new Set([
  oids.subjectKeyIdentifier,
  oids.keyUsage,
  oids.subjectAltName,
  oids.basicConstraints,
  oids.nameConstraints,
  oids.crlDistributionPoints,
  oids.authorityKeyIdentifier,
  oids.extendedKeyUsage
])
