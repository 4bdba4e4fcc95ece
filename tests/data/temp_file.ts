import { join } from "node:path";

/** Runs `test` with the path of a new file, which is removed afterwards. */
export async function withFile(
  name: string,
  content: string | Uint8Array,
  test: (path: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, name);
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(path, bytes);
    await test(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Collects all that an iterable gives. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
