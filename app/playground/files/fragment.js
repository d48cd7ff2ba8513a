// A sample in the address: compressed into the fragment, which browsers send to nobody.

const MOST_CHARS = 60_000;
const MOST_PLAIN_CHARS = 1_000_000;

export async function packed(value) {
  const plain = JSON.stringify(value);
  if (plain.length > MOST_PLAIN_CHARS) return null;
  const bytes = await through(new TextEncoder().encode(plain), new CompressionStream("deflate-raw"));
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  const link = btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return link.length > MOST_CHARS ? null : link;
}

export async function unpacked(link) {
  const text = atob(link.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate-raw"))));
}

async function through(bytes, transform) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(transform)).arrayBuffer());
}
