import { memo, type SourceFile } from '../../core/text.js'

/** YAML, JSON, and YAML that a template engine has still to go over. */
export const mayBe = (path: string): boolean => /\.(?:ya?ml|json)(?:\.(?:tmpl|tpl|gotmpl|j2|erb|in))?$/i.test(path)

/** A resource says its version and its kind at the top. */
export const isResource = (text: string): boolean =>
  (topVersion.test(text) && topKind.test(text)) || (/^\s*[{[]/.test(text) && anyVersion.test(text) && anyKind.test(text))

const topVersion = /^["']?apiVersion["']?[ \t]*:/m
const topKind = /^["']?kind["']?[ \t]*:/m
const anyVersion = /["']apiVersion["']\s*:/
const anyKind = /["']kind["']\s*:/

/** Files that a template engine writes parts of are no YAML yet, whatever the reader says of them. */
export const isTemplate: (file: SourceFile) => boolean = memo(
  ({ path, text }) => /\{\{|\{%|<%|^[ \t]*\$\{/m.test(text) || /\.(?:tmpl|tpl|gotmpl|j2|erb)$|\/templates\//i.test(path)
)

/** Pages for people leave parts out with dots, or show the command that applies the rest: nobody gives these to Kubernetes. */
export const isExcerpt = (text: string): boolean => /^[ \t]*(?:\.\.\.|\. \. \.|EOF)[ \t]*\r?$/m.test(text)
