import { keyBlocksOf, locationOf } from '../../core/credentials.js'
import { defineRule, manual } from '../../core/rule.js'

export default defineRule({
  id: 'private-key-readable',
  subject: 'file',
  title: 'A private key file is readable by others',
  category: 'key',
  severity: 'warning',
  citations: [manual('chmod', 'https://pubs.opengroup.org/onlinepubs/9699919799/utilities/chmod.html')],
  check(file, ctx) {
    const { mode } = file.file
    if (mode === undefined || (mode & 0o044) === 0) return
    const key = keyBlocksOf(file)[0]
    if (!key) return
    const who = (mode & 0o004) === 0 ? 'its group' : 'everybody on this machine'
    const octal = (mode & 0o777).toString(8).padStart(4, '0')
    ctx.report({ at: locationOf(key), message: `${who} may read this private key: the file has mode ${octal}, and 0600 is enough` })
  }
})
