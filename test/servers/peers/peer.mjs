// A TLS peer over Node's tls. Each line of the input is a server or a client in words; test/servers/peers.ts says which.
import { readFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { createInterface } from 'node:readline'
import { connect as connectTls, createServer } from 'node:tls'

const say = (...words) => process.stdout.write(`${words.join(' ').replaceAll('\n', ' ')}\n`)
const read = path => readFileSync(path, 'utf8')
/** Node's own code comes before what OpenSSL says. */
const wordsOf = error => (error.code && !error.code.startsWith('ERR_SSL_') ? `${error.code} ${error.message}` : error.message)

const policies = {
  none: { requestCert: false },
  request: { requestCert: true, rejectUnauthorized: false },
  require: { requestCert: true, rejectUnauthorized: true }
}

const lines = createInterface({ input: process.stdin })
lines.on('line', line => {
  const [command, ...parts] = line.split('\t')
  const words = Object.fromEntries(parts.map(it => [it.slice(0, it.indexOf('=')), it.slice(it.indexOf('=') + 1)]))
  const end = error => say(words.id, ...(error === undefined ? ['ok'] : ['no', error]))
  try {
    if (command === 'serve') serve(words, end)
    else connect(words, end)
  } catch (error) {
    if (command === 'serve') say(words.id, 'port', 0)
    // The other side is to hear of it.
    else
      connectTcp(Number(words.port), '127.0.0.1', function () {
        this.destroy()
      })
    end(wordsOf(error))
  }
})

function configure({ cert, key, ca, crl, min, max }) {
  return {
    ...(cert && { cert: cert.split(',').map(read), key: key.split(',').map(read) }),
    ca: ca ? [read(ca)] : [],
    ...(crl && { crl: read(crl) }),
    minVersion: `TLSv${min}`,
    maxVersion: `TLSv${max}`
  }
}

function serve(words, end) {
  let ended = false
  const over = error => {
    if (ended) return
    ended = true
    server.close()
    end(error)
  }
  const server = createServer({ ...configure(words), ...policies[words.verify] }, socket => {
    socket.setEncoding('utf8').on('error', it => over(wordsOf(it)))
    socket.on('data', () => {
      socket.end('pong')
      over()
    })
    socket.on('close', () => over('closed'))
  })
  server.on('tlsClientError', (error, socket) => over(socket.authorizationError ?? wordsOf(error)))
  server.on('connection', socket => socket.on('close', () => setImmediate(() => over('closed'))))
  server.listen(0, '127.0.0.1', () => say(words.id, 'port', server.address().port))
}

function connect(words, end) {
  let ended = false
  const over = error => {
    if (ended) return
    ended = true
    socket.destroy()
    end(error)
  }
  const socket = connectTls({
    host: '127.0.0.1',
    port: Number(words.port),
    ...(words.name && { servername: words.name }),
    ...configure(words),
    rejectUnauthorized: words.verify !== 'none'
  })
  socket.setEncoding('utf8').setTimeout(5000, () => over('timeout'))
  socket.on('secureConnect', () => socket.write('ping'))
  socket.on('data', it => over(it === 'pong' ? undefined : 'something else was heard'))
  socket.on('error', it => over(wordsOf(it)))
  socket.on('close', () => over('closed'))
}
