import {
  type Certificate,
  certificateOf,
  defineRule,
  extensionNames,
  type Finding,
  isCertificateError,
  kindOfDer,
  oids,
  type PemBlock,
  rfc
} from '../../core/rule.js'

export default defineRule({
  id: 'malformed-certificate',
  subject: 'file',
  title: 'A block that promises a certificate holds something that does not decode',
  category: 'syntax',
  severity: 'error',
  citations: [rfc(5280, '4.1'), rfc(5280, '4.2')],
  check(file, ctx) {
    for (const block of file.blocks) for (const finding of flawsOf(block)) ctx.report(finding)
  },
  also: {
    path({ credential, what }, ctx) {
      if (!credential || (what !== 'certificate' && what !== 'trust')) return
      const opened = ctx.credential(credential)
      if (opened.kind !== 'pem') return
      const flaw = opened.file.blocks.flatMap(flawsOf).find(it => it.severity !== 'warning')
      if (flaw) ctx.report(flaw)
    }
  }
})

function flawsOf(block: PemBlock): readonly Finding[] {
  const certificate = certificateOf(block)
  if (!certificate) return []
  if (!isCertificateError(certificate)) return extensionFlaws(certificate)
  const actual = block.der && kindOfDer(block.der)
  // Another structure altogether is in the wrong place, not broken: wrong-pem-label says so.
  if (actual !== undefined && actual !== 'certificate') return []
  return [{ at: block.locate(certificate.at), message: certificate.message }]
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
