// Says changes to screen readers: two regions that are there from the start, one sentence a change,
// merged over half a second so that none cuts off another.

const MERGED_OVER = 500 // ms

export function announcer(polite, urgent) {
  const waiting = new Map([[polite, []], [urgent, []]])
  const flush = (region) => {
    region.textContent = waiting.get(region).splice(0).join(' ')
  }
  const say = (region, sentence) => {
    const sentences = waiting.get(region)
    if (!sentence || sentences.includes(sentence)) return
    sentences.push(sentence)
    if (sentences.length === 1) setTimeout(() => flush(region), MERGED_OVER)
  }
  return { say: (sentence) => say(polite, sentence), cry: (sentence) => say(urgent, sentence) }
}
