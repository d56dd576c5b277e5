/** Packs the VSIX. It holds only what runs, so the description shown in VS Code goes without the pictures. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce'

const limit = 1_000_000

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const packagePath = process.argv[2] ?? `${manifest.name}-${manifest.version}.vsix`
const readmePath = 'dist/README.md'
writeFileSync(readmePath, readFileSync('README.md', 'utf8').replace(/^(\| )?!\[[^\]]*\]\([^)]*\)( \| \|)?\n/gm, ''))

await createVSIX({ packagePath, readmePath, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false })
const { size } = statSync(packagePath)
console.log(`${packagePath}: ${(await listFiles({ packageManager: PackageManager.None })).length} files, ${Math.ceil(size / 1024)} KB`)
if (size > limit) throw new Error(`${packagePath} is larger than ${limit} bytes`)
