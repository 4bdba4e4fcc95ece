const encoder = new TextEncoder();
const cache = new Map<string, Uint8Array<ArrayBuffer>>();

/** A text as C wants it, ended by a zero byte; kept, because op and attribute names come again. */
export function cText(text: string): Uint8Array<ArrayBuffer> {
  let bytes = cache.get(text);
  if (!bytes) cache.set(text, bytes = encoder.encode(`${text}\0`));
  return bytes;
}

/** The text at a pointer that C gave. */
export function textAt(pointer: Deno.PointerValue): string {
  return pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer);
}
