/**
 * What our pages show, read from the window of the VS Code host as people and screen readers find it: the document and its
 * roles, the keyboard, and names that would like to be markup.
 */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { repository } from '../files.js'
import { hostObstacle, installHost } from './host/install.mjs'
import { type Page, startHost } from './host/launch.mjs'

/** Of the page, where the function that asks for it runs. */
declare const getComputedStyle: (element: object) => { readonly listStyleType: string }

const patience = 20_000
const evil = '<img src=x onerror=alert(1)>'

export async function testPages(t: TestContext): Promise<void> {
  const obstacle = hostObstacle()
  if (obstacle) return t.skip(`no VS Code can be had here whose window can be read: ${obstacle}`)
  installHost()
  const folder = mkdtempSync(join(tmpdir(), 'mtls-lens-pages-'))
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  cpSync(join(repository, 'samples/missing-intermediate'), folder, { recursive: true })
  writeFileSync(join(folder, 'evil.nginx'), evilConfiguration(folder))
  // In Restricted Mode, the stricter of both.
  const settings = {
    'security.workspace.trust.enabled': true,
    'security.workspace.trust.startupPrompt': 'never',
    'security.workspace.trust.untrustedFiles': 'open'
  }
  const host = await startHost({ folder, extensionDevelopmentPath: repository, settings })
  t.after(() => host.close())
  const { page } = host
  page.setDefaultTimeout(patience)
  const dialogs: string[] = []
  page.on('dialog', dialog => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  const refused: string[] = []
  page.on('console', message => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text())
  })
  const frame = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame')
  const focused = () => frame.locator(':focus').getAttribute('data-key')

  await t.test('a lens asks for the client, and the picture opens beside', async () => {
    await open(page, 'orders/nginx.conf')
    await page.locator('.codelens-decoration a', { hasText: 'Predict handshake' }).first().click()
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'connects to this server' }).waitFor()
    await page.keyboard.press('Enter')
    await frame.locator('h1', { hasText: 'Rejected by the server' }).waitFor()
  })

  await t.test('its document lets nothing in from elsewhere', async () => {
    const policy = await frame.locator('meta[http-equiv="Content-Security-Policy"]').first().getAttribute('content')
    assert.match(policy!, /^default-src 'none'; style-src 'nonce-[\w-]+'; script-src 'nonce-[\w-]+'; form-action 'none'; base-uri 'none'$/)
    assert.equal(await frame.locator('main [style], main img, main iframe, main script').count(), 0)
    // The style sheet came in under that policy: lists of steps have no numbers of their own.
    assert.equal(await frame.locator('ol.steps').evaluate(it => getComputedStyle(it).listStyleType), 'none')
  })

  await t.test('a screen reader finds headings, facts, and the steps as a list of buttons', async () => {
    const tree = await frame.locator('main').ariaSnapshot()
    for (const expected of [
      '- heading "Rejected by the server" [level=1]',
      '- toolbar "Handshake":',
      '- button "Copy as Mermaid"',
      '- heading "Because" [level=2]',
      '- link "missing-intermediate"',
      '- region "Messages of the handshake":',
      '- list "From proxy_pass https://orders to server orders.internal":',
      'Step 1 of 8, from client to server: ClientHello. ',
      'button "Step 7 of 8, at the server: CertificateVerify. unable to verify the first certificate (21). this fails. Enter opens gateway/certs/gateway.pem:1"'
    ])
      assert.ok(tree.includes(expected), `${expected} is not in\n${tree}`)
  })

  await t.test('the keyboard leads through the steps, and Enter to the text', async () => {
    await frame.locator('[data-key="copy-text"]').focus()
    for (let presses = 0; (await focused()) !== 'step-1'; presses++) {
      assert.ok(presses < 12, 'Tab does not lead to the steps')
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('ArrowDown')
    assert.equal(await focused(), 'step-2')
    await page.keyboard.press('End')
    assert.equal(await focused(), 'step-8')
    await page.keyboard.press('Home')
    assert.equal(await focused(), 'step-1')
    for (let step = 1; step < 5; step++) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.locator('.statusbar-item', { hasText: 'Ln 22, Col' }).waitFor()
  })

  await t.test('it is copied as text, and says so', async () => {
    await frame.locator('[data-key="copy-text"]').click()
    await frame.getByRole('status').filter({ hasText: 'Copied' }).waitFor()
    assert.match(
      await page.evaluate<string>('navigator.clipboard.readText()'),
      /^proxy_pass https:\/\/orders → server orders\.internal\nRejected/
    )
  })

  await t.test('it follows the file, and what had the focus has it again', async () => {
    await frame.locator('[data-key="step-2"]').focus()
    const path = join(folder, 'orders/nginx.conf')
    writeFileSync(path, readFileSync(path, 'utf8').replace('ssl_verify_client on', 'ssl_verify_client off'))
    await frame.locator('h1', { hasText: 'Accepted' }).waitFor()
    await frame.getByRole('status').filter({ hasText: 'Accepted' }).waitFor()
    assert.equal(await focused(), 'step-2')
  })

  await t.test('hidden and shown again it is the same', async () => {
    await frame.locator('[data-key="copy-text"]').focus()
    await open(page, 'evil.nginx')
    await page.locator('.tab', { hasText: 'Handshake: server orders.internal' }).click()
    await frame.locator('h1', { hasText: 'Accepted' }).waitFor()
  })

  await t.test('a window that is opened anew has it again', async () => {
    // VS Code writes down what is open every five seconds.
    await new Promise(resolve => setTimeout(resolve, 6000))
    await page.reload()
    await frame.locator('h1', { hasText: 'Accepted' }).waitFor()
  })

  await t.test('a window that is opened anew when the file is gone says so', async () => {
    renameSync(join(folder, 'orders'), join(folder, 'elsewhere'))
    await page.reload()
    await frame.locator('main p', { hasText: 'What was shown here is not there' }).waitFor()
    // The window may be there before it watches its files: then nobody sees the first of these.
    const isSeen = async () => {
      renameSync(join(folder, 'elsewhere'), join(folder, 'orders'))
      const accepted = frame.locator('h1', { hasText: 'Accepted' })
      return accepted.waitFor({ timeout: 8000 }).then(
        () => true,
        () => false
      )
    }
    let seen = await isSeen()
    for (let again = 0; again < 2 && !seen; again++) {
      renameSync(join(folder, 'orders'), join(folder, 'elsewhere'))
      seen = await isSeen()
    }
    assert.ok(seen)
  })

  await t.test('a name that would like to be markup is text', async () => {
    await run(page, 'View: Close All Editors')
    await open(page, 'evil.nginx')
    await page.locator('.codelens-decoration a', { hasText: 'Predict handshake' }).first().click()
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'No certificate' }).click()
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'it does not verify the server' }).click()
    await frame.locator('.head', { hasText: evil }).waitFor()
    assert.equal(await frame.locator('img').count(), 0)
    assert.deepEqual(dialogs, [])
    assert.deepEqual(refused, [])
  })

  await t.test('Explain Error takes a pasted line', async () => {
    await run(page, 'View: Close All Editors')
    await run(page, 'mTLS Lens: Explain Error')
    await page.locator('.quick-input-title', { hasText: 'Explain Error' }).waitFor()
    await page
      .locator('.quick-input-widget input.input')
      .fill('SSL_do_handshake() failed (SSL: error:0A000086:SSL routines::certificate verify failed)')
    await page.keyboard.press('Enter')
    await frame.locator('h1').waitFor()
    await frame.locator('h2', { hasText: 'Usual causes' }).waitFor()
  })
}

async function open(page: Page, path: string): Promise<void> {
  await page.keyboard.press('Control+P')
  await page.locator('.quick-input-widget input.input').fill(path)
  const name = path.split('/').at(-1)!
  await page.locator(`.quick-input-list .monaco-list-row[aria-label*="${name}"]`).first().click()
  await page.locator('.tab.active', { hasText: name }).waitFor()
}

async function run(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1')
  await page.locator('.quick-input-widget input.input').fill(`>${title}`)
  await page
    .locator('.quick-input-list .monaco-list-row', { hasText: title.split(': ').at(-1) })
    .first()
    .click()
}

function evilConfiguration(folder: string): string {
  const text = readFileSync(join(folder, 'orders/nginx.conf'), 'utf8')
  return text
    .replace('server_name orders.internal;', `server_name '${evil}';`)
    .replaceAll('certs/', 'orders/certs/')
    .replace('8443', '9443')
    .replace(/^\s*include local\.conf;\n/m, '')
}
