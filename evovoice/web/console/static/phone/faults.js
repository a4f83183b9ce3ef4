// What the errors of the carrier's library mean for the phone and for whoever uses it.

const REFUSED_TOKENS = new Set([20101, 20102, 20103, 20104, 20151, 20157, 31202, 31204, 31205, 31206, 31207])
const NO_MICROPHONE = new Map([[31401, 'microphoneRefused'], [31208, 'microphoneRefused'],
  [31402, 'microphoneBusy']])
// a connection that was lost; that the call comes back is an event of its own
const COMES_BACK = new Set([53000, 53001, 53405])

export const isTokenRefused = ({ code }) => REFUSED_TOKENS.has(code)

// {key, detail} as in port.js: what a person should be told; null where the call comes back by itself.
export function noticeOf(error, hasCall) {
  if (COMES_BACK.has(error.code) && hasCall) return null
  const microphone = NO_MICROPHONE.get(error.code)
  if (microphone) return { key: microphone, detail: '' }
  return { key: 'phoneFault', detail: String(error.message ?? error).replace(/^\w+ \(\d+\): /, '') }
}
