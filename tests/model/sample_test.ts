import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { makeSampler, type SamplingOptions } from "../../lib/model/sample.ts";

const LOGITS = Float32Array.of(Math.log(0.1), Math.log(0.4), Math.log(0.2), Math.log(0.3));

function shares(options: SamplingOptions, logits = LOGITS): number[] {
  const sample = makeSampler(options);
  const draws = 4000;
  const counts = Array.from(logits, () => 0);
  for (let place = 0; place < draws; place++) {
    const id = sample(logits, place);
    counts[id] = (counts[id] ?? 0) + 1 / draws;
  }
  return counts;
}

function assertNear(actual: number[], expected: number[]): void {
  // Four standard deviations of 4,000 draws.
  const near = actual.every((share, i) => Math.abs(share - (expected[i] ?? NaN)) < 0.032);
  assert(near, `${actual} is not near ${expected}`);
}

Deno.test("temperature 0 takes the likeliest token, the first of equal ones", () => {
  assertEquals(makeSampler()(LOGITS, 0), 1);
  assertEquals(makeSampler({ seed: 7 })(Float32Array.of(0, 2, 2), 0), 1);
});

Deno.test("temperature 1 draws tokens as often as they are likely", () => {
  assertNear(shares({ temperature: 1 }), [0.1, 0.4, 0.2, 0.3]);
});

Deno.test("temperature divides the logits", () => {
  const weights = [0.1, 0.4, 0.2, 0.3].map((share) => share ** 2);
  const total = weights.reduce((sum, weight) => sum + weight);
  assertNear(shares({ temperature: 0.5 }), weights.map((weight) => weight / total));
});

Deno.test("topK draws among that many likeliest tokens, the first of equal ones", () => {
  assertNear(shares({ temperature: 1, topK: 2 }), [0, 4 / 7, 0, 3 / 7]);
  assertNear(shares({ temperature: 1, topK: 1 }, Float32Array.of(1, 3, 3)), [0, 1, 0]);
});

Deno.test("topP draws among the fewest likeliest tokens that have this probability", () => {
  assertNear(shares({ temperature: 1, topP: 0.65 }), [0, 4 / 7, 0, 3 / 7]);
  assertNear(shares({ temperature: 1, topP: 0.71 }), [0, 4 / 9, 2 / 9, 3 / 9]);
  assertNear(shares({ temperature: 1, topP: 0.01 }), [0, 1, 0, 0]);
});

Deno.test("topP counts what topK has left", () => {
  assertNear(shares({ temperature: 1, topK: 2, topP: 0.55 }), [0, 1, 0, 0]);
});

Deno.test("the same seed and place give the same token, other seeds others", () => {
  const row = (seed: number) => {
    const sample = makeSampler({ temperature: 1, seed });
    return Array.from({ length: 50 }, (_, place) => sample(LOGITS, place));
  };
  assertEquals(row(3), row(3));
  assert(`${row(3)}` !== `${row(4)}`);
  const sample = makeSampler({ temperature: 1, seed: 3 });
  assertEquals(sample(LOGITS, 49), row(3)[49]);
});

Deno.test("logits far apart do not overflow", () => {
  assertNear(shares({ temperature: 0.01 }, Float32Array.of(-3e38, 1000, -Infinity)), [0, 1, 0]);
});

Deno.test("a model that gives no numbers is an error, not a token", () => {
  const { message } = assertThrows(() => makeSampler()(Float32Array.of(NaN, NaN), 0), RangeError);
  assertEquals(message, "Cannot sample: the model gave no logit that is a number");
});

for (
  const [name, value] of [
    ["temperature", -1],
    ["temperature", NaN],
    ["topK", 0],
    ["topK", 1.5],
    ["topP", 0],
    ["topP", 1.1],
    ["seed", -1],
  ] as const
) {
  Deno.test(`makeSampler() refuses ${name} ${value}`, () => {
    const { message } = assertThrows(() => makeSampler({ [name]: value }), RangeError);
    assertStringIncludes(message, `'${name}'`);
    assertStringIncludes(message, `current value is ${value}`);
  });
}
