// Does nothing but what a test asks, and notes what the SDK tells.
const seen = []
const CALL_EVENTS = ['accept', 'cancel', 'disconnect', 'mute', 'reconnected', 'reject']
let device = null
let call = null

function note(name, detail = null) {
  seen.push([name, detail])
}

function watch(found) {
  call = found
  for (const name of CALL_EVENTS) call.on(name, () => note(name))
  call.on('ringing', (hasEarlyMedia) => note('ringing', hasEarlyMedia))
  call.on('reconnecting', ({ code }) => note('reconnecting', code))
  call.on('error', ({ code }) => note('callError', code))
  call.on('messageReceived', ({ content }) => note('messageReceived', content))
}

function start(token, options = {}) {
  device = new Twilio.Device(token, options)
  for (const name of ['registered', 'unregistered', 'tokenWillExpire']) device.on(name, () => note(name))
  device.on('error', ({ code }) => note('error', code))
  device.on('incoming', (found) => {
    watch(found)
    note('incoming', [found.parameters.From, Object.fromEntries(found.customParameters)])
  })
}

function testLine(token) {
  const preflight = Twilio.Device.runPreflight(token)
  preflight.on('completed', ({ totals }) => note('completed', totals.bytesReceived))
  preflight.on('failed', ({ code }) => note('failed', code))
}

async function dial(params) {
  watch(await device.connect({ params }))
}

async function takeOver(connectToken) {
  watch(await device.connect({ connectToken }))
}
