import { relative } from './options.js'

/** What the user should know beside the answer. */
export const notice = (message: string): void => console.error(`mtls-lens: ${message}`)

export const noticePassedOver = (path: string, reason: string): void => notice(`${relative(path)} is passed over: ${reason}`)
