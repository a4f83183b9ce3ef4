// Every text of the phone's page. Another language is another file with the same keys.

export const en = {
  title: 'Evo Voice phone',
  signIn: 'Sign in',
  email: 'E-mail address',
  password: 'Password',
  code: 'Code of your second factor, if you have one',
  signOut: 'Sign out',
  signedInAs: ({ name }) => `Signed in as ${name}`,
  signedOut: 'You were signed out. Sign in again.',

  start: 'Start taking calls',
  stop: 'Stop taking calls',
  off: 'You are not taking calls.',
  starting: 'Starting…',
  ready: 'Ready. Waiting for calls.',
  rings: 'Your phone rings.',
  talking: 'You are in a call.',
  lost: 'Your phone has lost the connection. It comes back by itself.',

  calls: ({ name }) => `${name} calls`,
  answer: 'Answer',
  decline: 'Decline',
  mute: 'Mute',
  keypad: 'Keypad',
  hangUp: 'Hang up',
  dial: 'Call',
  dialWhom: 'Number, or name of a colleague',
  takeBack: 'Take the call back',
  callWaits: ({ name }) => `Your call with ${name} was cut off. They wait with music.`,
  useHere: 'Use the phone here',
  currentCall: 'Call',
  level: 'Your microphone',
  key: ({ digit }) => `Key ${{ '*': 'star', '#': 'hash' }[digit] ?? digit}`,

  devices: 'Microphone and loudspeaker',
  microphone: 'Microphone',
  speaker: 'Loudspeaker',
  usual: 'The usual one',
  noSpeakerChoice: 'This browser plays on the loudspeaker that the system is set to.',

  ringing: ({ name }) => `${name} is calling`,
  connecting: 'Connecting…',
  open: ({ name }) => `You talk with ${name}`,
  ownRinging: 'Your phone answers…',
  reconnecting: 'Your audio is coming back…',
  over: 'The call is over.',
  muted: 'Muted: nobody hears you',
  unmuted: 'You are heard again',
  dialling: ({ name }) => `Calling ${name}…`,
  leaving: 'Hanging up…',
  returning: 'Taking the call back…',
  poorLine: 'Poor line (your side). A cable or another place may help.',

  elsewhere: 'Your phone is in another tab of this browser.',
  busyElsewhere: 'A call goes on in the other tab. Hang up there first.',
  streamLost: 'No connection to the service. Calls go on; what is shown may be old.',
  libraryMissing: 'This installation has no softphone library, so this page has no sound. Whoever runs it: `python -m evovoice.web.console.fetch_sdk`.',
  insecurePage: 'A browser gives its microphone only to pages with https, or on this machine itself. Open this page by https.',
  microphoneRefused: 'The browser may not use your microphone. Click the sign beside the address, allow the microphone, then start again.',
  microphoneMissing: 'No microphone was found. Plug one in, then start again.',
  microphoneBusy: 'Your microphone cannot be used; another program may have it. Close that, then start again.',
  microphoneFailed: 'The microphone does not work. Try another one, then start again.',
  noToken: 'The phone was given no access by the service. Try again; if it stays so, ask your administrator.',
  unreachable: 'The phone network does not answer. It is tried again by itself; a firewall may be in between.',
  connectionLost: 'The connection of your phone was lost. It comes back by itself.',
  phoneFault: ({ detail }) => `The phone network says: ${detail}`,
  deviceLost: ({ detail }) => `${detail || 'A device'} was unplugged. The usual one is used.`,
  refused: ({ message }) => message,
  noAnswer: 'The service does not answer. Try again.',

  notReady: 'Start taking calls first.',
  inACall: 'You are in a call.',
  noCall: 'There is no call.',
  callRings: 'Answer the call first.',
  beingDone: 'It is being done.',
}

export function textsIn(table) {
  return (key, facts = {}) => {
    const found = table[key]
    if (found === undefined) throw new TypeError(`there is no text ${key}`)
    return typeof found === 'function' ? found(facts) : found
  }
}
