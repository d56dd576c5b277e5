/**
 * `npm run screenshots`: drives a real VS Code as a person would and photographs what README.md shows, into docs/images.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hostObstacle, installHost } from '../test/vscode/host/install.mjs'
import { startHost } from '../test/vscode/host/launch.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const images = join(root, 'docs/images')
const width = 1120
const height = 640

const obstacle = hostObstacle()
if (obstacle) throw new Error(obstacle)
installHost()
mkdirSync(images, { recursive: true })

// A copy, so that the window shows the samples and nothing of where they lie.
const scratch = mkdtempSync(join(tmpdir(), 'mtls-lens-'))
const folder = join(scratch, 'samples')
cpSync(join(root, 'samples'), folder, { recursive: true })
const settings = {
  'workbench.colorTheme': 'Default Light Modern',
  'editor.minimap.enabled': false,
  'editor.fontSize': 13,
  'editor.stickyScroll.enabled': false,
  'workbench.layoutControl.enabled': false,
  'window.commandCenter': false,
  'workbench.navigationControl.enabled': false
}
const host = await startHost({ folder, extensionDevelopmentPath: root, settings, viewport: { width, height }, scale: 1.5 })
const { page } = host
try {
  await photographSquiggle()
  await photographHover()
  await photographTree()
  await photographResult()
} finally {
  await host.close()
  rmSync(scratch, { recursive: true, force: true })
}

async function photographSquiggle() {
  await open('client-ca-not-enforced/orders/nginx.conf')
  await page.locator('.monaco-editor .squiggly-error').first().waitFor()
  await toggleSideBar()
  await run('Problems: Focus on Problems View')
  await page.locator('.markers-panel .monaco-list-row', { hasText: 'client-ca-not-enforced' }).first().waitFor()
  await reveal('ssl_client_certificate')
  await shoot('squiggle.png')
  await run('View: Toggle Panel Visibility')
}

async function photographHover() {
  await open('all-correct/gateway/nginx.conf')
  await reveal('proxy_ssl_certificate certs')
  await word('certs/gateway.pem').hover()
  await page.locator('.monaco-hover .hover-row', { hasText: 'gateway' }).first().waitFor()
  await shoot('hover.png')
  await page.keyboard.press('Escape')
}

async function photographTree() {
  await open('missing-intermediate/gateway/nginx.conf')
  await run('Certificate Chains: Focus on Certificate Chains View')
  const missing = page.locator('.pane-body .monaco-list-row', { hasText: 'missing' }).first()
  await missing.waitFor()
  await shoot('tree.png')
}

async function photographResult() {
  await open('missing-intermediate/gateway/certs/gateway.pem')
  await toggleSideBar()
  await run('mTLS Lens: Verify Chain')
  await page.locator('iframe.webview.ready').first().waitFor()
  const result = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame')
  await result.locator('h1').first().waitFor()
  await shoot('verify.png')
}

async function open(path) {
  await page.keyboard.press('Control+P')
  await page.locator('.quick-input-widget input.input').fill(path)
  await page.locator('.quick-input-list .monaco-list-row').first().click()
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

const toggleSideBar = () => page.keyboard.press('Control+B')

/** Scrolls to the text by searching for it. */
async function reveal(text) {
  await page.locator('.monaco-editor').first().click()
  await page.keyboard.press('Control+F')
  await page.locator('.find-widget .input').first().fill(text)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
}

const word = text => page.locator('.view-line span', { hasText: text }).last()

const shoot = name => page.screenshot({ path: join(images, name), animations: 'disabled' })
