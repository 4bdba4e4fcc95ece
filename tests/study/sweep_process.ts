// A sweep to be killed: `sweep_process.ts FOLDER [JOBS]`. Prints a line an event; `folder/text.txt` is the corpus.
import { engine, type PlannedRun, planStudy, sweep } from "../../mod.ts";
import { tinyFolder } from "../model/tiny_model.ts";

/** Four runs of seconds: two share what is compiled. */
export function tinyRuns(folder: string): PlannedRun[] {
  const corpus = `${folder}/text.txt`;
  const base = {
    model: tinyFolder("grouped-untied"),
    training: { corpus, steps: 6, batch: 2, seq: 16 },
    evaluation: { corpus, seq: 16, blocks: 4, validationBlocks: 3, validateEvery: 3 },
    seed: 1,
  };
  return planStudy({
    name: "tiny",
    about: "four runs",
    runs: () => [
      { ...base, method: "rtn", settings: { bits: 3 } },
      { ...base, method: "lr-qat", settings: { bits: 3, rank: 2 } },
      { ...base, method: "peqa", settings: { bits: 3 } },
      { ...base, method: "lr-qat", settings: { bits: 4, rank: 2 } },
    ],
  });
}

/** The options of a sweep over them. */
export async function tinySweep(folder: string): Promise<Parameters<typeof sweep>[0]> {
  return {
    study: "tiny",
    runs: tinyRuns(folder),
    folder: `${folder}/results`,
    engine: await engine.start({ backend: "wasm" }),
    code: { revision: null, dirty: null, changesSha256: null, lockSha256: null },
    command: ["test"],
  };
}

if (import.meta.main) {
  const [folder = "", jobs = "1"] = Deno.args;
  const options = { ...await tinySweep(folder), jobs: Number(jobs) };
  // deno-lint-ignore no-console
  for await (const event of sweep(options)) console.log(event.kind);
}
