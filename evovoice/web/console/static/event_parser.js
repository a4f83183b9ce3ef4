// Splits the service's event stream into events.

export class EventParser {
  #rest = ''

  // The events that are whole by now: {id, event, data}; what is not is kept for the next piece.
  take(text) {
    const blocks = (this.#rest + text).replaceAll('\r\n', '\n').split('\n\n')
    this.#rest = blocks.pop()
    return blocks.map(parsed).filter((one) => one.id !== null || one.event)
  }
}

function parsed(block) {
  const found = { id: null, event: '', data: '' }
  for (const line of block.split('\n')) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? []
    if (name === 'id') found.id = value
    else if (name === 'event') found.event = value
    else if (name === 'data') found.data += value
  }
  return found
}
