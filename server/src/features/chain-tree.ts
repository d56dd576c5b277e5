import { isSameCertificate, mayHaveIssued } from '../core/chain.js'
import type { Diagnostic } from '../core/diagnostic.js'
import type { Location } from '../core/text.js'
import { day, nameOf, nameText } from '../core/words.js'
import type { Workspace } from '../core/workspace.js'
import type { ChainNode } from '../lsp/protocol.js'
import type { Certificate } from '../x509/certificate.js'
import { crlOf, isCrl } from '../x509/crl.js'
import { describeKey, keyMatches, publicKeyOf } from '../x509/keys.js'
import type { PemBlock, PemFile } from '../x509/pem.js'
import { requestSubject } from '../x509/request.js'
import { type CertificateIndex, indexCertificates, selfSigned } from './certificate-index.js'
import { describeBlock, describeCertificate, keyTitle, summarize } from './describe-block.js'
import { count, plain, validityState, validityWords } from './words.js'

/** A node of the tree of chains; where it stands is told in offsets. */
export interface ChainTreeNode extends Omit<ChainNode, 'uri' | 'range' | 'children'> {
  readonly at: Location | { readonly path: string }
  readonly children: readonly ChainTreeNode[]
}

type State = ChainNode['state']

interface Around {
  readonly index: CertificateIndex
  readonly now: Date
  readonly warningDays: number
  /** Of a bundle of many, each is told in a line. */
  readonly brief: boolean
  /** What was found in the file. */
  readonly findings: readonly Diagnostic[]
}

/** Every chain of the workspace, by file. `shownPath` makes a path short for people. */
export function chainTree(workspace: Workspace, now: Date, shownPath: (path: string) => string): readonly ChainTreeNode[] {
  const index = indexCertificates(workspace)
  return index.files
    .map(file => fileNode(file, { ...around(workspace, file, now), index }, shownPath))
    .sort((a, b) => (a.label < b.label ? -1 : 1))
}

function around(workspace: Workspace, { file, certificates }: PemFile, now: Date): Omit<Around, 'index'> {
  const findings = workspace.check(file.path).filter(it => it.path === file.path && it.suppressed === undefined)
  return { now, findings, brief: certificates.length > 50, warningDays: workspace.settingsOf(file.path).expiryWarningDays }
}

function fileNode(pem: PemFile, ctx: Around, shownPath: (path: string) => string): ChainTreeNode {
  const chains = headsOf(pem.certificates).map(it => chainNode(it, pem, ctx, shownPath))
  const others = pem.blocks.flatMap(it => otherNode(it, pem, ctx))
  const children = [...chains, ...others]
  const { path } = pem.file
  const state = worst([...children.flatMap(statesBelow), ...ctx.findings.map(stateOf)])
  const description = [contentWords(pem), endWords(pem, ctx.now)].filter(it => it !== '').join(', ')
  const tooltip = [`**${plain(shownPath(path))}**`, ...ctx.findings.slice(0, 5).map(it => `- ${plain(it.message)}`)].join('\n\n')
  return { kind: 'file', label: shownPath(path), description, tooltip, state, at: { path }, children }
}

/** Those that issued no other of the file: each begins a chain. Of certificates that issued each other, the first. */
function headsOf(certificates: readonly Certificate[]): readonly Certificate[] {
  const byIssuer = new Map<string, Certificate[]>()
  for (const it of certificates) {
    const group = byIssuer.get(it.issuer.canonical)
    if (group) group.push(it)
    else byIssuer.set(it.issuer.canonical, [it])
  }
  const hasIssuedAnother = (certificate: Certificate) =>
    byIssuer.get(certificate.subject.canonical)?.some(it => !isSameCertificate(it, certificate) && mayHaveIssued(certificate, it)) ?? false
  const heads = certificates.filter(it => !hasIssuedAnother(it))
  return heads.length > 0 ? heads : certificates.slice(0, 1)
}

const longestPath = 32

