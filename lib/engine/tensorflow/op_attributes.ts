import { ATTRIBUTE_KIND, type RawAttribute } from "../trace/attributes.ts";
import { cText } from "./c_text.ts";
import type { Tensorflow } from "./symbols.ts";

/** Where {@linkcode setAttribute} puts an attribute. */
export interface AttributeTarget {
  readonly operation: Deno.PointerValue;
  readonly attribute: RawAttribute;
  readonly status: Deno.PointerValue;
}

const encoder = new TextEncoder();

/**
 * Sets an attribute of an eager op.
 *
 * @throws {TypeError} If the attribute's kind is unknown.
 */
export function setAttribute(core: Tensorflow["core"], target: AttributeTarget): void {
  const { operation, attribute: { name, type, value } } = target;
  if (value === undefined) return;
  const key = cText(name);
  switch (type) {
    case ATTRIBUTE_KIND.string: {
      const text = encoder.encode(String(value));
      return core.TFE_OpSetAttrString(operation, key, text, BigInt(text.length));
    }
    case ATTRIBUTE_KIND.int:
      return Array.isArray(value)
        ? core.TFE_OpSetAttrIntList(operation, key, BigInt64Array.from(value, BigInt), value.length)
        : core.TFE_OpSetAttrInt(operation, key, BigInt(value as number));
    case ATTRIBUTE_KIND.float:
      return core.TFE_OpSetAttrFloat(operation, key, value as number);
    case ATTRIBUTE_KIND.bool:
      return core.TFE_OpSetAttrBool(operation, key, value ? 1 : 0);
    case ATTRIBUTE_KIND.type:
      return Array.isArray(value)
        ? core.TFE_OpSetAttrTypeList(operation, key, Int32Array.from(value), value.length)
        : core.TFE_OpSetAttrType(operation, key, value as number);
    case ATTRIBUTE_KIND.shape: {
      const dims = BigInt64Array.from(value as number[], BigInt);
      return core.TFE_OpSetAttrShape(operation, key, dims, dims.length, target.status);
    }
    default:
      throw new TypeError(`Attribute '${name}' has the unknown kind ${type}`);
  }
}
