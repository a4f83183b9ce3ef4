/** 128 random bits; `randomUUID` is not there on pages without https. */
export function newId(random = (bytes) => crypto.getRandomValues(bytes)) {
  return [...random(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
