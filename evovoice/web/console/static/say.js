/** Texts by key, filled in; plurals by the rules of the language. */

/** `texts`: a table of `texts/`. An unknown key shows itself, so that it is seen and mended. */
export function createSay(texts, language = "en") {
  const plurals = new Intl.PluralRules(language);

  function say(key, values = {}) {
    const found = texts[key] ?? key;
    const text = typeof found === "string" ? found : found[plurals.select(values.count)] ?? found.other;
    return text.replace(/\{(\w+)\}/g, (gap, name) => String(values[name] ?? ""));
  }

  say.has = (key) => key in texts;
  /** Hours and minutes of a moment, as the language writes them. */
  say.time = (date) => format(date, { hour: "2-digit", minute: "2-digit", hour12: false });
  say.second = (date) =>
    format(date, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
  say.day = (date) => format(date, { day: "numeric", month: "short" });

  function format(date, how) {
    return date ? new Intl.DateTimeFormat(language, how).format(new Date(date)) : "";
  }

  return say;
}

/** An error of the service as a sentence for an agent; one that is not in the table says itself. */
export function sentenceOf(say, error, values = {}) {
  const key = `error.${error.code}`;
  const more = { ...values, seconds: error.retryAfter || 60 };
  return say.has(key) ? say(key, more) : error.message || say("error", more);
}