/** From the head up, each below the one it issued. */
function chainNode(head: Certificate, pem: PemFile, ctx: Around, shownPath: (path: string) => string): ChainTreeNode {
  const path: Certificate[] = [head]
  let top: readonly ChainTreeNode[] = []
  while (path.length < longestPath) {
    const last = path.at(-1)!
    if (selfSigned(last)) break
    const issuers = ctx.index.issuersOf(last).filter(it => !path.some(known => isSameCertificate(known, it)))
    const next = issuers.find(it => it.block.file === pem.file) ?? issuers[0]
    if (!next) {
      top = [missingNode(last, ctx, shownPath)]
      break
    }
    path.push(next)
  }
  const presents = !head.isCa
  return path.reduceRight<readonly ChainTreeNode[]>((above, certificate) => {
    const isHere = certificate.block.file === pem.file
    const isGap = !isHere && presents && !selfSigned(certificate)
    return [isGap ? gapNode(certificate, above, ctx, shownPath) : certificateNode(certificate, above, isHere, ctx, shownPath)]
  }, top)[0]!
}

function certificateNode(
  certificate: Certificate,
  children: readonly ChainTreeNode[],
  isHere: boolean,
  ctx: Around,
  shownPath: (path: string) => string
): ChainTreeNode {
  const at = certificate.at()
  const found = ctx.findings.filter(it => isHere && it.start >= at.start && it.end <= at.end)
  const where = isHere ? '' : `, in ${shownPath(at.path)}`
  return {
    kind: selfSigned(certificate) ? 'anchor' : certificate.isCa ? 'intermediate' : 'endEntity',
    label: nameOf(certificate),
    description: `${validityWords(certificate, ctx.now)}${where}`,
    tooltip: ctx.brief ? summarize(certificate, ctx.now) : describeCertificate(certificate, ctx.now),
    state: worst([validityState(certificate, ctx.now, ctx.warningDays), ...found.map(stateOf)]),
    at,
    children
  }
}

/** An intermediate that is known, and that the file does not send along: whoever gets the file cannot know it. */
function gapNode(
  certificate: Certificate,
  children: readonly ChainTreeNode[],
  ctx: Around,
  shownPath: (path: string) => string
): ChainTreeNode {
  return {
    kind: 'missing',
    label: `${nameOf(certificate)} is not in this file`,
    description: `it lies in ${shownPath(certificate.block.file.path)}`,
    tooltip: `Whoever gets this file does not get this certificate.\n\n${describeCertificate(certificate, ctx.now)}`,
    state: gapState(ctx, 'warning'),
    at: certificate.at(),
    children
  }
}

/** Nobody here has the issuer's certificate. That is ordinary for the last link: only the peer needs the anchor. */
function missingNode(certificate: Certificate, ctx: Around, shownPath: (path: string) => string): ChainTreeNode {
  const name = nameText(certificate.issuer)
  const namesake = ctx.index.namesakesOfIssuer(certificate)[0]
  const url = certificate.issuerUrls[0]
  const keyId = certificate.authorityKeyIdentifier?.keyIdentifier
  const where = namesake
    ? `that of this name in ${shownPath(namesake.block.file.path)} did not sign it`
    : url === undefined
      ? 'not in this workspace'
      : `to be had from ${url}`
  const rows = [`The certificate of the issuer, **${plain(name)}**, is missing.`, keyId && `Key identifier ${keyId}`, url && plain(url)]
  return {
    kind: 'missing',
    label: `${name} is missing`,
    description: where,
    tooltip: rows.filter(it => it).join('\n\n'),
    state: gapState(ctx, namesake ? 'error' : 'unknown'),
    at: namesake?.at() ?? certificate.at('issuer'),
    children: []
  }
}

/** The rule knows whether the link is really needed. */
const gapState = ({ findings }: Around, otherwise: State): State =>
  worst([otherwise, ...findings.filter(it => it.rule === 'missing-intermediate').map(stateOf)])

