/** The part of Playwright that tests need; it is installed with the host, and no dependency of ours. */
export interface Locator {
  locator(selector: string, options?: { hasText?: string }): Locator
  getByRole(role: string): Locator
  filter(options: { hasText?: string }): Locator
  first(): Locator
  click(): Promise<void>
  fill(text: string): Promise<void>
  focus(): Promise<void>
  waitFor(options?: { readonly timeout: number }): Promise<void>
  count(): Promise<number>
  getAttribute(name: string): Promise<string | null>
  ariaSnapshot(): Promise<string>
  evaluate<T>(look: (element: object) => T): Promise<T>
}

export interface FrameLocator {
  frameLocator(selector: string): FrameLocator
  locator(selector: string, options?: { hasText?: string }): Locator
  getByRole(role: string): Locator
}

export interface Page {
  readonly keyboard: { press(key: string): Promise<void> }
  locator(selector: string, options?: { hasText?: string }): Locator
  frameLocator(selector: string): FrameLocator
  evaluate<T>(look: string): Promise<T>
  reload(): Promise<unknown>
  screenshot(options: { path: string }): Promise<unknown>
  setDefaultTimeout(milliseconds: number): void
  on(event: 'console', hear: (message: { text(): string }) => void): void
  on(event: 'dialog', hear: (dialog: { message(): string; dismiss(): Promise<void> }) => void): void
}

export interface HostOptions {
  readonly folder?: string
  readonly extensionDevelopmentPath?: string
  readonly settings?: Readonly<Record<string, unknown>>
}

export declare function startHost(options: HostOptions): Promise<{ readonly url: string; readonly page: Page; close(): Promise<void> }>
