/** The document that a page of ours starts from. Pure, so that its policy can be tested. */
export interface DocumentParts {
  readonly title: string
  readonly scriptUri: string
  readonly styleUri: string
  /** New for each document. */
  readonly nonce: string
}

/**
 * Nothing runs or styles the page but the two files that carry the nonce, and nothing is loaded or sent: names in
 * certificates and configurations come from anywhere.
 */
export function webviewDocument({ title, scriptUri, styleUri, nonce }: DocumentParts): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; form-action 'none'; base-uri 'none'`
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" nonce="${nonce}" href="${escaped(styleUri)}">
</head>
<body>
<main id="page"></main>
<p id="said" role="status"></p>
<script nonce="${nonce}" src="${escaped(scriptUri)}"></script>
</body>
</html>`
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, it => `&#${it.charCodeAt(0)};`)
