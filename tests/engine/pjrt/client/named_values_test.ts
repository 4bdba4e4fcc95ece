import { assertEquals } from "@std/assert";
import { STRUCTS } from "../../../../lib/engine/pjrt/client/layout.ts";
import { namedValues } from "../../../../lib/engine/pjrt/client/named_values.ts";
import { textAt } from "../../../../lib/engine/pjrt/client/native_memory.ts";

Deno.test("namedValues() writes each option with its name, type and value", () => {
  const { bytes, count, kept } = namedValues({
    threads: 3,
    fraction: 0.5,
    preallocate: true,
    kind: "bfc",
  });
  assertEquals([count, kept.length], [4, 4]);
  const { size, fields } = STRUCTS.NamedValue;
  const view = new DataView(bytes.buffer);
  const options = Array.from({ length: count }, (_, i) => {
    const at = (name: keyof typeof fields) => i * size + fields[name][0];
    const length = (name: keyof typeof fields) => Number(view.getBigUint64(at(name), true));
    return {
      size: Number(view.getBigUint64(i * size, true)),
      name: textAt(view.getBigUint64(at("name"), true), length("name_size")),
      type: view.getInt32(at("type"), true),
      count: length("value_size"),
      at: at("int64_value"),
    };
  });
  assertEquals(options.map(({ size, name, type, count }) => ({ size, name, type, count })), [
    { size, name: "threads", type: 1, count: 1 },
    { size, name: "fraction", type: 3, count: 1 },
    { size, name: "preallocate", type: 4, count: 1 },
    { size, name: "kind", type: 0, count: 3 },
  ]);
  const [threads, fraction, preallocate, kind] = options.map(({ at }) => at);
  assertEquals(view.getBigInt64(threads ?? 0, true), 3n);
  assertEquals(view.getFloat32(fraction ?? 0, true), 0.5);
  assertEquals(view.getUint8(preallocate ?? 0), 1);
  assertEquals(textAt(view.getBigUint64(kind ?? 0, true), 3), "bfc");
});
