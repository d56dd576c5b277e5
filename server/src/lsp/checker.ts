import type { Diagnostic } from '../core/diagnostic.js'
import { walkPart, walkSteps } from '../files/walk.js'
import { wantedBy } from '../files/wanted.js'
import { dialects, openWorkspace, type Settings, type Workspace } from '../service.js'
import type { Files } from './files.js'
import { createFindings } from './findings.js'
import type { Status } from './protocol.js'
import { isInside } from './uris.js'

/** Keeps the findings of a changing workspace up to date, a root at a time, so that questions get through in between. */
export interface Checker {
  /** The workspace as of this moment, with every change known so far. */
  workspace(): Workspace
  /** The findings in one file as of this moment. */
  findingsIn(path: string): readonly Diagnostic[]
  /** The editor opened, changed or closed a document. */
  edited(path: string): void
  /** Something stirred on disk at these paths: files, or whole folders. */
  stirred(paths: readonly string[]): void
  /** Walks the folders, reads and checks everything again. Resolves when all findings are published. */
  rescan(): Promise<Status>
  /** Other settings, or another day: nothing is read again, everything is checked again. */
  recheck(): void
}

export interface CheckerOptions {
  readonly files: Files
  readonly folders: () => readonly string[]
  /** Does the editor tell of files that change on disk inside the folders? */
  readonly watches: () => boolean
  readonly settingsOf: (path: string) => Settings
  readonly publish: (path: string, found: readonly Diagnostic[]) => void
  readonly onStatus: (status: Status) => void
  readonly onChainsChanged: () => void
  /** A fault of ours, for the log. */
  readonly onFault: (error: unknown) => void
  /** Something that the user should know about the folders. */
  readonly notice: (message: string) => void
  /** It is known which files are in the folders. */
  readonly onWalked: () => void
  /** Shows that the folders are being scanned. */
  readonly beginProgress: () => Promise<Progress>
}

export interface Progress {
  report(percentage: number, message: string): void
  done(): void
}

/** An edit whose check takes longer than this (in milliseconds) waits for a pause in typing of so many. */
const cheap = 50
const typingPause = 100
/** How long other duties wait at most while something long is worked through. */
const slice = 8

