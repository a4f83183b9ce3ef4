// When a device's token is renewed. The carrier's own warning comes once and is lost with a
// sleeping tab, and a renewal may cost a second of sound: so early, and not while somebody talks.

const SHARE = 0.75
const RESERVE = 120 // seconds before the end in which nothing is put off any more
const AGAIN = 30 // seconds until a renewal that was put off, or that failed, is tried again
const UNKNOWN = 600 // seconds, for a token that does not tell its end

// How long that token lives, in seconds, by its own words: clocks of two machines differ.
export function lifetime(token) {
  try {
    const { exp, nbf, iat } = JSON.parse(decoded(token.split('.')[1]))
    const from = nbf ?? iat
    return exp > from ? exp - from : null
  } catch {
    return null
  }
}

// Milliseconds until the next look, and whether to renew now; `age`: seconds since it was given.
export function renewal(token, age, isTalking) {
  const life = lifetime(token) ?? UNKNOWN / SHARE
  const due = life * SHARE
  const isUrgent = age >= life - Math.min(RESERVE, life / 8)
  if (age < due) return { isDue: false, wait: Math.max(1, due - age) * 1000 }
  return { isDue: isUrgent || !isTalking, wait: AGAIN * 1000 }
}

function decoded(part) {
  return atob(part.replaceAll('-', '+').replaceAll('_', '/'))
}
