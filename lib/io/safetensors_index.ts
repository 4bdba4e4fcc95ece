import { FileFormatError, quoted } from "./errors.ts";
import { JsonReader } from "./json_reader.ts";
import { decodeUtf8 } from "./utf8.ts";

/** What a `model.safetensors.index.json` says. */
export interface SafetensorsIndex {
  /** The path of the index. */
  readonly path: string;
  /** The shard's file name of each tensor, in the order of the index. */
  readonly shards: ReadonlyMap<string, string>;
  /** The index's own metadata; values other than texts as their JSON text. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The largest open models have about 200 shards, and most systems allow 1,024 open files. */
const MAX_SHARDS = 1_000;

/**
 * Reads the text of an index and checks it; a shard's name cannot lead out of the folder.
 *
 * @throws {FileFormatError} If it is not UTF-8 JSON of the right form, has equal keys, or names a shard
 * by anything but a plain file name ending in `.safetensors`.
 */
export function parseSafetensorsIndex(bytes: Uint8Array, path: string): SafetensorsIndex {
  const text = decodeUtf8(bytes, { path, where: "index", offset: 0 });
  const problem = (at: number, expected: string, found: string) => {
    const offset = new TextEncoder().encode(text.slice(0, at)).length;
    return new FileFormatError(path, { where: "index", offset, expected, found });
  };
  const json = new JsonReader(text, problem);
  const shards = new Map<string, string>();
  const metadata = new Map<string, string>();
  json.object((key) => {
    if (key === "weight_map") {
      json.object((tensor) => {
        const at = json.position;
        const shard = json.string();
        if (!isPlainName(shard)) {
          throw problem(at, "a file name ending in .safetensors", quoted(shard));
        }
        shards.set(tensor, shard);
      });
    } else if (key === "metadata") {
      json.object((name) => metadata.set(name, unquote(json.skip())));
    } else {
      json.skip();
    }
  });
  json.end();
  if (shards.size === 0) throw problem(0, "weight_map with tensors", "none");
  const count = new Set(shards.values()).size;
  if (count > MAX_SHARDS) throw problem(0, `at most ${MAX_SHARDS} shards`, `${count}`);
  return { path, shards, metadata };
}

// No separators of any system, no drive or stream colon, no leading dot: a sibling file and no other.
function isPlainName(name: string): boolean {
  return name.length <= 255 && /^[A-Za-z0-9_-][A-Za-z0-9_.-]*\.safetensors$/.test(name);
}

function unquote(json: string): string {
  return json.startsWith('"') ? JSON.parse(json) : json;
}
