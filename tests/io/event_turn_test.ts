import { assert, assertEquals } from "@std/assert";
import { eventTurn } from "../../lib/io/event_turn.ts";
import { denoProcess } from "../../lib/io/deno_process.ts";

Deno.test("eventTurn() lets a signal through at one of the next two turns", async () => {
  const path = new URL("./event_turn_child.ts", import.meta.url);
  const { stdout } = await denoProcess(path, { stderr: "inherit", purpose: "test" }).output();
  const turns = new TextDecoder().decode(stdout);
  // With immediates alone it takes ten and more.
  assert(turns === "0\n" || turns === "1\n", turns);
});

Deno.test("eventTurn() lets timers through", async () => {
  let fired = false;
  setTimeout(() => fired = true, 0);
  for (let turn = 0; turn < 100 && !fired; turn++) await eventTurn();
  assertEquals(fired, true);
});
