const sources = /\.[cm]?[jt]s$/i
/** What machines write or others wrote, and declarations, which do nothing. */
const notWritten =
  /\.d\.[cm]?ts$|[.-]min\.[cm]?js$|\.bundle\.[cm]?js$|(?:^|\/)(?:node_modules|bower_components|vendor|third_party|dist|build|out|coverage|\.next|\.yarn)\//i

export const mayBe = (path: string): boolean => sources.test(path) && !notWritten.test(path)

/** Nobody writes files of this size by hand. */
const largest = 500_000

const modules = /\b(?:https|tls|http2|undici)\b/
const own = /\b(?:rejectUnauthorized|requestCert|checkServerIdentity|NODE_TLS_REJECT_UNAUTHORIZED)\b/
const calls = /\b(?:https\s*\.\s*(?:request|get|Agent|createServer)|tls\s*\.\s*(?:connect|createServer)|createSecureServer)\b/
const credentials = /\b(?:ca|cert|key|pfx|minVersion|servername)\b\s*[:,}]/

/** A few searches for words that other programs do not have. */
export function detect(path: string, text: string): boolean {
  if (text.length > largest || !mayBe(path)) return false
  if (own.test(text)) return modules.test(text) || text.includes('NODE_TLS_REJECT_UNAUTHORIZED')
  return calls.test(text) && credentials.test(text)
}
