import { assertEquals, assertThrows } from "@std/assert";
import { parseOverride, parseOverrides } from "../../lib/study/overrides.ts";

Deno.test("parseOverride() reads a dotted key and a value of the key's type", () => {
  assertEquals(parseOverride("settings.rank=8"), { settings: { rank: 8 } });
  assertEquals(parseOverride("settings.learnScale = false"), { settings: { learnScale: false } });
  assertEquals(parseOverride("settings.granularity=g64"), { settings: { granularity: "g64" } });
  assertEquals(parseOverride("settings.activationBits=none"), {
    settings: { activationBits: null },
  });
  assertEquals(parseOverride("evaluation.blocks=all"), { evaluation: { blocks: "all" } });
  assertEquals(parseOverride("training.optimizer.groups.scale.learningRate=1e-4"), {
    training: { optimizer: { groups: { scale: { learningRate: 1e-4 } } } },
  });
});

Deno.test("parseOverride() takes the end of a key where only one key ends so", () => {
  assertEquals(parseOverride("rank=8"), { settings: { rank: 8 } });
  assertEquals(parseOverride("adapter.learningRate=0.01"), {
    training: { optimizer: { groups: { adapter: { learningRate: 0.01 } } } },
  });
  assertThrows(() => parseOverride("seq=64"), RangeError, "'training.seq', 'evaluation.seq'");
});

Deno.test("parseOverrides() lets the later hold", () => {
  assertEquals(parseOverrides(["rank=8", "bits=3", "rank=4"]), { settings: { rank: 4, bits: 3 } });
  assertEquals(parseOverrides([]), {});
});

const REFUSED = [
  ["rank", SyntaxError, "write key=value"],
  ["=8", SyntaxError, "write key=value"],
  ["rank=", SyntaxError, "write key=value"],
  ["rnak=8", RangeError, "did you mean 'settings.rank'"],
  ["rank=eight", TypeError, 'an integer of at least 0: current value is "eight"'],
  ["rank=0x8", TypeError, "an integer of at least 0"],
  ["rank=-1", RangeError, "current value is -1"],
  ["learnScale=yes", TypeError, "true or false"],
  ["phi=fixd", RangeError, "did you mean 'fixed'"],
  ["settings=4", TypeError, "must be an object"],
] as const;

for (const [written, Kind, message] of REFUSED) {
  Deno.test(`parseOverride() refuses ${written}`, () => {
    assertThrows(() => parseOverride(written), Kind, message);
  });
}
