import { defineRule, manual } from '../../core/rule.js'

export default defineRule({
  id: 'syntax-error',
  subject: 'language',
  title: 'The text is refused where it stands',
  category: 'syntax',
  severity: 'error',
  citations: [manual('nginx configuration files', 'https://nginx.org/en/docs/beginners_guide.html#conf_structure')]
})
