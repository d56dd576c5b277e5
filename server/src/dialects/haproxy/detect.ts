/** Names that are HAProxy's wherever they lie. */
const certainNames =
  /(?:^|\/)[^/]*haproxy[^/]*\.cfg(?:\.(?:j2|erb|tmpl|tpl|ctmpl|template|in|dist|default|example|sample|bak|orig|old|new))*$/i
/** Of these the text has to tell: many languages end in `.cfg`. */
const possibleNames =
  /(?:^|\/)[^/]*\.cfg(?:\.(?:j2|erb|tmpl|tpl|ctmpl|template|in|dist|default|example|sample))*$|haproxy[^/]*\.(?:conf|tmpl|template|ctmpl)(?:\.\w+)*$|\/haproxy(?:\.d)?\/[^/]+\.conf$/i

const ownSections =
  /^(?:global|defaults|(?:frontend|backend|listen|peers|resolvers|userlist|ring|crt-store)[ \t]+[\w.:-]+)(?:[ \t]+from[ \t]+\S+)?[ \t]*(?:#.*)?\r?$/m
const ownLines =
  /^[ \t]+(?:bind[ \t]+\S*:\S+|server[ \t]+\S+[ \t]+\S+|default_backend[ \t]+\S+|use_backend[ \t]+\S+|timeout[ \t]+(?:client|server|connect)[ \t]+\S+|mode[ \t]+(?:http|tcp)|option[ \t]+(?:httplog|tcplog|dontlognull|forwardfor)|http-request[ \t]+\S+|balance[ \t]+\w+|log[ \t]+(?:global|\/dev\/log)|maxconn[ \t]+\d+|ssl-default-(?:bind|server)-\w+)/m

export const mayBe = (path: string): boolean => certainNames.test(path) || possibleNames.test(path)

/** Of all the languages that end in `.cfg`, only those files that say something of HAProxy's. */
export function detect(path: string, text: string): boolean {
  if (!mayBe(path)) return false
  // The start is enough, and it keeps this cheap for files of any size.
  const start = text.slice(0, 20_000)
  if (start.includes('\0')) return false
  if (certainNames.test(path)) return true
  return ownSections.test(start) && ownLines.test(start)
}
