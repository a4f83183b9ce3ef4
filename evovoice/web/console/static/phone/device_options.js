// How a Device of the carrier's library is made.

const SOUNDS = ['incoming', 'outgoing', 'disconnect', 'dtmfs', 'dtmfh',
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => `dtmf${digit}`)]

export function deviceOptions({ gateway, edge }) {
  return {
    closeProtection: true,
    enableImprovedSignalingErrorPrecision: true,
    logLevel: 'silent', // what matters is told by events; the library also logs tokens
    publishEvents: false, // nothing about calls goes to a third host
    sounds: Object.fromEntries(SOUNDS.map((name) => [name, `/console/sounds/${name}.wav`])),
    ...(edge ? { edge } : {}),
    ...(gateway ? { chunderw: gateway } : {}), // whoever stands in for the carrier
  }
}
