// The page: joins the agent's phone with what is seen, heard by screen readers, and pressed.

import { givenSignIn, withoutPassword } from './given_sign_in.js'
import { AgentPhone } from './agent_phone.js'
import { announcer } from './announce.js'
import { ask } from './api.js'
import { lead } from './leader.js'
import { Painter, at } from './painter.js'
import { noPhone } from './phone/none.js'
import { isLibraryThere, twilioPhone } from './phone/twilio.js'
import { watchForSleep } from './sleep.js'
import { createStream } from './stream.js'
import { en, textsIn } from './texts/en.js'

const KEYS = [...'123456789*0#']
const REFRESHED_OVER = 150 // ms; several events of one change are one look

const text = textsIn(en)
const { say, cry } = announcer(at('said'), at('cried'))
const phone = choosePhone()
const painter = new Painter(text, { say, cry })
const agent = new AgentPhone({
  ask: guarded,
  phone,
  hear: (known, before) => {
    if (known.phone.call && known.phone.call.id !== before.phone.call?.id) painter.forget()
    painter.paint(known)
  },
  tell: (key, facts) => painter.tell(key, facts),
})
let leader = null
let stream = null
let refreshing = null

begin()

async function begin() {
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = text(node.dataset.text)
  makeKeys()
  listen()
  phone.onLevel((level) => { at('level').value = level })
  watchForSleep(() => {
    stream?.retry()
    phone.wake()
  })
  try {
    const who = await ask('GET', '/auth/status')
    if (who.isAuthenticated) await enter(who)
    else showEntry()
  } catch (refused) {
    showEntry(refused.status ? refused.message : text('noAnswer'))
  }
}

function choosePhone() {
  if (!window.isSecureContext) return noPhone('insecurePage')
  return isLibraryThere() ? twilioPhone(access) : noPhone('libraryMissing')
}

// A token of an hour, and the way to the carrier.
async function access() {
  const config = await guarded('GET', '/app/config?deviceType=Web')
  return { token: config.accessToken, gateway: config.deviceGateway, edge: config.deviceEdge }
}

// What asks for a person who has been signed out shows the way back in; the call is left alone.
async function guarded(...asked) {
  try {
    return await ask(...asked)
  } catch (refused) {
    if (refused.status === 401) showEntry(text('signedOut'))
    throw refused
  }
}

async function enter(who) {
  at('entry').hidden = true
  at('desk').hidden = false
  at('signOut').hidden = false
  at('who').textContent = text('signedInAs', { name: who.name })
  await agent.signedIn({ name: who.name, endpointId: who.id })
  leader ??= lead({
    onChange: (tab) => agent.tabIs(tab),
    isBusy: () => agent.known.phone.call !== null,
    letGo: () => agent.stop(),
  })
  if (stream) return stream.retry()
  stream = createStream({
    url: '/events',
    fetch: (...asked) => fetch(...asked),
    timers: { set: (run, ms) => setTimeout(run, ms), clear: (id) => clearTimeout(id) },
    on: { state: streamIs, open: refreshSoon, event: refreshSoon, poll: refreshSoon },
  })
  return void stream.open()
}

function streamIs(state) {
  if (state === 'signedOut') return showEntry(text('signedOut'))
  return agent.streamIs(state === 'live' || state === 'connecting' ? 'live' : 'lost')
}

function refreshSoon() {
  refreshing ??= setTimeout(() => {
    refreshing = null
    agent.refresh()
  }, REFRESHED_OVER)
}

function showEntry(problem = '') {
  at('entry').hidden = false
  at('entryProblem').textContent = problem
  const given = givenSignIn(location)
  const { userName, password } = at('entry').elements
  if (!userName.value && given) userName.value = given.email
  if (!agent.known.phone.call) at('desk').hidden = true // a call keeps its buttons
  if (!given?.password) return
  history.replaceState(null, '', withoutPassword(location, given.email))
  userName.value = given.email
  password.value = given.password
  signIn(at('entry'))
}

async function signIn(form) {
  const { userName, password, otp } = Object.fromEntries(new FormData(form))
  try {
    await ask('POST', '/auth/credentials', { userName, password, ...(otp ? { otp } : {}) })
    form.elements.password.value = form.elements.otp.value = ''
    at('entryProblem').textContent = ''
    await enter(await ask('GET', '/auth/status'))
    at('start').focus()
  } catch (refused) {
    at('entryProblem').textContent = refused.status ? refused.message : text('noAnswer')
  }
}

async function signOut() {
  await agent.stop()
  stream?.close()
  stream = null
  await ask('POST', '/auth/logout').catch(() => {})
  await agent.signedOut()
  at('who').textContent = ''
  at('signOut').hidden = true
  showEntry()
}

function listen() {
  const presses = {
    start: () => agent.start(),
    stop: () => agent.stop(),
    answer: () => agent.answer(),
    decline: () => agent.decline(),
    mute: () => agent.mute(),
    hangUp: () => agent.hangUp(),
    takeBack: () => agent.takeBack(),
    keypad: () => painter.toggleKeypad(),
    useHere: takeHere,
  }
  for (const [id, work] of Object.entries(presses)) painter.onPress(id, work)
  at('signOut').addEventListener('click', signOut)
  submitted('entry', signIn)
  submitted('dialler', dial)
  for (const name of ['microphone', 'speaker']) at(name).addEventListener('change', () => choose(name))
  at('devices').addEventListener('toggle', () => painter.showDevices(phone.devices()))
  navigator.mediaDevices?.addEventListener('devicechange', () => painter.showDevices(phone.devices()))
  window.addEventListener('focus', () => stream?.state() === 'yielded' && stream.retry())
  document.addEventListener('keydown', typedDigit)
  document.addEventListener('paste', pastedDigits)
}

function submitted(id, work) {
  at(id).addEventListener('submit', (event) => {
    event.preventDefault()
    work(event.target)
  })
}

async function dial(form) {
  if (painter.reasonOf('dial')) return painter.tell(painter.reasonOf('dial'))
  const destination = form.elements.destination.value.trim()
  if (destination && await agent.dial(destination)) form.reset()
  return undefined
}

async function takeHere() {
  if (await leader.take() === 'busy') painter.tell('busyElsewhere')
}

async function choose(name) {
  const id = at(name).value || 'default'
  try {
    await (name === 'microphone' ? phone.useMicrophone(id) : phone.useSpeaker(id))
  } catch (error) {
    painter.tell('phoneFault', { detail: error.message })
    painter.showDevices(phone.devices())
  }
}

function makeKeys() {
  for (const digit of KEYS) {
    const key = document.createElement('button')
    key.type = 'button'
    key.textContent = digit
    key.ariaLabel = text('key', { digit })
    key.addEventListener('click', () => send(digit))
    at('keys').append(key)
  }
}

// With the keypad open all twelve keys of the keyboard are keys of the phone, outside of fields.
function typedDigit(event) {
  const isField = event.target.closest?.('input, select, textarea')
  if (at('pad').hidden || isField || event.ctrlKey || event.metaKey || event.altKey) return
  if (KEYS.includes(event.key)) send(event.key)
}

function pastedDigits(event) {
  if (at('pad').hidden || event.target.closest?.('input')) return
  const digits = event.clipboardData.getData('text').replace(/[^0-9*#]/g, '')
  if (digits) send(digits)
}

function send(digits) {
  if (painter.reasonOf('keypad')) return
  agent.sendDigits(digits)
  at('digits').textContent += digits
}
