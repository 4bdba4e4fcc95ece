/**
 * The manifest of a folder of golden vectors, checked field by field: it comes from outside.
 *
 * @module
 */
import { GoldenFolderError } from "./golden_folder_error.ts";
import { isTensorType, type TensorType } from "./tensor_types.ts";

/** How a stored result is compared with ours. */
export type Comparison =
  | { readonly kind: "exact" }
  /** Every `|a - b| <= tolerance * m`, `m` being the largest absolute value of the stored tensor. */
  | { readonly kind: "close"; readonly tolerance: number };

/** One tensor of a case. */
export interface TensorSpec {
  /** `in.*` for inputs, `out.*` for results, `grad.*` for gradients. */
  readonly name: string;
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  /** Absent for inputs. */
  readonly comparison?: Comparison;
}

/** Settings of a case: bits, axes and the like. */
export type Attributes = Readonly<Record<string, unknown>>;

/** One case. */
export interface GoldenCase {
  readonly name: string;
  /** The name of its file in the folder. */
  readonly file: string;
  /** What it is, in words; empty where the manifest does not say. */
  readonly about: string;
  readonly attributes: Attributes;
  readonly tensors: readonly TensorSpec[];
}

/**
 * Reads the text of a manifest.
 *
 * @param path The manifest's path, for messages.
 * @throws {GoldenFolderError} If it is not what a manifest must be; the message names the field.
 */
export function parseManifest(text: string, path: string): GoldenCase[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new GoldenFolderError(`Cannot read ${path}: it is not JSON`, { cause });
  }
  const check = new Checker(path);
  const names = new Set<string>();
  return check.array(check.record(document, "the manifest").cases, "cases").map((item, i) => {
    const parsed = parseCase(check, item, `cases[${i}]`);
    if (names.has(parsed.name)) throw check.problem(`cases[${i}].name`, "a new name", parsed.name);
    names.add(parsed.name);
    return parsed;
  });
}

function parseCase(check: Checker, item: unknown, where: string): GoldenCase {
  const fields = check.record(item, where);
  const name = check.text(fields.name, `${where}.name`);
  const file = check.text(fields.file, `${where}.file`);
  // A case may not read what lies outside of its folder.
  if (!/^[\w.-]+\.safetensors$/.test(file)) {
    throw check.problem(`${where}.file`, "a .safetensors file name without folders", file);
  }
  const tensors = check.array(fields.tensors, `${where}.tensors`).map((tensor, i) =>
    parseTensor(check, tensor, `${where}.tensors[${i}]`)
  );
  const twice = tensors.find((tensor, i) => tensors.findIndex((t) => t.name === tensor.name) < i);
  if (twice) throw check.problem(`${where}.tensors`, "names that differ", twice.name);
  return {
    name,
    file,
    about: fields.about === undefined ? "" : check.text(fields.about, `${where}.about`),
    attributes: check.record(fields.attributes ?? {}, `${where}.attributes`),
    tensors,
  };
}

function parseTensor(check: Checker, item: unknown, where: string): TensorSpec {
  const fields = check.record(item, where);
  const name = check.text(fields.name, `${where}.name`);
  const dtype = check.text(fields.dtype, `${where}.dtype`);
  if (!isTensorType(dtype)) throw check.problem(`${where}.dtype`, "a known element type", dtype);
  const shape = check.array(fields.shape, `${where}.shape`).map((length, i) =>
    check.size(length, `${where}.shape[${i}]`)
  );
  if (!/^(in|out|grad)\../.test(name)) {
    throw check.problem(`${where}.name`, "in.*, out.* or grad.*", name);
  }
  if (name.startsWith("in.")) return { name, dtype, shape };
  return { name, dtype, shape, comparison: parseComparison(check, fields, where) };
}

function parseComparison(
  check: Checker,
  { compare, tolerance }: Record<string, unknown>,
  where: string,
): Comparison {
  if (compare === "exact") return { kind: "exact" };
  if (compare !== "close") throw check.problem(`${where}.compare`, '"exact" or "close"', compare);
  if (typeof tolerance !== "number" || !(tolerance >= 0)) {
    throw check.problem(`${where}.tolerance`, "a number from 0", tolerance);
  }
  return { kind: "close", tolerance };
}

class Checker {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  record(value: unknown, where: string): Record<string, unknown> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw this.problem(where, "an object", value);
    }
    return value as Record<string, unknown>;
  }

  array(value: unknown, where: string): unknown[] {
    if (!Array.isArray(value)) throw this.problem(where, "an array", value);
    return value;
  }

  text(value: unknown, where: string): string {
    if (typeof value !== "string" || value === "") {
      throw this.problem(where, "a text that is not empty", value);
    }
    return value;
  }

  size(value: unknown, where: string): number {
    if (!Number.isSafeInteger(value) || (value as number) < 0) {
      throw this.problem(where, "an integer from 0", value);
    }
    return value as number;
  }

  problem(where: string, expected: string, found: unknown): GoldenFolderError {
    const shown = (JSON.stringify(found) ?? "nothing").slice(0, 80);
    return new GoldenFolderError(
      `Cannot read ${this.#path}: ${where}: expected ${expected}, found ${shown}`,
    );
  }
}
