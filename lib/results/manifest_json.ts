import { canonicalJson, configurationHash, type JsonValue } from "../io/config_hash.ts";
import { JsonField } from "../io/json_field.ts";
import type { CodeState } from "./code_state.ts";
import type { InputFile, Manifest } from "./manifest.ts";
import { SchemaVersionError } from "./schema_version_error.ts";

/** The key of the schema's metadata under which a run's manifest stands. */
export const MANIFEST_KEY = "qatlab.manifest";

/** The key under which all manifests of a combined file stand, by the ids of their runs. */
export const MANIFESTS_KEY = "qatlab.manifests";

/** The version of the manifest. */
const SCHEMA = 1;

/**
 * Returns a manifest as canonical JSON.
 *
 * @throws {RangeError} If it holds what JSON cannot hold exactly.
 */
export function manifestText(manifest: Manifest): string {
  return canonicalJson({ schema: SCHEMA, ...manifest });
}

/**
 * Reads what {@linkcode manifestText} gave.
 *
 * @param path The path of the file that holds it, for messages.
 * @throws {SchemaVersionError} If it is of another version.
 * @throws {FileFormatError} If a field is missing or wrong.
 */
export function parseManifest(text: string, path: string): Manifest {
  return readManifest(JsonField.parse(text, path), path);
}

/**
 * Reads a manifest within a JSON text.
 *
 * @param path The path of the file that holds it, for messages.
 * @throws {SchemaVersionError} If it is of another version.
 * @throws {FileFormatError} If a field is missing or wrong.
 */
export function readManifest(root: JsonField, path: string): Manifest {
  const version = root.get("schema").index();
  if (version !== SCHEMA) throw new SchemaVersionError(path, { found: version, expected: SCHEMA });
  const [run, seed, system, device] = [
    root.get("run"),
    root.get("seed"),
    root.get("system"),
    root.get("device"),
  ];
  return {
    run: {
      id: run.get("id").string(),
      study: run.get("study").string(),
      command: texts(run.get("command")),
      resumedFrom: textOrNull(run.get("resumedFrom")),
    },
    configuration: json(root.get("configuration")),
    configurationHash: hashOf(root),
    overrides: texts(root.get("overrides")),
    seed: { value: seed.get("value").index(), drawn: flag(seed.get("drawn")) },
    code: codeOf(root.get("code")),
    inputs: root.get("inputs").items().map(inputOf),
    libraries: versions(root.get("libraries")),
    system: {
      os: system.get("os").string(),
      arch: system.get("arch").string(),
      cpu: textOrNull(system.get("cpu")),
    },
    device: { value: device.get("value").string(), reason: device.get("reason").string() },
    threads: root.get("threads").index(),
    protocol: json(root.get("protocol")),
  };
}

function hashOf(root: JsonField): string {
  const field = root.get("configurationHash");
  const found = sha256(field);
  const expected = configurationHash(root.get("configuration").value);
  if (found !== expected) throw field.error(`${expected} for the configuration beside it`);
  return found;
}

function codeOf(field: JsonField): CodeState {
  const dirty = field.get("dirty");
  return {
    revision: textOrNull(field.get("revision")),
    dirty: dirty.value === null ? null : flag(dirty),
    changesSha256: hashOrNull(field.get("changesSha256")),
    lockSha256: hashOrNull(field.get("lockSha256")),
  };
}

function inputOf(field: JsonField): InputFile {
  return {
    name: field.get("name").string(),
    revision: textOrNull(field.get("revision")),
    sha256: sha256(field.get("sha256")),
  };
}

function versions(field: JsonField): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.keys(field.object()).map((name) => [name, field.get(name).string()]),
  );
}

function texts(field: JsonField): string[] {
  return field.items().map((item) => item.string());
}

function textOrNull(field: JsonField): string | null {
  return field.value === null ? null : field.string();
}

function hashOrNull(field: JsonField): string | null {
  return field.value === null ? null : sha256(field);
}

function flag(field: JsonField): boolean {
  if (typeof field.value !== "boolean") throw field.error("true or false");
  return field.value;
}

function sha256(field: JsonField): string {
  const text = field.string();
  if (!/^[0-9a-f]{64}$/.test(text)) throw field.error("64 hexadecimal digits");
  return text;
}

function json(field: JsonField): JsonValue {
  if (field.value === undefined) throw field.error("a value");
  return field.value as JsonValue;
}
