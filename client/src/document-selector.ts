/** As we and other extensions call them; whichever claims a file, it is the same language. */
const languages = ['pem', 'pem-certificate', 'nginx', 'NGINX', 'nginx-conf', 'haproxy', 'haproxy-config', 'HAProxy']

/**
 * What the server gets to see. It decides by content which `.conf`, `.cfg`, YAML and JSON files and which files without an
 * extension are its own, so those are offered to it whatever the editor calls their language. So are pages, scripts and programs,
 * where commands and options of TLS clients stand; but they alone do not start the extension, since every project has them.
 */
export const documentSelector = [
  ...languages.flatMap(language => [
    { scheme: 'file', language },
    { scheme: 'untitled', language }
  ]),
  { scheme: 'file', pattern: '**/*.{pem,crt,cer,cert,key,csr,crl,p7b,p7c,conf,nginx,nginxconf,cfg,yaml,yml,json}' },
  { scheme: 'file', pattern: '**/*.{md,markdown,sh,bash,zsh,ksh,bats,js,mjs,cjs,ts,mts,cts}' },
  { scheme: 'file', pattern: '**/{sites-available,sites-enabled,conf.d,snippets}/*' }
]
