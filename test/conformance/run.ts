/**
 * Asks our verifiers what the third-party suites ask, and prints for each suite how many of the valid were accepted and how
 * many of the bad were rejected. No answer counts as wrong. `--verbose` names every case that is answered otherwise.
 */
import { readFileSync } from 'node:fs'
import type { VerifierId } from '../../server/src/core/model.js'
import { verifierIds } from '../../server/src/path/verifiers/index.js'
import { type Answer, type Case, chainCases, crlCases, hasData, limboCases, pkitsCases } from './suites.js'

interface Row {
  readonly suite: string
  readonly verifier: VerifierId
  /** What the answers are held against. */
  readonly against: string
  accepted: number
  valid: number
  rejected: number
  bad: number
  readonly wrong: string[]
}

const verbose = process.argv.includes('--verbose')

/** What other implementations answered, for the verifiers that are modelled on them. */
const recorded: { readonly [verifier in VerifierId]?: string } = {
  openssl: 'openssl_3_0_19',
  go: 'go_1_27_published',
  rustls: 'rustls_webpki_published',
  gnutls: 'gnutls_3_7_9'
}

const { divergences } = JSON.parse(readFileSync(new URL('divergences.json', import.meta.url), 'utf8')) as {
  divergences: readonly { readonly verifier: string; readonly id: string; readonly reason: string }[]
}

function main(): void {
  if (!hasData()) {
    console.log('skipped: limbo, BetterTLS, PKITS, BoringSSL chains and CRLs: ../shared/x509 is not there')
    return
  }
  const limbo = limboCases()
  const groups: readonly (readonly [string, readonly Case[]])[] = [
    ['limbo, generic', limbo.filter(it => it.suite === 'limbo-core' && it.generic)],
    ['limbo, all', limbo.filter(it => it.suite === 'limbo-core')],
    ['BetterTLS', limbo.filter(it => it.suite === 'limbo-bettertls')],
    ['PKITS', pkitsCases()],
    ['BoringSSL chains', chainCases()],
    ['BoringSSL CRLs', crlCases()]
  ]
  const rows = verifierIds.flatMap(verifier => groups.flatMap(([suite, cases]) => rowsOf(suite, cases, verifier)))
  print(rows)
  const unexplained = rows
    .filter(it => isPromised(it))
    .flatMap(it => it.wrong.filter(id => !isExplained(it.verifier, id)).map(id => `${it.verifier} ${id}`))
  for (const it of new Set(unexplained)) console.log(`unexplained: ${it}`)
  process.exitCode = unexplained.length > 0 ? 1 : 0
}

/** One row against the suite's expectation, one against the recorded answers where there are any. */
function rowsOf(suite: string, cases: readonly Case[], verifier: VerifierId): readonly Row[] {
  const answers = cases.map(it => [it, it.ask(verifier)] as const)
  const rows = [count(suite, verifier, 'expected', answers, it => it.expected)]
  const column = recorded[verifier]
  if (column && cases.some(it => it.answers[column])) rows.push(count(suite, verifier, column, answers, it => it.answers[column]))
  return rows
}

function count(
  suite: string,
  verifier: VerifierId,
  against: string,
  answers: readonly (readonly [Case, Answer])[],
  wantedOf: (it: Case) => string | undefined
): Row {
  const row: Row = { suite, verifier, against, accepted: 0, valid: 0, rejected: 0, bad: 0, wrong: [] }
  for (const [it, { result }] of answers) {
    const wanted = wantedOf(it)
    if (wanted !== 'SUCCESS' && wanted !== 'FAILURE') continue
    if (wanted === 'SUCCESS') row.valid++
    else row.bad++
    if (result !== wanted) row.wrong.push(it.id)
    else if (wanted === 'SUCCESS') row.accepted++
    else row.rejected++
  }
  return row
}

/** Where a difference is a fault unless `divergences.json` explains it. */
function isPromised({ suite, verifier, against }: Row): boolean {
  if (verifier === 'rfc5280') return against === 'expected' && ['limbo, generic', 'BetterTLS', 'PKITS', 'BoringSSL CRLs'].includes(suite)
  return against !== 'expected' && verifier !== 'gnutls'
}

const isExplained = (verifier: string, id: string) => divergences.some(it => it.verifier === verifier && it.id === id)

function print(rows: readonly Row[]): void {
  const line = (cells: readonly string[]) =>
    console.log(
      cells
        .map((it, index) => it.padEnd([10, 18, 26, 16, 16, 8][index]!))
        .join(' ')
        .trimEnd()
    )
  line(['verifier', 'suite', 'against', 'valid accepted', 'bad rejected', 'agrees'])
  for (const it of rows) {
    const right = it.accepted + it.rejected
    const total = it.valid + it.bad
    line([
      it.verifier,
      it.suite,
      it.against,
      `${it.accepted}/${it.valid}`,
      `${it.rejected}/${it.bad}`,
      `${((100 * right) / total).toFixed(1)} %`
    ])
    if (verbose) for (const id of it.wrong) console.log(`  ${id}${isExplained(it.verifier, id) ? ' (explained)' : ''}`)
  }
}

main()
