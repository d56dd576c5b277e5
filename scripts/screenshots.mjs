/**
 * `npm run screenshots`: drives a real VS Code as a person would and photographs what README.md shows, into docs/images.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hostObstacle, installHost } from '../test/vscode/host/install.mjs'
import { startHost } from '../test/vscode/host/launch.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const images = join(root, 'docs/images')
const viewport = { width: 1280, height: 760 }

const obstacle = hostObstacle()
if (obstacle) throw new Error(obstacle)
installHost()
mkdirSync(images, { recursive: true })

const themes = {
  'Default Dark Modern': 'handshake.png',
  'Default Light Modern': 'handshake-light.png',
  'Default High Contrast': 'handshake-high-contrast.png'
}

const settings = {
  '[log]': { 'editor.wordWrap': 'on' },
  'editor.minimap.enabled': false,
  'editor.fontSize': 13,
  'editor.stickyScroll.enabled': false,
  'workbench.layoutControl.enabled': false,
  'workbench.navigationControl.enabled': false,
  'window.commandCenter': false,
  // The copy's permissions are whatever they are.
  'mtlsLens.rules': { 'private-key-readable': 'off' }
}

const scratch = mkdtempSync(join(tmpdir(), 'mtls-lens-'))
let page
try {
  await inStory('client-ca-not-enforced', {}, photographSquiggle)
  await inStory('missing-intermediate', {}, photographHover, photographTree, photographResult)
  // High enough for the whole of it.
  for (const [theme, name] of Object.entries(themes))
    await inStory('missing-intermediate', { theme, height: 1020 }, () => photographHandshake(name))
  await inStory('expired-certificate', { prepare: writeLog }, photographExplanation)
  await inStory('all-correct', { prepare: openShop, height: 1000 }, () => photographTrustMap('trust-map.png'))
  const lightShop = { prepare: openShop, height: 1000, theme: 'Default Light Modern' }
  await inStory('all-correct', lightShop, () => photographTrustMap('trust-map-light.png'))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** In a copy, so that the window shows the story and nothing of where it lies. */
async function inStory(story, { theme = 'Default Dark Modern', prepare = () => {}, height = viewport.height }, ...photographs) {
  const folder = join(scratch, story)
  rmSync(folder, { recursive: true, force: true })
  cpSync(join(root, 'samples', story), folder, { recursive: true })
  prepare(folder)
  const themed = { ...settings, 'workbench.colorTheme': theme, 'window.autoDetectHighContrast': false }
  const host = await startHost({ folder, extensionDevelopmentPath: root, settings: themed, viewport: { ...viewport, height }, scale: 1.25 })
  page = host.page
  try {
    for (const photograph of photographs) await photograph()
  } finally {
    await host.close()
  }
}

/** Several stories in one workspace, each at a port of its own. */
function openShop(folder) {
  rmSync(folder, { recursive: true })
  const stories = ['all-correct', 'missing-intermediate', 'client-ca-not-enforced', 'haproxy/expired-certificate']
  for (const [at, story] of stories.entries()) {
    const team = join(folder, ['orders', 'payments', 'reports', 'stock'][at])
    cpSync(join(root, 'samples', story), team, { recursive: true })
    for (const side of ['gateway', 'orders']) {
      const path = join(team, side, story.startsWith('haproxy') ? 'haproxy.cfg' : 'nginx.conf')
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(':8443', `:${8443 + at}`))
    }
  }
}

async function photographTrustMap(name) {
  await page.locator('.statusbar-item[aria-label*="Errors: "]').first().waitFor()
  await open('payments/gateway/nginx.conf')
  await page.locator('.monaco-editor .squiggly-error').first().waitFor()
  await run('View: Close All Editors')
  await toggleSideBar()
  await run('mTLS Lens: Show Trust Map')
  const map = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame')
  await map.locator('svg .tie.rejected .pill').first().waitFor()
  // It is fitted to the window once that is as wide as it will be.
  await page.waitForTimeout(500)
  await shoot(name)
}

async function photographSquiggle() {
  await open('orders/nginx.conf')
  await page.locator('.monaco-editor .squiggly-error').first().waitFor()
  await toggleSideBar()
  await run('Problems: Focus on Problems View')
  await page.locator('.markers-panel .monaco-list-row', { hasText: 'client-ca-not-enforced' }).first().waitFor()
  await reveal('ssl_client_certificate')
  await page.keyboard.press('End')
  await shoot('squiggle.png')
}

