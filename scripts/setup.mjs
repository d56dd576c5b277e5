/**
 * Prepares the tests (`pretest`): installs the system packages they need where it may, which is as root on Debian, and
 * a VS Code that needs no display. What cannot be had is named here, with the tests that are skipped for want of it.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { hostObstacle, installHost } from '../test/vscode/host/install.mjs'

const modules = '/usr/lib/nginx/modules'

/** What the tests run, the Debian packages it comes from, and what is skipped without it. */
const needs = [
  {
    what: 'chromium',
    packages: ['chromium', 'fonts-dejavu-core'],
    there: onPath('chromium'),
    skipped: 'the tests in VS Code, unless it has a display'
  },
  {
    what: 'a C++ compiler',
    packages: ['g++', 'make', 'python3'],
    there: ['g++', 'make', 'python3'].every(onPath),
    skipped: 'nothing, but VS Code without a display writes no log'
  },
  { what: 'openssl', packages: ['openssl'], there: onPath('openssl'), skipped: 'comparisons with OpenSSL' },
  { what: 'curl', packages: ['curl'], there: onPath('curl'), skipped: 'what curl prints of handshakes' },
  { what: 'nginx', packages: ['nginx-light'], there: onPath('nginx'), skipped: 'the samples in a real nginx' },
  {
    what: "nginx's stream module",
    packages: ['libnginx-mod-stream'],
    there: existsSync(join(modules, 'ngx_stream_module.so')),
    skipped: 'stream servers in a real nginx'
  },
  {
    what: "nginx's mail module",
    packages: ['libnginx-mod-mail'],
    there: existsSync(join(modules, 'ngx_mail_module.so')),
    skipped: 'mail servers in a real nginx'
  },
  { what: 'haproxy', packages: ['haproxy'], there: onPath('haproxy'), skipped: 'a real HAProxy' },
  { what: 'go', packages: ['golang-go'], there: onPath('go'), skipped: "comparisons with Go's crypto/x509" },
  { what: 'javac', packages: ['default-jdk-headless'], there: onPath('javac'), skipped: "comparisons with Java's PKIX" },
  { what: 'certtool', packages: ['gnutls-bin'], there: onPath('certtool'), skipped: 'comparisons with GnuTLS' }
]

const missing = needs.filter(it => !it.there)
if (missing.length && process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
  install(missing.flatMap(it => it.packages))
} else {
  for (const { what, packages, skipped } of missing)
    console.warn(`No ${what} here (Debian: ${packages.join(' ')}). Without it is skipped: ${skipped}`)
}

const obstacle = hostObstacle()
if (obstacle) console.warn(`No VS Code without a display here: ${obstacle}`)
else installHost()

function onPath(command) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some(it => existsSync(join(it, command)))
}

function install(packages) {
  console.log(`Installing ${packages.join(' ')}`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...parameters) =>
    execFileSync('apt-get', ['-qq', ...parameters], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] })
  apt('update')
  apt('install', '-y', '--no-install-recommends', ...packages)
}
