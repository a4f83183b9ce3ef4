// The browser's permission to use the microphone, asked for when a person starts to take calls: a
// refusal that shows only once it rings costs a call. `problem` is a key of the texts.

const PROBLEMS = {
  NotAllowedError: 'microphoneRefused',
  SecurityError: 'microphoneRefused',
  NotFoundError: 'microphoneMissing',
  OverconstrainedError: 'microphoneMissing',
  NotReadableError: 'microphoneBusy',
  AbortError: 'microphoneBusy',
}

export function problemOf(error) {
  return PROBLEMS[error?.name] ?? 'microphoneFailed'
}

// null where the microphone may be used, else the problem. It is let go at once: the browser shows
// that a microphone is open, and nobody talks yet.
export async function askForMicrophone(media = navigator.mediaDevices) {
  if (!media?.getUserMedia) return 'insecurePage'
  try {
    const stream = await media.getUserMedia({ audio: true })
    for (const track of stream.getTracks()) track.stop()
    return null
  } catch (error) {
    return problemOf(error)
  }
}
