import type { Connection } from 'vscode-languageserver'
import type { Progress } from './checker.js'

const silent: Progress = { report: () => {}, done: () => {} }

/** Shows a bar in the editor where it has one. */
export async function beginScanProgress(connection: Connection, isSupported: boolean): Promise<Progress> {
  if (!isSupported) return silent
  try {
    const progress = await connection.window.createWorkDoneProgress()
    progress.begin('mTLS Lens', 0, 'looking for certificates and configurations', false)
    return progress
  } catch {
    return silent
  }
}
