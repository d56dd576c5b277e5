/**
 * Builds what runs into `dist/`: `client.cjs`, which VS Code's extension host loads, `webview/`, which its webviews load,
 * and, as ES modules that share their chunks, `server.js`, `cli.js` and `index.js`. Splitting is what keeps the heavy decoder of certificates
 * out of the server's start: it is imported only when somebody asks for details. `cli.cjs` is what the shell starts.
 *
 *   node esbuild.mjs [--production] [--watch]
 */
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { build, context } from 'esbuild'
import { writeNotices } from './scripts/notices.mjs'

const production = process.argv.includes('--production')
const watch = process.argv.includes('--watch')

const common = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: production,
  sourcemap: production ? false : 'linked',
  // Licences are in one file for all, and not in each.
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning'
}

const client = {
  ...common,
  entryPoints: { client: 'client/src/extension.ts' },
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  external: ['vscode']
}

/** What runs inside of webviews: a script and a style sheet a page. */
const webview = {
  ...common,
  outdir: 'dist/webview',
  entryPoints: { handshake: 'client/webview/handshake.ts', 'trust-map': 'client/webview/trust-map.ts' },
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
  sourcemap: false
}

const engine = {
  ...common,
  entryPoints: { server: 'server/src/lsp/main.ts', cli: 'server/src/cli/main.ts', index: 'server/src/index.ts' },
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  splitting: true,
  // Node's build of the package asks for an environment variable at every token, which takes a quarter of the time.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  // Some dependencies are CommonJS and call `require` for Node's own modules, which ES modules lack. Who bundles the library into a
  // CommonJS file has no URL there.
  banner: { js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url||__filename);" },
  plugins: [beside(/^@babel\/parser$/, './javascript-parser.cjs')]
}

/** By itself, since the first line of a chunk is not for the shell. */
const start = {
  ...common,
  entryPoints: { cli: 'server/src/cli/start.ts' },
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  plugins: [beside(/^\.\/main\.js$/, './cli.js'), { name: 'executable', setup: ({ onEnd }) => onEnd(makeExecutable) }]
}

/** The parser of JavaScript, which is read from the disk when a program needs it, and not with everything else. */
const parser = {
  ...common,
  entryPoints: { 'chunks/javascript-parser': '@babel/parser' },
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  sourcemap: false
}

/** What is built by itself is found beside what imports it; what shares code lies in a chunk. */
function beside(filter, path) {
  return { name: `${path} beside`, setup: ({ onResolve }) => onResolve({ filter }, () => ({ path, external: true })) }
}

if (!watch) rmSync('dist', { recursive: true, force: true })
if (watch) {
  for (const options of [client, webview, engine, start, parser]) await (await context({ ...options, logLevel: 'info' })).watch()
} else {
  const declarations = emitDeclarations()
  const results = await Promise.all([client, webview, engine, start, parser].map(it => build(it)))
  writeNotices('dist/third-party-notices.txt', results)
  await declarations
}

function makeExecutable() {
  if (existsSync('dist/cli.cjs')) chmodSync('dist/cli.cjs', 0o755)
}

/** The library's types. They describe what the bundle exports, so an error in them is an error of the build. */
function emitDeclarations() {
  const compiler = createRequire(import.meta.url)
    .resolve('typescript/package.json')
    .replace(/package\.json$/, 'bin/tsc')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [compiler, '-p', 'tsconfig.types.json'], { stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', code => (code === 0 ? resolve() : reject(new Error('the declarations of the library could not be written'))))
  })
}
