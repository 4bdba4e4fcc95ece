import { ProgressLine, type RunRow, type SweepEvent } from "../../mod.ts";
import { writeLine } from "./command.ts";
import { ProgressBar } from "./progress_bar.ts";
import { runName, timeLine } from "./sweep_table.ts";

/** Options for {@linkcode showSweep}. */
export interface ShowSweepOptions {
  /** How many runs are done at a time. */
  readonly jobs: number;
}

/** Shows a sweep while it goes on; gives its rows, or nothing if it was stopped. */
export async function showSweep(
  events: AsyncIterable<SweepEvent>,
  { jobs }: ShowSweepOptions,
): Promise<readonly RunRow[] | undefined> {
  const view = jobs === 1 ? new OneRun() : new SeveralRuns();
  const results: RunRow[] = [];
  let begun = performance.now();
  for await (const event of events) {
    switch (event.kind) {
      case "plan":
        for (const line of planLines(event)) await writeLine(Deno.stderr, line);
        begun = performance.now();
        break;
      case "run": {
        const { index, toRun, job, planned: { id, spec } } = event;
        const by = jobs === 1 ? "" : `job ${job}: `;
        await view.begin(id, {
          text: `[${index}/${toRun}] ${by}${runName(spec)}`,
          steps: spec.training?.steps ?? 0,
        });
        break;
      }
      case "train":
        view.take(event);
        break;
      case "score":
        await view.score(event);
        break;
      case "result": {
        const { run_id, status, error, perplexity } = event.row;
        const found = perplexity === null ? "" : `, perplexity ${perplexity.toFixed(3)}`;
        results.push(event.row);
        await view.end(run_id, `${status}${found}${savedText(event)}${error ? `: ${error}` : ""}`);
        break;
      }
      case "end":
        if (results.length > 0) {
          const seconds = jobs * (performance.now() - begun) / 1000;
          await writeLine(Deno.stderr, timeLine(results, { seconds }));
        }
        return event.status === "done" ? event.rows : undefined;
    }
  }
  return undefined;
}

function savedText(
  { modelFile, modelError }: Extract<SweepEvent, { readonly kind: "result" }>,
): string {
  if (modelError !== undefined) return `; its model could not be saved: ${modelError}`;
  return modelFile === undefined ? "" : `, saved as ${modelFile}`;
}

type PlanEvent = Extract<SweepEvent, { readonly kind: "plan" }>;
type TrainEvent = Extract<SweepEvent, { readonly kind: "train" }>;
type ScoreEvent = Extract<SweepEvent, { readonly kind: "score" }>;

/** What is done, what is to do, and what came to nothing and why. */
export function planLines(
  { done, lost, toRun, elsewhere, damaged, unsaved }: PlanEvent,
): string[] {
  const reasons = Map.groupBy(
    lost,
    ({ status, error }) => `${status}: ${error ?? "no reason told"}`,
  );
  return [
    `${done} done, ${toRun} to run${lost.length > 0 ? `, ${lost.length} not done` : ""}`,
    ...(elsewhere > 0
      ? [`  ${elsewhere} of these have a result from elsewhere: --adopt counts them as done`]
      : []),
    ...(unsaved > 0
      ? [`  ${unsaved} of those done have no saved model: --fresh does them again and saves it`]
      : []),
    ...[...reasons].map(([reason, rows]) => `  ${rows.length} ${reason}`),
    ...(lost.length > 0
      ? [`  --retry ${[...new Set(lost.map(({ status }) => status))].join(",")} does them again`]
      : []),
    ...damaged.map((id) => `The files of run ${id} were damaged: set aside, run again`),
  ];
}

/** The line that a run begins with. */
interface Beginning {
  readonly text: string;
  readonly steps: number;
}

/** Shows runs that follow each other: a line of the step or the scored block that each is at. */
class OneRun {
  #line: ProgressLine | undefined;
  #bar: ProgressBar | undefined;

  async begin(_id: string, { text }: Beginning): Promise<void> {
    this.#line = new ProgressLine();
    await writeLine(Deno.stderr, text);
  }

  take({ event }: TrainEvent): void {
    if (event.kind === "step" || event.kind === "start") this.#line?.take(event);
  }

  async score({ event: { split, weights, done, total } }: ScoreEvent): Promise<void> {
    if (!this.#bar) await this.#line?.[Symbol.asyncDispose]();
    this.#bar ??= new ProgressBar();
    const phase = `scoring ${split}${weights === "merged" ? ", merged" : ""}`;
    this.#bar.update({ phase, done, total, unit: "blocks" });
  }

  async end(_id: string, text: string): Promise<void> {
    await this.#line?.[Symbol.asyncDispose]();
    this.#bar?.[Symbol.dispose]();
    this.#bar = undefined;
    await writeLine(Deno.stderr, `  ${text}`);
  }
}

/** Shows runs that are done at a time: a line when one begins or ends, and a bar of all their steps. */
class SeveralRuns {
  readonly #running = new Map<string, Beginning & { done: number }>();
  #bar: ProgressBar | undefined;

  async begin(id: string, beginning: Beginning): Promise<void> {
    await this.#say(beginning.text);
    this.#running.set(id, { ...beginning, done: 0 });
  }

  take({ runId, event }: TrainEvent): void {
    const run = this.#running.get(runId);
    if (!run) return;
    run.done = event.step;
    this.#bar ??= new ProgressBar();
    const all = [...this.#running.values()];
    this.#bar.update({
      phase: `${all.length} runs`,
      done: all.reduce((sum, { done }) => sum + done, 0),
      total: all.reduce((sum, { steps }) => sum + steps, 0),
      unit: "steps",
    });
  }

  // A bar of the steps of all runs has no place for the blocks of one.
  score(_event: ScoreEvent): Promise<void> {
    return Promise.resolve();
  }

  async end(id: string, text: string): Promise<void> {
    await this.#say(`${this.#running.get(id)?.text ?? id}: ${text}`);
    this.#running.delete(id);
  }

  async #say(text: string): Promise<void> {
    this.#bar?.[Symbol.dispose]();
    this.#bar = undefined;
    await writeLine(Deno.stderr, text);
  }
}
