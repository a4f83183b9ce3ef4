/**
 * What the console asks first of all. This module is loaded by itself and needs no other, so the
 * answers are on their way while the browser still reads the rest.
 */

const PATHS = ["/auth/status", "/app/rights", "/sessions/my", "/directory"];

const underway = new Map(PATHS.map((path) => [path, fetch(path, { headers: { Accept: "application/json" } })]));
for (const answer of underway.values()) answer.catch(() => {}); // whoever takes it is told

/** The response to that question, once; undefined where it was not asked, or is taken. */
export function firstAnswer(path) {
  const answer = underway.get(path);
  underway.delete(path);
  return answer;
}
