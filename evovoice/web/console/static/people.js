/** Whom an agent can call, as the directory tells it: each person once, with all the places where they are. Pure. */

/**
 * [{destination, name, state, more, places}]. `places`: what is rung in that order where one does not
 * answer: a colleague's devices, then the favorites that the agent keeps under the colleague's name.
 */
export function peopleOf({ users, favorites, recent }, say) {
  const people = [...users.map((one) => colleague(one, users, favorites, say)), ...severalPlaces(users, favorites, say)];
  const known = new Set(people.flatMap(({ places }) => places));
  const others = recent.map((one) => ({ ...one, more: say("dial.recent") }));
  for (const one of others) {
    const key = one.userId ?? one.destination;
    if (known.has(key) || known.has(one.destination)) continue;
    known.add(key);
    people.push({ destination: one.destination, name: one.name, more: one.more, places: [one.destination] });
  }
  return people;
}

function colleague(user, users, favorites, say) {
  const isAlone = users.filter((one) => isSame(one.name, user.name)).length === 1;
  const numbers = isAlone ? favorites.filter((one) => isSame(one.name, user.name)) : [];
  const facts = [
    user.extension && say("dial.extension", user),
    user.onCall ? say("dial.onCall") : say(`presence.${user.agentState}`),
    thenText(numbers, say),
  ];
  return {
    destination: user.id, name: user.name, state: user.agentState, more: facts.filter(Boolean).join(" · "),
    places: [user.id, ...numbers.map((one) => one.destination)],
  };
}

/** Favorites of no colleague; those with one name are one person. */
function severalPlaces(users, favorites, say) {
  const byName = new Map();
  for (const one of favorites) {
    if (users.filter((user) => isSame(user.name, one.name)).length === 1) continue;
    const key = one.name.toLowerCase();
    byName.set(key, [...(byName.get(key) ?? []), one]);
  }
  return [...byName.values()].map(([first, ...rest]) => ({
    destination: first.destination, name: first.name, places: [first, ...rest].map((one) => one.destination),
    more: [say("dial.favorite"), thenText(rest, say)].filter(Boolean).join(" · "),
  }));
}

const thenText = (places, say) =>
  places.length ? say("dial.then", { numbers: places.map((one) => one.destination).join(", ") }) : "";

const isSame = (one, other) => one.toLowerCase() === other.toLowerCase();
