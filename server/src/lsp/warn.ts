import { type Connection, MessageType, ShowMessageNotification } from 'vscode-languageserver'

/** Shows a message that asks for no answer. */
export const warn = (connection: Connection, message: string): void =>
  void connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Warning, message })
