// Requests to our own service, in JSON and by the cookies of the sign-in.

const PATIENCE = 12_000 // ms; the service answers within ten seconds

export class Refused extends Error {
  constructor(status, code, message, retryAfter) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfter = retryAfter
  }
}

// The JSON of the answer, null where it has none. `key`: an Idempotency-Key, so that the same wish
// may be sent again. `send`: as `fetch`. Throws Refused, also (status 0) where nothing is reached.
export async function ask(verb, path, body = undefined, key = undefined, send = fetch) {
  const headers = { Accept: 'application/json' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (key) headers['Idempotency-Key'] = key
  let answer
  try {
    answer = await send(path, {
      method: verb,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    })
  } catch {
    throw new Refused(0, 'NoAnswer', 'The service does not answer', null)
  }
  const text = await answer.text()
  if (!answer.ok) throw refusal(answer, text)
  return text ? JSON.parse(text) : null
}

function refusal(answer, text) {
  let said = null
  try {
    said = JSON.parse(text).responseStatus
  } catch {
    // a proxy's page
  }
  const retryAfter = Number(answer.headers.get('Retry-After')) || null
  return new Refused(answer.status, said?.errorCode ?? '', said?.message ?? answer.statusText, retryAfter)
}
