/** The npm package as its users have it: packed, unpacked, its command linked as npm links it, and nothing else installed. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { buildSync } from 'esbuild'
import { dialects } from '../server/src/dialects/index.js'
import { repository } from './files.js'

const scratch = mkdtempSync(path.join(tmpdir(), 'mtls-lens-package-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

const command = path.join(scratch, 'node_modules/.bin/mtls-lens')
const manifest = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8'))

const run = (file: string, ...args: readonly string[]): string =>
  execFileSync(file, args, { cwd: scratch, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 })

describe('the npm package', () => {
  before(() => {
    const [{ filename }] = JSON.parse(run('npm', 'pack', repository, '--ignore-scripts', '--json'))
    const modules = path.join(scratch, 'node_modules')
    for (const name of ['.bin', 'mtls-lens']) mkdirSync(path.join(modules, name), { recursive: true })
    run('tar', '-xzf', filename, '-C', path.join(modules, 'mtls-lens'), '--strip-components=1')
    symlinkSync(path.join('../mtls-lens', manifest.bin['mtls-lens']), command)
  })

  it('has a command that the shell can start', () => assert.equal(run(command, '--version').trim(), manifest.version))

  for (const name of ['check', 'inspect', 'verify', 'handshake', 'endpoints', 'map', 'create', 'explain', 'lsp']) {
    it(`holds all that ${name} loads`, () => assert.match(run(command, name, '--help'), new RegExp(`^Usage: mtls-lens ${name}`)))
  }

  it('makes a PKI that it finds nothing wrong with, and shows it', () => {
    run(command, 'create', 'pki', '--server-name', 'localhost')
    assert.match(run(command, 'check', 'pki'), /No findings/)
    assert.match(run(command, 'inspect', 'pki/server.pem'), /localhost/)
  })

  it('reads each language', () => {
    mkdirSync(path.join(scratch, 'programs'))
    writeFileSync(
      path.join(scratch, 'programs/server.mjs'),
      "import https from 'node:https'\nhttps.createServer({ cert: '' }).listen(8445)\n"
    )
    writeFileSync(path.join(scratch, 'programs/ask.sh'), '#!/bin/sh\ncurl https://localhost:8446/\n')
    const { endpoints } = JSON.parse(run(command, 'endpoints', path.join(repository, 'samples'), 'programs'))
    const found = new Set(endpoints.map((each: { readonly dialect: string }) => each.dialect))
    assert.deepEqual(
      [...found].sort(),
      dialects
        .map(each => each.id)
        .filter(id => id !== 'pem')
        .sort()
    )
  })

  it('carries the licences of what is bundled into it', () => {
    const notices = readFileSync(path.join(scratch, 'node_modules/mtls-lens/dist/third-party-notices.txt'), 'utf8')
    const byName = new Map(notices.split(/^={80}\n(?=\S+ \d)/m).map(each => [each.split(' ')[0], each]))
    for (const name of ['commander', 'yaml', '@peculiar/x509', '@babel/parser', 'vscode-languageserver']) {
      assert.match(byName.get(name) ?? '', /permission/i, name)
    }
  })

  it('asks Node for nothing that its first version 20 lacks', () => {
    const later = /\b(?:styleText|parseEnv|getCallSites|globSync|register|registerHooks|enableCompileCache|hash)\b/
    const dist = path.join(scratch, 'node_modules/mtls-lens/dist')
    for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(each => each.endsWith('.js'))) {
      const imports = readFileSync(path.join(dist, file), 'utf8').matchAll(/import\s*\{([^}]*)\}\s*from\s*["']node:/g)
      for (const [, names] of imports) assert.doesNotMatch(names!, later, file)
    }
  })

  it('is a library', () => {
    writeFileSync(path.join(scratch, 'use.mjs'), "import { rules } from 'mtls-lens'\nconsole.log(rules.length)\n")
    assert.ok(Number(run(process.execPath, 'use.mjs')) > 50)
    buildSync({
      absWorkingDir: scratch,
      entryPoints: ['use.mjs'],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: 'bundled/use.cjs',
      logLevel: 'error'
    })
    assert.ok(Number(run(process.execPath, 'bundled/use.cjs')) > 50)
    // CommonJS gets it where Node can give it ES modules: from 20.19 and 22.12 on.
    if (!process.features.require_module) return
    writeFileSync(path.join(scratch, 'use.cjs'), "console.log(require('mtls-lens').rules.length)\n")
    assert.ok(Number(run(process.execPath, 'use.cjs')) > 50)
  })
})