export function createChecker(options: CheckerOptions): Checker {
  const { files } = options
  const findings = createFindings()
  const pending = new Set<string>()
  const queue = new Set<string>()
  /** The files of the folders, as the last walk found them. */
  let walked = new Set<string>()
  let workspace = open()
  let timer: NodeJS.Timeout | undefined
  let soon: NodeJS.Immediate | undefined
  let running: Promise<void> | undefined
  let scans = 0
  let latestScan: Promise<Status> | undefined
  let scanning = false
  let lastCost = 0
  let chainsChanged = false

  function open(): Workspace {
    return openWorkspace({
      read: files.read,
      files: new Set([...walked, ...files.open()]),
      folders: options.folders(),
      belongs,
      languageOf: files.languageOf,
      settingsOf: options.settingsOf
    })
  }

  function belongs(path: string): boolean {
    return walked.has(path) || files.isOpen(path)
  }

  /** Lets the workspace know of all changes, and notes what is to be checked. */
  function settle(): void {
    notice()
    if (pending.size === 0) return
    const paths = [...pending]
    pending.clear()
    const { again, gone } = workspace.changed(paths)
    for (const root of gone) forgetRoot(root)
    for (const root of again) queue.add(root)
    for (const path of paths) noteUnreadable(path)
  }

  /** What one root was the first to read anew concerns all that have read it. */
  function notice(): void {
    const paths = files.takeChanged()
    if (paths.length === 0) return
    for (const path of paths) pending.add(path)
    schedule()
  }

  function forgetRoot(root: string): void {
    queue.delete(root)
    chainsChanged = true
    publish(findings.replace(root, []))
  }

  /** A file of ours that is not read says so where the user looks. */
  function noteUnreadable(path: string): void {
    const entry = belongs(path) ? files.read(path) : undefined
    const { rules } = options.settingsOf(path)
    const severity = rules[unreadableFile] ?? rules['*'] ?? 'information'
    const isTold = entry?.kind === 'unreadable' && severity !== 'off'
    publish(findings.replace(`${path}\0`, isTold ? [{ ...unreadable(path, entry.reason), severity }] : []))
  }

  function publish(paths: Iterable<string>): void {
    for (const path of paths) options.publish(path, findings.inFile(path))
  }

  function checkNow(root: string): void {
    queue.delete(root)
    publish(findings.replace(root, workspace.check(root)))
    if (workspace.dialectOf(root)?.id === 'pem') chainsChanged = true
  }

  /** What the user looks at comes first. */
  function nextRoot(): string | undefined {
    for (const path of files.open()) if (queue.has(path)) return path
    for (const path of queue) return path
    return undefined
  }

  function schedule(): void {
    clearTimeout(timer)
    clearImmediate(soon)
    if (lastCost > cheap) timer = setTimeout(() => void work(), typingPause)
    else soon = setImmediate(() => void work())
  }

  function work(onEach?: () => void): Promise<void> {
    running ??= workThroughQueue(onEach).finally(() => {
      running = undefined
    })
    return running
  }

  async function workThroughQueue(onEach: () => void = () => {}): Promise<void> {
    const started = performance.now()
    let cost = 0
    let announced = scanning
    for (;;) {
      const began = performance.now()
      guard(settle)
      const root = nextRoot()
      if (root !== undefined) guard(() => checkNow(root))
      cost += performance.now() - began
      if (root === undefined) break
      onEach()
      // Most edits are checked before anybody could see that something is going on.
      if (!announced && performance.now() - started > 300) {
        announced = true
        announce()
      }
      await pause()
    }
    if (scanning) return
    lastCost = cost
    announce()
  }

  function announce(): void {
    guard(() => options.onStatus(status()))
    if (chainsChanged) options.onChainsChanged()
    chainsChanged = false
  }

  /** A fault of ours costs one root its findings, never the server. */
  function guard(act: () => void): void {
    try {
      act()
    } catch (error) {
      options.onFault(error)
    }
  }

  function status(): Status {
    const busy = scanning || queue.size > 0 || pending.size > 0
    return {
      busy,
      roots: workspace.roots().length,
      certificates: workspace.certificates().length,
      errors: findings.count('error'),
      warnings: findings.count('warning')
    }
  }

  function rescan(): Promise<Status> {
    latestScan = scanFolders()
    return latestScan
  }

  async function scanFolders(): Promise<Status> {
    const scan = ++scans
    const isCurrent = () => scan === scans
    scanning = true
    const progress = await options.beginProgress()
    try {
      const found = await inSlices(findFiles(), isCurrent)
      if (isCurrent()) {
        walked = new Set(found)
        workspace = open()
        // The changes so far are in what was read just now.
        files.takeChanged()
        pending.clear()
        options.onWalked()
        progress.report(10, 'reading')
        await inSlices(readAll(walked), isCurrent)
      }
      if (isCurrent()) await checkAll(progress)
    } finally {
      progress.done()
      if (isCurrent()) {
        // Nobody waits for a walk that failed.
        options.onWalked()
        scanning = false
        chainsChanged = true
        announce()
      }
    }
    // One that was overtaken has nothing to say; the other one has.
    return isCurrent() ? status() : latestScan!
  }

  function* findFiles(): Generator<string | undefined> {
    for (const folder of options.folders()) {
      for (const path of walkSteps(folder, isWanted, options)) {
        if (path !== undefined) files.read(path)
        yield path
      }
    }
  }

  /** What is found out here is remembered, so that asking for the roots takes no time later. */
  function* readAll(paths: Iterable<string>): Generator<undefined> {
    for (const path of paths) {
      guard(() => {
        workspace.lowered(path)
        noteUnreadable(path)
      })
      yield undefined
    }
  }

  async function checkAll(progress: Progress): Promise<void> {
    const roots = new Set(workspace.roots())
    for (const root of [...findings.roots()]) if (!roots.has(root) && !belongs(root.replace(/\0$/, ''))) forgetRoot(root)
    for (const root of roots) queue.add(root)
    const total = Math.max(roots.size, 1)
    await work(() => progress.report(20 + Math.floor((80 * (total - queue.size)) / total), `checking, ${queue.size} files to go`))
    // Somebody else may have begun to work through the queue before.
    await work()
  }

  return {
    workspace() {
      guard(settle)
      return workspace
    },
    findingsIn(path) {
      guard(settle)
      for (const root of [...queue]) {
        if (root === path || workspace.lowered(root)?.files.some(it => it.path === path)) guard(() => checkNow(root))
      }
      return findings.inFile(path)
    },
    edited(path) {
      pending.add(path)
      schedule()
    },
    stirred(paths) {
      const folders = options.folders()
      const stirred = new Set(paths)
      for (const path of paths) {
        files.lookAgain(parentOf(path))
        const folder = folders.find(it => isInside(path, it))
        for (const file of folder === undefined ? [] : walkPart(folder, path, isWanted)) {
          if (!walked.has(file)) pending.add(file)
          walked.add(file)
        }
      }
      for (const path of files.known()) {
        if (isAtOrBelow(path, stirred)) files.lookAgain(path)
        // Nobody tells us of changes outside of the folders, nor of any where the editor does not watch.
        else if (!options.watches() || !folders.some(it => isInside(path, it))) files.read(path)
      }
      notice()
      if (pending.size > 0) schedule()
    },
    recheck() {
      workspace.forget()
      for (const root of workspace.roots()) queue.add(root)
      for (const path of [...walked, ...files.open()]) noteUnreadable(path)
      schedule()
    },
    rescan
  }
}

const isWanted = wantedBy(dialects)

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/'

function isAtOrBelow(path: string, stirred: ReadonlySet<string>): boolean {
  for (let at = path; at !== '/' && at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) if (stirred.has(at)) return true
  return false
}

const unreadableFile = 'unreadable-file'

const unreadable = (path: string, reason: string): Diagnostic => ({
  path,
  start: 0,
  end: 0,
  rule: unreadableFile,
  severity: 'information',
  message: `this file is not checked: ${reason}`,
  url: 'https://github.com/mtls-lens/mtls-lens#limits',
  related: [],
  fixes: []
})

/** Goes through the steps with pauses; gives up, with what there is, when they have become pointless. */
async function inSlices(steps: Iterable<string | undefined>, isCurrent: () => boolean): Promise<readonly string[]> {
  const found: string[] = []
  let began = performance.now()
  for (const step of steps) {
    if (step !== undefined) found.push(step)
    if (performance.now() - began < slice) continue
    await pause()
    if (!isCurrent()) break
    began = performance.now()
  }
  return found
}

const pause = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
