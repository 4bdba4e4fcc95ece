// A sweep to be killed: `store_process.ts FOLDER RUNS`. It adds the runs that are missing, combines,
// and prints `open` and then a line a run.
import { openStore } from "../../lib/results/store.ts";
import { sampleId, sampleResult } from "./samples.ts";

const [folder = "", runs = "0"] = Deno.args;
using store = await openStore(folder);
const say = (text: string) => Deno.stdout.write(new TextEncoder().encode(`${text}\n`));
await say("open");
for (let index = 0; index < Number(runs); index++) {
  if (store.has(sampleId(index))) continue;
  await store.add(sampleResult(index));
  await say(String(index));
}
await store.combine();
