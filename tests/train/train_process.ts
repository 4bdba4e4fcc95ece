// A training run to be killed: `train_process.ts FOLDER BACKEND`. It prints a line a step, and at the end
// writes `final.json` beside the checkpoints: the hash of parameters and moments.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { engine } from "../../mod.ts";
import { newestCheckpoint } from "../../lib/train/checkpoint/newest_checkpoint.ts";
import { JsonLines } from "../../lib/train/sinks/json_lines.ts";
import { pipe } from "../../lib/train/sinks/pipe.ts";
import { train } from "../../lib/train/train.ts";
import { TINY_OPTIMIZER, tinyData, tinyTrainee } from "./tiny_trainee.ts";

const [folder = "", backend = "wasm"] = Deno.args;
await engine.start({ backend: backend as engine.BackendName });
const events = train({
  model: tinyTrainee(),
  data: tinyData(),
  steps: 60,
  batch: 4,
  accumulation: 2,
  optimizer: TINY_OPTIMIZER,
  dropout: 0.1,
  seed: 3,
  checkpoints: { folder: join(folder, "checkpoints"), every: 1 },
});
const curve = new JsonLines(join(folder, "curve.jsonl"));
for await (const event of pipe(events, curve)) {
  // deno-lint-ignore no-console
  if (event.kind === "step") console.log(event.step);
}
const { checkpoint } = await newestCheckpoint(join(folder, "checkpoints"));
if (checkpoint?.step !== 60) throw new Error(`The last checkpoint is of step ${checkpoint?.step}`);
await using last = checkpoint;
const hash = createHash("sha256");
for (const name of [...last.tensors.keys()].sort()) hash.update(await last.readBytes(name));
await Deno.writeTextFile(join(folder, "final.json"), JSON.stringify(hash.digest("hex")));
