/** The resources in a file, as Kubernetes would read them. */
import { type Location, locate, memo, type SourceFile, type Span } from '../../core/text.js'
import { brief } from '../../core/words.js'
import { itemsAt, parseYaml, scalarAt, textAt, type YamlMap, type YamlNode } from '../yaml/syntax.js'
import { isTemplate } from './detect.js'

export interface Resource {
  readonly file: SourceFile
  /** `networking.istio.io`; empty for the core group. */
  readonly group: string
  readonly kind: string
  /** Absent when it is not written, or a template writes it. */
  readonly name?: string
  /** Empty when it is not written: whoever applies it decides. Absent when a template writes it. */
  readonly namespace?: string
  readonly node: YamlMap
  readonly at: Location
  /** A template engine goes over the file: what is not there may be there once it is filled in. */
  readonly incomplete: boolean
  /** A template decides whether parts of it are there at all. */
  readonly conditional: boolean
}

/** All resources of a file, those inside lists too. */
export const resourcesOf: (file: SourceFile) => readonly Resource[] = memo(file => {
  const { documents, templated } = parseYaml(file)
  return documents.flatMap(({ root, span }) =>
    root ? readResources(root, file, templated ? file.text.slice(span.start, span.end) : '') : []
  )
})

function readResources(root: YamlNode, file: SourceFile, template: string): readonly Resource[] {
  if (root.kind !== 'map') return []
  const kind = textAt(root, 'kind')
  const apiVersion = textAt(root, 'apiVersion')
  if (kind === undefined || apiVersion === undefined) return []
  if (/List$/.test(kind) && root.get('items')) return itemsAt(root, 'items').flatMap(it => readResources(it, file, template))
  const metadata = root.get('metadata')
  const named = scalarAt(metadata, 'name')
  const name = textAt(named)
  const namespace = scalarAt(metadata, 'namespace')
  return [
    {
      file,
      kind,
      group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? { namespace: '' } : namespace.dynamic ? {} : { namespace: namespace.text }),
      node: root,
      at: locate(file, (named ?? scalarAt(root, 'kind')!).span),
      incomplete: isTemplate(file),
      conditional: conditions.test(template)
    }
  ]
}

const conditions = /\{\{-?\s*(?:if|else|range|with|block|template|include)\b|\{%|<%/

export const labelOf = ({ kind, name }: Resource): string => (name === undefined ? brief(kind) : `${brief(kind)} ${brief(name)}`)

export const placeIn = ({ file }: Resource, span: Span): Location => locate(file, span)

/** A map of words, such as labels; those that a template writes are left out. */
export function wordsOf(node: YamlNode | undefined): ReadonlyMap<string, string> {
  if (node?.kind !== 'map') return new Map()
  return new Map(node.entries.flatMap(({ key, value }) => (value?.kind === 'scalar' && !value.dynamic ? [[key, value.text] as const] : [])))
}

/** Are all of these among those? */
export function isAmong(some: ReadonlyMap<string, string>, all: ReadonlyMap<string, string>): boolean {
  for (const [key, value] of some) if (all.get(key) !== value) return false
  return true
}

/** Could a thing that has all of these also have those? */
export function isCompatible(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  for (const [key, value] of one) if ((other.get(key) ?? value) !== value) return false
  return true
}

/**
 * Are two files likely to be applied together? Files of one folder are, and those of folders around; siblings such as
 * `overlays/test` and `overlays/production` are not.
 */
export function areTogether(one: string, other: string): boolean {
  if (one === other) return true
  const [folder, otherFolder] = [folderOf(one), folderOf(other)]
  return folder.startsWith(otherFolder) || otherFolder.startsWith(folder)
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)
