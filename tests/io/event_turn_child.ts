// Works without a pause but for turns, is sent a signal meanwhile, and says how many turns passed until it came.
import { eventTurn } from "../../lib/io/event_turn.ts";

let turns = 0;
let sentAt: number | undefined;
Deno.addSignalListener("SIGINT", () => {
  Deno.stdout.writeSync(new TextEncoder().encode(`${turns - (sentAt ?? NaN)}\n`));
  Deno.exit(0);
});
for (; turns < 40; turns++) {
  await eventTurn();
  if (turns === 2) {
    sentAt = turns + 1;
    Deno.kill(Deno.pid, "SIGINT");
  }
  const start = performance.now();
  while (performance.now() - start < 150);
}
