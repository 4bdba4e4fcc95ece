import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { activationDoor, parseBits } from "../../lib/methods/activation_door.ts";
import { mergeModel } from "../../lib/methods/merge.ts";
import { prepare } from "../../lib/methods/prepare.ts";
import type { PreparedModel } from "../../lib/methods/prepared_model.ts";
import type { ActivationSite } from "../../lib/model/activation_site.ts";
import { computingParts } from "../../lib/model/forward_pass.ts";
import { llama } from "../../lib/model/llama.ts";
import { makePositions } from "../../lib/model/positions.ts";
import { normalTensor } from "../../lib/model/random.ts";
import { quantizeActivations } from "../../lib/quant/activations.ts";
import { TINY_CONFIG, tinyModel } from "./tiny_model.ts";

await start({ backend: "tensorflow" });

const IDS = [1, 2, 3, 4, 5];
const OPTIONS = { method: "lr-qat", rank: 2, rangeCandidates: 2, adapterDeviation: 0.05 } as const;

function logitsOf(model: Pick<PreparedModel, "config" | "parameters" | "linear">) {
  return tf.tidy(() => {
    const idsBT = tf.tensor2d([IDS], [1, IDS.length], "int32");
    const positions = makePositions(TINY_CONFIG, IDS.length);
    return [...llama(idsBT, { ...computingParts(model), positions }).dataSync()];
  });
}

Deno.test("4-8-8 quantizes activations as a door composed by hand does, and 4-16-16 none", async () => {
  using quantized = await prepare(tinyModel(), { ...OPTIONS, bits: "4-8-8" });
  using float = await prepare(tinyModel(), { ...OPTIONS, bits: "4-16-16" });
  assertEquals(float.activation, undefined);
  const places: string[] = [];
  const activation = <T extends tf.Tensor>(site: ActivationSite, x: T): T => {
    places.push(`${site} [${x.shape}]`);
    return quantizeActivations(x, { qp: 255, zero: "real" });
  };
  const expected = logitsOf({ ...float, activation } as PreparedModel);
  assertEquals(logitsOf(quantized), expected);
  assertNotEquals(logitsOf(float), expected);
  assertEquals(places, [
    "attention-norm [5,32]",
    "rotated-query [1,2,5,16]",
    "key [5,16]",
    "rotated-key [1,1,5,16]",
    "value [5,16]",
    "attention-output [5,32]",
    "mlp-norm [5,32]",
    "gated [5,64]",
  ]);
});

Deno.test("a merged model keeps the activations' quantization and gives the same logits", async () => {
  using prepared = await prepare(tinyModel(), { ...OPTIONS, bits: "4-8-4" });
  using merged = mergeModel(prepared, { mode: "eager" });
  assertEquals(logitsOf(merged), logitsOf(prepared));
});

Deno.test("keys and values have bits of their own, and each may stay in floating point", () => {
  const x = normalTensor([3, 16], { seed: 1, name: "x", deviation: 1 });
  const levels = (site: ActivationSite, bits: string) => {
    const door = activationDoor(parseBits(bits));
    const y = door?.(site, x) ?? x;
    return new Set(tf.slice(y, [0, 0], [1, 16]).dataSync()).size;
  };
  assertEquals(["4-8-2", "4-8-16"].map((bits) => levels("key", bits)), [4, 16]);
  assertEquals(["4-2-8", "4-16-8"].map((bits) => levels("gated", bits)), [4, 16]);
  assertEquals(levels("rotated-key", "4-2-8"), 4);
  assertEquals(levels("value", "4-16-16"), 16);
});

Deno.test("bits that are no bits are refused, with the text or the value", async () => {
  for (const text of ["4-8", "four", "4-8-8-8", ""]) {
    assertThrows(() => parseBits(text), RangeError, `current value is '${text}'`);
  }
  for (const bits of ["4-9-8", "4-8-1", "16-8-8"]) {
    const model = tinyModel();
    const error = await prepare(model, { ...OPTIONS, bits }).catch((error: unknown) => error);
    assertEquals(error instanceof RangeError, true, `${bits}: ${error}`);
    tf.dispose([...model.parameters.values()]);
  }
});
