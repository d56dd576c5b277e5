import { defineRule, manual } from '../../core/rule.js'
import { day, nameOf } from '../../core/words.js'

export default defineRule({
  id: 'lifetime-too-long',
  subject: 'certificate',
  title: 'A certificate of a public CA lives longer than clients accept',
  category: 'validity',
  severity: 'information',
  citations: [
    manual('CA/Browser Forum Baseline Requirements 6.3.2', 'https://cabforum.org/working-groups/server/baseline-requirements/requirements/')
  ],
  check({ certificate }, ctx) {
    const { notBefore, notAfter } = certificate
    // Without timestamps it is of a private CA, which makes its own rules.
    if (certificate.isCa || !certificate.hasTimestamps) return
    const limit = limits.find(it => notBefore.getTime() >= Date.parse(it.from))
    const days = (notAfter.getTime() - notBefore.getTime() + 1000) / 86_400_000
    if (!limit || !(days > limit.days)) return
    ctx.report({
      at: certificate.at('validity'),
      message: `${nameOf(certificate)} is valid for ${Math.ceil(days)} days: of public CAs, browsers accept ${limit.days} days for what is issued on ${day(notBefore)}`
    })
  }
})

/** By date of issue, the newest first. */
const limits = [
  { from: '2029-03-15', days: 47 },
  { from: '2027-03-15', days: 100 },
  { from: '2026-03-15', days: 200 },
  { from: '2020-09-01', days: 398 }
]
