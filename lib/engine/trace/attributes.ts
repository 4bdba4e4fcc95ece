import { dtypeInfo, dtypeOfCode } from "../dtype.ts";
import type { Attribute, Attributes } from "./graph.ts";

/** The kinds of attribute in the `TFJSBinding` interface of tfjs-node. */
export const ATTRIBUTE_KIND = {
  string: 0,
  int: 1,
  float: 2,
  bool: 3,
  type: 4,
  shape: 5,
} as const;

/** An attribute as TF.js's kernels hand it to the binding. */
export interface RawAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/**
 * Attributes as the graph holds them.
 *
 * @throws {TypeError} If an attribute's kind is not one that ops of a graph use.
 */
export function parseAttributes(raw: readonly RawAttribute[]): Attributes {
  const attributes = new Map<string, Attribute>();
  for (const attribute of raw) {
    // Kernels leave optional attributes undefined; TensorFlow then takes its own default.
    if (attribute.value !== undefined) attributes.set(attribute.name, parse(attribute));
  }
  return attributes;
}

function parse({ name, type, value }: RawAttribute): Attribute {
  switch (type) {
    case ATTRIBUTE_KIND.string:
      return { kind: "string", value: String(value) };
    case ATTRIBUTE_KIND.int:
      return Array.isArray(value)
        ? { kind: "ints", value: value.map(Number) }
        : { kind: "int", value: Number(value) };
    case ATTRIBUTE_KIND.float:
      return { kind: "float", value: Number(value) };
    case ATTRIBUTE_KIND.bool:
      return { kind: "bool", value: Boolean(value) };
    case ATTRIBUTE_KIND.type:
      return Array.isArray(value)
        ? { kind: "types", value: value.map((code) => dtypeOfCode(Number(code)).name) }
        : { kind: "type", value: dtypeOfCode(Number(value)).name };
    case ATTRIBUTE_KIND.shape:
      return { kind: "shape", value: (value as readonly unknown[]).map(Number) };
    default:
      throw new TypeError(`Attribute '${name}' has the unknown kind ${type}`);
  }
}

/** Attributes as the binding takes them. */
export function rawAttributes(attributes: Attributes): RawAttribute[] {
  return [...attributes].map(([name, attribute]) => ({ name, ...raw(attribute) }));
}

function raw(attribute: Attribute): { type: number; value: unknown } {
  const kinds = ATTRIBUTE_KIND;
  switch (attribute.kind) {
    case "ints":
      return { type: kinds.int, value: attribute.value };
    case "type":
      return { type: kinds.type, value: dtypeInfo(attribute.value).code };
    case "types":
      return { type: kinds.type, value: attribute.value.map((name) => dtypeInfo(name).code) };
    default:
      return { type: kinds[attribute.kind], value: attribute.value };
  }
}
