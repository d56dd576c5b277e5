/** Packs the VSIX. It holds only what runs, so the description shown in VS Code goes without the pictures. */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, posix } from 'node:path'
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce'

const limit = 1_000_000

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const packagePath = process.argv[2] ?? `${manifest.name}-${manifest.version}.vsix`
const readmePath = 'dist/README.md'
writeFileSync(readmePath, readFileSync('README.md', 'utf8').replace(/^(\| )?!\[[^\]]*\]\([^)]*\)( \| \|)?\n/gm, ''))

// Some of the chunks belong to the command line alone.
const ignoreFile = 'dist/.vscodeignore'
writeFileSync(ignoreFile, `${readFileSync('.vscodeignore', 'utf8')}\n${[...reachedFrom('dist/server.js')].map(it => `!${it}\n`).join('')}`)
try {
  await createVSIX({ packagePath, readmePath, ignoreFile, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false })
  const files = await listFiles({ packageManager: PackageManager.None, ignoreFile })
  console.log(`${packagePath}: ${files.length} files, ${Math.ceil(statSync(packagePath).size / 1024)} KB`)
} finally {
  rmSync(ignoreFile)
}
const { size } = statSync(packagePath)
if (size > limit) throw new Error(`${packagePath} is larger than ${limit} bytes`)

/** A built file, and all that it imports, at once or later. */
function reachedFrom(path, reached = new Set()) {
  // Strings and comments may look like imports.
  if (reached.has(path) || !existsSync(path)) return reached
  reached.add(path)
  for (const [, name] of readFileSync(path, 'utf8').matchAll(/(?:from|import|import\(|require\()\s*["'](\.{1,2}\/[\w./-]+)["']/g)) {
    reachedFrom(posix.join(dirname(path), name), reached)
  }
  return reached
}
