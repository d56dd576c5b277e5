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
const viewport = { width: 1280, height: 760 }

const obstacle = hostObstacle()
if (obstacle) throw new Error(obstacle)
installHost()
mkdirSync(images, { recursive: true })

const settings = {
  'workbench.colorTheme': 'Default Dark Modern',
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
  await inStory('client-ca-not-enforced', photographSquiggle)
  await inStory('missing-intermediate', photographHover, photographTree, photographResult)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** In a copy, so that the window shows the story and nothing of where it lies. */
async function inStory(story, ...photographs) {
  const folder = join(scratch, story)
  cpSync(join(root, 'samples', story), folder, { recursive: true })
  const host = await startHost({ folder, extensionDevelopmentPath: root, settings, viewport, scale: 1.25 })
  page = host.page
  try {
    for (const photograph of photographs) await photograph()
  } finally {
    await host.close()
  }
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
  const result = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame')
  await result.locator('h1').first().waitFor()
  await shoot('verify.png')
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
