import { JsonField } from "../../io/json_field.ts";
import { quoted } from "../../io/errors.ts";
import { configurationHash, type JsonValue } from "../../io/config_hash.ts";
import type { FileSeal } from "./file_seal.ts";

/** What `checkpoint.json` says. */
export interface CheckpointManifest {
  /** The number of steps that were done. */
  readonly step: number;
  readonly seed: number;
  /** Where the data goes on; its meaning is the trainer's. */
  readonly position: JsonValue;
  /** The run's configuration, with every default filled in. */
  readonly configuration: JsonValue;
  /** The configuration's {@linkcode configurationHash}. */
  readonly configurationHash: string;
  /** What the file of tensors must be. */
  readonly state: FileSeal;
  /** When it was written, as ISO 8601 in UTC. */
  readonly written: string;
}

/** The version of the format; a change that old code would misread raises it. */
const SCHEMA = 1;

/** A usual one has 2 KiB; the limit leaves room for long lists, and bounds what a bad file can cost. */
export const MAX_MANIFEST_BYTES = 1 << 20;

/**
 * Returns the text of `checkpoint.json`. Its `digest` is the sha256 of all other fields as canonical JSON,
 * so that no digit of it can change unseen.
 *
 * @throws {RangeError} If a field holds what JSON cannot hold exactly, or the text is above 1 MiB.
 */
export function encodeManifest(manifest: CheckpointManifest): string {
  const fields = { schema: SCHEMA, ...manifest };
  const text = JSON.stringify({ ...fields, digest: configurationHash(fields) }, null, 2) + "\n";
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAX_MANIFEST_BYTES) {
    throw new RangeError(
      `A checkpoint's configuration and position must fit ${MAX_MANIFEST_BYTES} bytes of JSON: ` +
        `current length is ${bytes}; keep tables and texts in files of their own`,
    );
  }
  return text;
}

/**
 * Reads and checks the text of `checkpoint.json`.
 *
 * @param path The path, for messages.
 * @throws {FileFormatError} If anything in it is not as it was written.
 */
export function parseManifest(text: string, path: string): CheckpointManifest {
  const root = JsonField.parse(text, path);
  checkSchema(root.get("schema"));
  checkDigest(root);
  const state = root.get("state");
  const configuration = root.get("configuration");
  const manifest: CheckpointManifest = {
    step: root.get("step").index(),
    seed: root.get("seed").index(),
    position: jsonValue(root.get("position")),
    configuration: jsonValue(configuration),
    configurationHash: sha256(root.get("configurationHash")),
    state: { bytes: state.get("bytes").index(), sha256: sha256(state.get("sha256")) },
    written: root.get("written").string(),
  };
  if (configurationHash(configuration.value) !== manifest.configurationHash) {
    throw root.get("configurationHash").error("the hash of the configuration beside it");
  }
  return manifest;
}

function checkSchema(field: JsonField): void {
  if (field.value === SCHEMA) return;
  throw field.error(`version ${SCHEMA}, the only one that this version of qatlab reads`);
}

function checkDigest(root: JsonField): void {
  const digest = root.get("digest");
  const found = sha256(digest);
  // Copied by entries: a key such as "__proto__" stays a field.
  const fields = Object.fromEntries(
    Object.entries(root.object()).filter(([name]) => name !== "digest"),
  );
  const expected = hashOf(fields, root);
  if (found !== expected) throw digest.error(`${expected} for the other fields as they are`);
}

function hashOf(fields: unknown, root: JsonField): string {
  try {
    return configurationHash(fields);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw root.error("values that JSON holds exactly", { found: quoted(found), cause });
  }
}

function sha256(field: JsonField): string {
  const text = field.string();
  if (!/^[0-9a-f]{64}$/.test(text)) throw field.error("64 hexadecimal digits");
  return text;
}

function jsonValue(field: JsonField): JsonValue {
  if (field.value === undefined) throw field.error("a value");
  return field.value as JsonValue;
}
