/** The trust map in the window of the VS Code host, as people and screen readers find it. */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { repository } from '../files.js'
import { hostObstacle, installHost } from './host/install.mjs'
import { type Page, startHost } from './host/launch.mjs'

const evil = '<img src=x onerror=alert(1)>'

export async function testMapPage(t: TestContext): Promise<void> {
  const obstacle = hostObstacle()
  if (obstacle) return t.skip(`no VS Code can be had here whose window can be read: ${obstacle}`)
  installHost()
  const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-map-'))
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  cpSync(join(repository, 'samples/missing-intermediate'), folder, { recursive: true })
  const host = await startHost({ folder, extensionDevelopmentPath: repository })
  t.after(() => host.close())
  const { page } = host
  page.setDefaultTimeout(20_000)
  const refused: string[] = []
  page.on('console', message => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text())
  })
  const frame = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame')
  const focused = () => frame.locator(':focus').getAttribute('data-key')
  const width = async () => Number(await frame.locator('.frame-of-map svg').getAttribute('width'))

  await t.test('it opens with a picture', async () => {
    // It squiggles once the extension is at work.
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'gateway' }).first().waitFor()
    await page.locator('.statusbar-item[aria-label*="Errors: 2"]').waitFor()
    await run(page, 'mTLS Lens: Show Trust Map')
    await frame.locator('svg .node.server', { hasText: 'server orders.internal' }).waitFor()
    assert.equal(await frame.locator('svg .node').count(), 4)
    assert.equal(await frame.locator('svg .tie.connects.rejected .pill').count(), 1)
  })

  await t.test('its document lets nothing in from elsewhere', async () => {
    const policy = await frame.locator('meta[http-equiv="Content-Security-Policy"]').first().getAttribute('content')
    assert.match(policy!, /^default-src 'none'; style-src 'nonce-[\w-]+'; script-src 'nonce-[\w-]+'; form-action 'none'; base-uri 'none'$/)
    assert.equal(await frame.locator('main [style], main img, main iframe, main script, main style').count(), 0)
  })

  await t.test('a screen reader finds the same as a list', async () => {
    const tree = await frame.locator('main').ariaSnapshot()
    for (const expected of [
      '- heading "Trust Map" [level=1]',
      '- toolbar "Trust Map":',
      '- button "Save SVG…"',
      '- group "The map as a picture; the list says the same":',
      'button "Client proxy_pass https://orders: to 127.0.0.1:8443, presents gateway, issuer not sent, verifies the server"',
      '- region "The map as a list":',
      '- heading "Connections" [level=2]',
      '- heading "CAs and other trust" [level=2]',
      'proxy_pass https://orders connects to server orders.internal at 127.0.0.1:8443: rejected by the server, HTTP 400'
    ])
      assert.ok(tree.includes(expected), `${expected} is not in\n${tree}`)
  })

  await t.test('the arrow keys follow the lines, and Enter opens the file', async () => {
    await frame.locator('[data-key="save-svg"]').focus()
    await page.keyboard.press('Tab')
    // What scrolls can have the focus itself.
    if ((await focused()) === null) await page.keyboard.press('Tab')
    assert.equal(await focused(), 'e0')
    await page.keyboard.press('ArrowRight')
    const tie = await focused()
    assert.equal(await frame.locator(`.tie.connects[data-key="${tie}"]`).count(), 1)
    await page.keyboard.press('ArrowDown')
    assert.notEqual(await focused(), tie)
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowRight')
    assert.equal(await focused(), 'e1')
    await frame.locator('.about', { hasText: 'Server server orders.internal: at 127.0.0.1:8443' }).waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.statusbar-item', { hasText: 'Ln 13, Col' }).waitFor()
    await run(page, 'View: Close All Editors in Group')
  })

  await t.test('it is looked at from near and far', async () => {
    await run(page, 'mTLS Lens: Show Trust Map')
    await frame.locator('svg .node').first().waitFor()
    await frame.locator('[data-key="fit"]').click()
    const fitting = await width()
    await frame.locator('[data-key="zoom-in"]').click()
    assert.ok((await width()) > fitting)
    await frame.locator('[data-key="fit"]').click()
    assert.equal(await width(), fitting)
  })

  await t.test('it is copied for Mermaid, and says so', async () => {
    await frame.locator('[data-key="copy-mermaid"]').click()
    await frame.getByRole('status').filter({ hasText: 'Copied' }).waitFor()
    assert.match(await page.evaluate<string>('navigator.clipboard.readText()'), /^flowchart LR\n/)
  })

  await t.test('it follows the files, and what had the focus has it again', async () => {
    await frame.locator('[data-key="e1"]').focus()
    const path = join(folder, 'orders/nginx.conf')
    writeFileSync(path, readFileSync(path, 'utf8').replace('server_name orders.internal;', `server_name '${evil}';`))
    await frame.locator('svg .node.server', { hasText: 'img src' }).waitFor()
    assert.equal(await focused(), 'e1')
  })

  await t.test('a name that would like to be markup is text', async () => {
    assert.equal(await frame.locator('img').count(), 0)
    assert.deepEqual(refused, [])
  })

  await t.test('where there are many endpoints, Enter looks into a node, and a button shows all again', async () => {
    const text = readFileSync(join(folder, 'gateway/nginx.conf'), 'utf8')
    const [hop] = /location \/ \{[^}]*\}/.exec(text)!
    const many = Array.from({ length: 60 }, (_, at) => hop.replace('location /', `location /${at}`)).join('\n')
    writeFileSync(join(folder, 'gateway/nginx.conf'), text.replace(hop, many))
    const heap = frame.locator('svg .node.client', { hasText: '12 clients' })
    await heap.waitFor()
    await heap.focus()
    await page.keyboard.press('Enter')
    await frame.locator('h1', { hasText: 'Trust Map of gateway/nginx.conf' }).waitFor()
    assert.equal(await frame.locator('svg .node.client').count(), 60)
    assert.equal(await focused(), 'all')
    await page.keyboard.press('Enter')
    await heap.waitFor()
    assert.equal(await focused(), 'zoom-in')
    writeFileSync(join(folder, 'gateway/nginx.conf'), text)
    await frame.locator('.summary', { hasText: '1 client,' }).waitFor()
  })

  await t.test('a connection leads to its prediction', async () => {
    await frame.locator('.list [data-key$="-ask"]').first().click()
    await page.locator('.tab.active', { hasText: 'Handshake' }).waitFor()
    await frame.locator('h1', { hasText: 'Rejected by the server' }).waitFor()
  })
}

async function run(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1')
  await page.locator('.quick-input-widget input.input').fill(`>${title}`)
  await page
    .locator('.quick-input-list .monaco-list-row', { hasText: title.split(': ').at(-1) })
    .first()
    .click()
}
