import { Transform } from 'node:stream'
import { spec as Spec } from 'node:test/reporters'

/** Node's own report, and below it what was skipped, by name, and one line that counts. */
export default class extends Transform {
  #spec = new Spec()
  #passed = 0
  #failed = 0
  #skipped = []

  constructor() {
    super({ writableObjectMode: true })
    this.#spec.on('data', text => this.push(text))
  }

  _transform(event, _encoding, done) {
    this.#count(event)
    this.#spec.write(event, done)
  }

  _flush(done) {
    this.#spec.on('end', () => {
      for (const line of this.#skipped) this.push(`skipped: ${line}\n`)
      this.push(`${this.#passed} passed, ${this.#failed} failed, ${this.#skipped.length} skipped\n`)
      if (process.env.CI && this.#skipped.length) process.exitCode = 1
      done()
    })
    this.#spec.end()
  }

  #count({ type, data }) {
    if (data?.details?.type === 'suite') return
    if (type === 'test:fail') this.#failed++
    if (type !== 'test:pass') return
    if (data.skip === undefined) this.#passed++
    else this.#skipped.push(typeof data.skip === 'string' && data.skip ? `${data.name} (${data.skip})` : data.name)
  }
}