async function photographHover() {
  await open('gateway/nginx.conf')
  await page.locator('.monaco-editor .squiggly-error').first().waitFor()
  await toggleSideBar()
  await reveal('proxy_ssl_certificate certs')
  await page.locator('.view-line span', { hasText: 'certs/gateway.pem' }).last().hover()
  await page.locator('.monaco-hover .hover-row', { hasText: 'end-entity' }).first().waitFor()
  await shoot('hover.png')
  await page.keyboard.press('Escape')
  await toggleSideBar()
}

async function photographTree() {
  await open('gateway/certs/gateway.pem')
  await run('Certificate Chains: Focus on Certificate Chains View')
  await page.locator('.pane-body .monaco-list-row', { hasText: 'Acme Issuing CA 1' }).first().waitFor()
  await widenSideBar()
  await shoot('tree.png')
}

async function photographResult() {
  await open('gateway/certs/gateway.pem')
  await toggleSideBar()
  await run('mTLS Lens: Verify Chain')
  await pageOfWebview().locator('h1').first().waitFor()
  await shoot('verify.png')
}

async function photographHandshake(name) {
  await open('orders/nginx.conf')
  await page.locator('.codelens-decoration a', { hasText: 'Predict handshake' }).first().waitFor()
  await toggleSideBar()
  await reveal('ssl_verify_client')
  await page.locator('.codelens-decoration a', { hasText: 'Predict handshake' }).first().click()
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'connects to this server' }).click()
  const result = pageOfWebview()
  await result.locator('.verdict').waitFor()
  // As the keyboard leads to it.
  await result.locator('[data-key="step-7"]').focus()
  await result.locator('.verdict').scrollIntoViewIfNeeded()
  await shoot(name)
}

function writeLog(folder) {
  const lines = [
    '2026/01/05 09:59:58 [notice] 12#12: signal process started',
    '2026/01/05 10:00:00 [info] 12#12: *1 client SSL certificate verify error: (10:certificate has expired) while reading client request headers, client: 127.0.0.1, server: orders.internal, request: "GET / HTTP/1.1"',
    '2026/01/05 10:00:00 [info] 12#12: *1 client 127.0.0.1 closed keepalive connection'
  ]
  writeFileSync(join(folder, 'orders/error.log'), `${lines.join('\n')}\n`)
}

async function photographExplanation() {
  await open('orders/error.log')
  await toggleSideBar()
  await page.locator('.view-line', { hasText: 'certificate has expired' }).click({ position: { x: 5, y: 5 } })
  // All of the line, however often it is wrapped.
  await page.keyboard.press('Control+L')
  await run('mTLS Lens: Explain Error')
  await pageOfWebview().locator('h2', { hasText: 'Usual causes' }).waitFor()
  await shoot('explain.png')
}

function pageOfWebview() {
  return page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame')
}

async function open(path) {
  await page.keyboard.press('Control+P')
  await page.locator('.quick-input-widget input.input').fill(path)
  // The first row would be the file that was open last, until the search is done.
  await page
    .locator(`.quick-input-list .monaco-list-row[aria-label*="${path.split('/').slice(0, -1).join('/')}"]`)
    .first()
    .click()
  await page.locator('.tab.active', { hasText: path.split('/').at(-1) }).waitFor()
}

async function run(title) {
  await page.keyboard.press('F1')
  await page.locator('.quick-input-widget input.input').fill(`>${title}`)
  await page
    .locator('.quick-input-list .monaco-list-row')
    .filter({ hasText: title.split(': ').at(-1) })
    .first()
    .click()
}

function toggleSideBar() {
  return page.keyboard.press('Control+B')
}

/** Scrolls to the text by searching for it. */
async function reveal(text) {
  await page.locator('.monaco-editor').first().click()
  await page.keyboard.press('Control+F')
  await page.locator('.find-widget .input').first().fill(text)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ArrowLeft')
}

async function widenSideBar() {
  const { x, y, width, height } = await page.locator('.part.sidebar').boundingBox()
  await page.mouse.move(x + width + 2, y + height / 2)
  await page.mouse.down()
  await page.mouse.move(x + width + 180, y + height / 2, { steps: 5 })
  await page.mouse.up()
  await page.mouse.move(x + width, 5)
}

function shoot(name) {
  return page.screenshot({ path: join(images, name), animations: 'disabled' })
}