function otherNode(block: PemBlock, pem: PemFile, ctx: Around): readonly ChainTreeNode[] {
  const found = ctx.findings.filter(it => it.start >= block.span.start && it.end <= block.span.end).map(stateOf)
  const node = { at: { path: pem.file.path, ...block.span }, tooltip: describeBlock(block, ctx.now), children: [] }
  switch (block.kind) {
    case 'privateKey':
    case 'encryptedPrivateKey': {
      const { description, state } = matchOf(block, pem, ctx)
      return [{ ...node, kind: 'key', label: keyLabel(block), description, state: worst([state, ...found]) }]
    }
    case 'crl':
      return [{ ...node, ...crlWords(block, ctx.now, found) }]
    case 'certificateRequest':
      return [{ ...node, kind: 'request', label: requestLabel(block), description: '', state: worst(found) }]
    default:
      return []
  }
}

function requestLabel(block: PemBlock): string {
  const subject = requestSubject(block)
  return subject ? `Signing request for ${nameText(subject)}` : 'Certificate signing request'
}

function keyLabel(block: PemBlock): string {
  const key = describeKey(block)
  return key ? keyTitle(key).replaceAll('\\', '') : 'Private key'
}

/** In a file with certificates the first of them is what the key is for; a key of its own may belong to any. */
function matchOf(block: PemBlock, pem: PemFile, { index }: Around): { readonly description: string; readonly state: State } {
  const first = pem.certificates[0]
  const matches = first && keyMatches(first, block)
  if (matches === true) return { description: 'key matches', state: 'ok' }
  if (matches === false && !pem.certificates.some(it => keyMatches(it, block)))
    return { description: 'key matches no certificate of this file', state: 'warning' }
  if (block.kind === 'encryptedPrivateKey') return { description: 'cannot be looked into', state: 'unknown' }
  const key = publicKeyOf(block)
  const owner = key && index.withKey(key.spki)[0]
  if (!key) return { description: 'cannot be read', state: 'unknown' }
  return owner
    ? { description: `belongs to ${nameOf(owner)}`, state: 'ok' }
    : { description: 'no certificate for it here', state: 'unknown' }
}

function crlWords(block: PemBlock, now: Date, found: readonly State[]): Pick<ChainTreeNode, 'kind' | 'label' | 'description' | 'state'> {
  const crl = crlOf(block)
  if (!isCrl(crl)) return { kind: 'crl', label: 'Revocation list', description: 'cannot be read', state: worst(['error', ...found]) }
  const { nextUpdate } = crl
  const isLate = nextUpdate !== undefined && nextUpdate < now
  const description = nextUpdate ? `${isLate ? 'was to be renewed on' : 'good until'} ${day(nextUpdate)}` : 'without an end'
  return {
    kind: 'crl',
    label: `Revocation list of ${nameText(crl.issuer)}`,
    description,
    state: worst([isLate ? 'error' : 'ok', ...found])
  }
}

const contentWords = ({ certificates, blocks }: PemFile): string =>
  certificates.length > 0 ? count(certificates.length, 'certificate') : blocks.length > 1 ? count(blocks.length, 'block') : ''

/** The chain holds as long as the first of its certificates. */
function endWords({ certificates }: PemFile, now: Date): string {
  const first = certificates.reduce<Certificate | undefined>(
    (least, it) => (least && least.notAfter <= it.notAfter ? least : it),
    undefined
  )
  return first ? validityWords(first, now) : ''
}

const stateOf = ({ severity }: Diagnostic): State => (severity === 'error' || severity === 'warning' ? severity : 'ok')

const gravest: readonly State[] = ['error', 'warning', 'unknown', 'ok']
const worst = (states: readonly State[]): State => gravest.find(it => states.includes(it)) ?? 'ok'

function statesBelow(node: ChainTreeNode): readonly State[] {
  return [node.state, ...node.children.flatMap(statesBelow)]
}
