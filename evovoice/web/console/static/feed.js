// Tells when something changed: the service's event stream, read with fetch, since EventSource ends
// for good with the first answer that is not 200 and hides Retry-After.

const SILENT = 40_000 // ms; the service says Ping every 15 s
const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 30_000

// Splits a stream of text into events; what is not whole yet is kept for the next piece.
export class EventParser {
  #rest = ''

  // The events that are whole by now: {id, event, data}.
  take(text) {
    const blocks = (this.#rest + text).replaceAll('\r\n', '\n').split('\n\n')
    this.#rest = blocks.pop()
    return blocks.map(parsed).filter((one) => one.id !== null || one.event)
  }
}

function parsed(block) {
  const found = { id: null, event: '', data: '' }
  for (const line of block.split('\n')) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? []
    if (name === 'id') found.id = value
    else if (name === 'event') found.event = value
    else if (name === 'data') found.data += value
  }
  return found
}

// Doubles with each failure, with chance in it: all pages lose a service at the same moment.
export function pauseAfter(failures, retryAfter = null, chance = Math.random()) {
  if (retryAfter) return retryAfter * 1000 * (1 + chance / 2)
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures) * (0.5 + chance / 2)
}

// `onEvent(event)`; `onState('live' | 'lost' | 'signedOut')`. Gives the way to stop it.
export function follow(path, { onEvent, onState }) {
  const stopped = new AbortController()
  const run = async () => {
    let lastId = null
    for (let failures = 0; !stopped.signal.aborted; failures += 1) {
      let retryAfter = null
      try {
        const heard = (event) => {
          failures = 0
          lastId = event.id ?? lastId
          if (event.event && event.event !== 'Ping') onEvent(event)
        }
        retryAfter = await listen(path, lastId, stopped.signal, { heard, onState })
      } catch {
        // told below
      }
      if (stopped.signal.aborted || retryAfter === 'signedOut') return
      onState('lost')
      await pause(pauseAfter(failures, retryAfter), stopped.signal)
    }
  }
  run()
  return () => stopped.abort()
}

async function listen(path, lastId, stopped, { heard, onState }) {
  const ended = new AbortController()
  const end = () => ended.abort()
  stopped.addEventListener('abort', end)
  let silence = setTimeout(end, SILENT)
  try {
    const headers = { Accept: 'text/event-stream', ...(lastId ? { 'Last-Event-ID': lastId } : {}) }
    const answer = await fetch(path, { headers, signal: ended.signal, cache: 'no-store' })
    if (answer.status === 401) {
      onState('signedOut')
      return 'signedOut'
    }
    if (!answer.ok) return Number(answer.headers.get('Retry-After')) || null
    onState('live')
    const parser = new EventParser()
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      clearTimeout(silence)
      silence = setTimeout(end, SILENT)
      parser.take(piece.value).forEach(heard)
    }
    return null
  } finally {
    clearTimeout(silence)
    stopped.removeEventListener('abort', end)
  }
}

function pause(ms, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', () => { clearTimeout(timer); done() }, { once: true })
  })
}
