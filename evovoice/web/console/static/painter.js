// Writes what view.js says into the page; changes only what changed, and never moves the focus.

import { view } from './view.js'

export const at = (id) => document.getElementById(id)

export class Painter {
  #text
  #say
  #cry
  #view = null
  #calledFor = null

  constructor(text, { say, cry }) {
    this.#text = text
    this.#say = say
    this.#cry = cry
  }

  paint(known) {
    const before = this.#view
    this.#view = view(known)
    this.#write('status', this.#view.status)
    this.#write('callText', this.#view.call ?? { key: 'currentCall' })
    this.#write('caller', this.#view.incoming)
    this.#write('waits', this.#view.waiting)
    at('incoming').hidden = !this.#view.incoming
    at('waiting').hidden = !this.#view.waiting
    this.#muted(known.phone.call)
    this.#notices()
    for (const [id, button] of Object.entries(this.#view.buttons)) this.#button(id, button)
    if (this.#view.buttons.keypad.reason) this.#closeKeypad()
    this.#announce(before)
    this.#title()
  }

  // A sentence that stays until the next one, and is read out.
  tell(key, facts = {}) {
    at('told').textContent = this.#text(key, facts)
    this.#say(this.#text(key, facts))
  }

  // What was told of the call before is no news in the next.
  forget() {
    at('told').textContent = ''
  }

  onPress(id, work) {
    at(id).addEventListener('click', () => {
      const reason = this.reasonOf(id)
      if (reason) return this.tell(reason)
      this.forget()
      return work()
    })
  }

  reasonOf(id) {
    return this.#view?.buttons[id]?.reason ?? null
  }

  toggleKeypad() {
    const isOpen = at('pad').hidden
    at('pad').hidden = !isOpen
    at('keypad').ariaExpanded = String(isOpen)
  }

  showDevices({ microphones, speakers, microphone, speaker }) {
    this.#choices(at('microphone'), microphones, microphone)
    this.#choices(at('speaker'), speakers ?? [], speaker)
    at('speakerLabel').hidden = speakers === null
    at('noSpeakers').hidden = speakers !== null
  }

  #write(id, found) {
    const sentence = found ? this.#text(found.key, found.facts) : ''
    if (at(id).textContent !== sentence) at(id).textContent = sentence
  }

  #muted(call) {
    const isMuted = call?.muted ?? false
    at('mute').ariaPressed = String(isMuted)
    this.#write('muteText', isMuted ? { key: 'muted' } : null)
    if (this.#calledFor?.muted !== undefined && call && this.#calledFor.muted !== isMuted) {
      this.#say(this.#text(isMuted ? 'muted' : 'unmuted'))
    }
    this.#calledFor = call
  }

  #notices() {
    const sentences = this.#view.notices.map(({ key, facts }) => this.#text(key, facts))
    if (sentences.join() === [...at('notices').children].map((one) => one.textContent).join()) return
    at('notices').replaceChildren(...sentences.map((sentence) => {
      const item = document.createElement('li')
      item.textContent = sentence
      return item
    }))
    sentences.forEach((sentence) => this.#say(sentence))
  }

  // What is blocked stays reachable by keyboard, with its reason.
  #button(id, { shown, reason }) {
    const button = at(id)
    if (button.hidden === shown) button.hidden = !shown
    if (reason) {
      button.ariaDisabled = 'true'
      button.title = this.#text(reason)
    } else {
      button.ariaDisabled = null
      button.removeAttribute('title')
    }
  }

  #closeKeypad() {
    at('pad').hidden = true
    at('keypad').ariaExpanded = 'false'
    at('digits').textContent = ''
  }

  #announce(before) {
    if (!before) return
    const changed = (name) => this.#view[name] && differ(this.#view[name], before[name])
    if (changed('incoming')) this.#cry(this.#text(this.#view.incoming.key, this.#view.incoming.facts))
    if (changed('waiting')) this.#cry(this.#text(this.#view.waiting.key, this.#view.waiting.facts))
    for (const name of ['call', 'status']) {
      if (changed(name)) this.#say(this.#text(this.#view[name].key, this.#view[name].facts))
    }
    if (before.call && !this.#view.call) this.#say(this.#text('over'))
  }

  #title() {
    const shown = this.#view.incoming ?? this.#view.call
    const title = shown ? `${this.#text(shown.key, shown.facts)} – ${this.#text('title')}` : this.#text('title')
    if (document.title !== title) document.title = title
  }

  #choices(select, devices, chosen) {
    const usual = document.createElement('option')
    usual.value = ''
    usual.textContent = this.#text('usual')
    const options = devices.filter(({ id }) => id && id !== 'default').map(({ id, label }) => {
      const option = document.createElement('option')
      option.value = id
      option.textContent = label || id
      return option
    })
    select.replaceChildren(usual, ...options)
    select.value = devices.some(({ id }) => id === chosen) && chosen !== 'default' ? chosen : ''
  }
}

function differ(one, other) {
  return JSON.stringify(one) !== JSON.stringify(other)
}
