import { STRUCTS } from "./layout.ts";
import { Struct } from "./struct.ts";

/** An option of a plugin's client. */
export type NamedValue = string | number | boolean;

const STRING = 0;
const INT64 = 1;
const FLOAT = 3;
const BOOL = 4;

const encoder = new TextEncoder();

/** A list of `PJRT_NamedValue` in memory of this process. */
export interface NamedValues {
  /** The structs, side by side. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How many there are. */
  readonly count: number;
  /** What they point to: it must live as long as the plugin reads them. */
  readonly kept: readonly Struct[];
}

/** Writes options as a plugin reads them: whole numbers as integers, others as floats. */
export function namedValues(values: Readonly<Record<string, NamedValue>>): NamedValues {
  const kept = Object.entries(values).map(([name, value]) => namedValue(name, value));
  const { size } = STRUCTS.NamedValue;
  const bytes = new Uint8Array(size * kept.length);
  kept.forEach((struct, i) => bytes.set(struct.bytes.subarray(0, size), i * size));
  return { bytes, count: kept.length, kept };
}

function namedValue(name: string, value: NamedValue): Struct {
  const key = encoder.encode(name);
  const head = { name: key, name_size: key.length, value_size: 1 };
  switch (typeof value) {
    case "boolean":
      return new Struct(STRUCTS.NamedValue, { ...head, type: BOOL, bool_value: value });
    case "number":
      if (!Number.isInteger(value)) {
        return new Struct(STRUCTS.NamedValue, { ...head, type: FLOAT, float_value: value });
      }
      return new Struct(STRUCTS.NamedValue, { ...head, type: INT64, int64_value: value });
    default: {
      const text = encoder.encode(value);
      const fields = { type: STRING, string_value: text, value_size: text.length };
      return new Struct(STRUCTS.NamedValue, { ...head, ...fields });
    }
  }
}
