import { assert, assertEquals, assertThrows } from "@std/assert";
import { cardNamed, CARDS, CONTEXT_BYTES, fitsCard } from "../../lib/memory/cards.ts";
import { estimateMemory } from "../../lib/memory/estimate.ts";
import { largestBatch } from "../../lib/memory/largest_batch.ts";
import { resolveSetup } from "../../lib/memory/step_setup.ts";

Deno.test("cardNamed() takes a name with or without its GB, where that is one card", () => {
  assertEquals(cardNamed("RTX 4090").name, "RTX 4090 24 GB");
  assertEquals(cardNamed("rtx4090").name, "RTX 4090 24 GB");
  assertEquals(cardNamed("A100 80 GB").name, "A100 80 GB");
  assertThrows(() => cardNamed("A100"), RangeError, "did you mean A100 40 GB or A100 80 GB");
  assertThrows(() => cardNamed("RTX 4099"), RangeError, "RTX 4090");
});

Deno.test("the context's memory is no step's", () => {
  const card = cardNamed("H200");
  assert(fitsCard(card.bytes - CONTEXT_BYTES, card));
  assert(!fitsCard(card.bytes - CONTEXT_BYTES + 1, card));
  assertEquals(CARDS.every(({ bytes }) => bytes > CONTEXT_BYTES), true);
});

Deno.test("largestBatch() is the last batch that fits", async () => {
  const setup = await resolveSetup({ model: "llama-2-7b", method: "lr-qat", compute: "bfloat16" });
  const card = cardNamed("H100");
  const bytesOf = (step: typeof setup) => estimateMemory(step).totalBytes;
  const batch = largestBatch(setup, { card, bytesOf });
  assert(batch > 1);
  assert(fitsCard(bytesOf({ ...setup, batch }), card));
  assert(!fitsCard(bytesOf({ ...setup, batch: batch + 1 }), card));
  assertEquals(largestBatch(setup, { card: cardNamed("RTX 3060"), bytesOf }), 0);
});
