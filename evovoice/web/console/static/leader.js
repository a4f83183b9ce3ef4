// One tab of a browser has the phone: the carrier rings each registered page, and two would echo.
// The lock goes to the next tab by itself when the one that has it is closed.

export const NAME = 'evovoice-phone' // of the lock, and of the channel between the tabs
const ANSWERS_WITHIN = 1_500 // ms; a tab that the browser has frozen says nothing

// `onChange('here' | 'elsewhere')`; `isBusy()`: whether a call is up in this tab; `letGo()`: stop the
// phone. Gives {take}: asks for the phone, and resolves to 'taken' or 'busy' (a call goes on there).
export function lead({ onChange, isBusy, letGo, locks = navigator.locks, Channel = BroadcastChannel }) {
  const channel = new Channel(NAME)
  let release = null
  let generation = 0

  const hold = () => new Promise((done) => { release = done })
  const request = (options) => {
    const mine = ++generation
    locks.request(NAME, options, (lock) => {
      if (mine !== generation) return undefined // asked for again since
      if (!lock) return wait()
      onChange('here')
      return hold()
    }).catch(async (error) => {
      if (error.name !== 'AbortError' || mine !== generation) return
      await letGo() // another tab has taken it by force
      wait()
    })
  }
  const wait = () => {
    release = null
    onChange('elsewhere')
    request({})
  }

  channel.onmessage = async ({ data }) => {
    if (data.type !== 'give' || !release) return
    if (isBusy()) return channel.postMessage({ type: 'busy', to: data.from })
    await letGo()
    const done = release
    wait() // first in the queue again, behind who asked
    done()
  }
  request({ ifAvailable: true })

  return { take: () => taken(channel, () => release !== null, () => request({ steal: true })) }
}

function taken(channel, isHere, steal) {
  const from = String(Math.random())
  return new Promise((done) => {
    const end = (result) => {
      clearTimeout(silence)
      clearInterval(looking)
      channel.removeEventListener('message', hear)
      done(result)
    }
    const hear = ({ data }) => data.type === 'busy' && data.to === from && end('busy')
    const looking = setInterval(() => isHere() && end('taken'), 50)
    const silence = setTimeout(() => {
      steal()
      end('taken')
    }, ANSWERS_WITHIN)
    channel.addEventListener('message', hear)
    channel.postMessage({ type: 'give', from })
  })
}
