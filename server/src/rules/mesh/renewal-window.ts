import type { CertificateRequest } from '../../core/mesh.js'
import { defineRule, manual } from '../../core/rule.js'

export default defineRule({
  id: 'renewal-window',
  subject: 'mesh',
  title: 'A certificate is to be renewed at a time that does not fit how long it is valid',
  category: 'validity',
  severity: 'error',
  citations: [
    manual('cert-manager CertificateSpec', 'https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificateSpec'),
    manual('cert-manager renewal', 'https://cert-manager.io/docs/usage/certificate/#issuance-behavior-rotation-of-the-private-key')
  ],
  check({ requests }, ctx) {
    for (const { label, windowFlaws } of requests)
      for (const flaw of windowFlaws) ctx.report({ at: flaw, message: `${label} is refused: ${messageOf(flaw)}` })
  }
})

function messageOf({ kind, text, other }: CertificateRequest['windowFlaws'][number]): string {
  switch (kind) {
    case 'early':
      return `it is to be renewed ${text} before its end, and is valid for ${other} only`
    case 'short':
      return `a certificate for ${text} is shorter than the hour that cert-manager demands`
    case 'late':
      return `${text} before its end is later than the five minutes that cert-manager demands`
    case 'unit':
      return `${text} is no duration, whose units are h, m and s`
  }
}
