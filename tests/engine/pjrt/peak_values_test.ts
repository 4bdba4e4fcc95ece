import { assertEquals } from "@std/assert";
import type { BufferValue } from "../../../lib/engine/pjrt/client/buffer_assignment.ts";
import { peakValues } from "../../../lib/engine/pjrt/peak_values.ts";

function value(
  instruction: string,
  [offset, bytes]: readonly [number, number],
  live: readonly [number, number] | undefined,
): BufferValue {
  const rest = {
    part: "",
    type: "f32[1]{0}",
    operation: "fusion",
    name: undefined,
    line: undefined,
  };
  return { instruction, offset, bytes, live, ...rest };
}

function peak(values: readonly BufferValue[]): string[] {
  const allocations = [
    {
      index: 0,
      kind: "parameter",
      parameter: 0,
      holdsResult: false,
      bytes: 999,
      values: [value("p", [0, 999], [0, 9])],
    },
    {
      index: 1,
      kind: "temporary",
      parameter: undefined,
      holdsResult: false,
      bytes: 300,
      values,
    },
  ] as const;
  return peakValues({ allocations }).map(({ instruction }) => instruction);
}

Deno.test("peakValues() are the temporaries of the fullest step, the largest first", () => {
  assertEquals(
    peak([
      value("early", [0, 90], [0, 3]),
      value("small", [100, 20], [2, 6]),
      value("large", [0, 100], [4, 6]),
      value("late", [0, 60], [7, 8]),
    ]),
    ["large", "small"],
  );
});

Deno.test("a value is still there in the step that reads it last", () => {
  assertEquals(peak([value("a", [0, 10], [0, 3]), value("b", [10, 10], [3, 4])]), ["a", "b"]);
});

Deno.test("two names of one place count once", () => {
  const twice = [value("old", [0, 10], [0, 4]), value("new", [0, 10], [4, 8])];
  assertEquals(peak([...twice, value("c", [10, 15], [9, 9])]), ["c"]);
});

Deno.test("a program without temporaries has no peak", () => {
  assertEquals(peak([]), []);
  assertEquals(peak([value("unknown", [0, 10], undefined)]), []);
});
