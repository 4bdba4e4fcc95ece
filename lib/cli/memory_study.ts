import { join } from "node:path";
import type { MemoryStudy } from "../../experiments/mod.ts";
import {
  codeState,
  memory,
  type MemoryOrigin,
  type MemoryProfileRow,
  openMemoryRows,
  report,
} from "../../mod.ts";
import { writeLine } from "./command.ts";
import { memoryPage } from "./memory_page.ts";
import { writeDocument } from "./write_report.ts";

/** What plans a step, and which compiler that is. */
export interface NamedPlanner {
  readonly name: string;
  readonly plan: memory.Planner;
}

/** Options for {@linkcode runMemoryStudy}. */
export interface MemoryStudyOptions {
  /** Where the folder `memory` with its report and rows goes; else the report is printed. */
  readonly output?: string;
  /** Plan all steps, also those that are known. */
  readonly fresh: boolean;
  readonly format: "table" | "json";
  /** What plans; else there are estimates alone. */
  readonly planner?: NamedPlanner;
}

/**
 * Profiles the steps of a study and prints or writes its report.
 *
 * With a folder, rows are set aside step by step: a study that was killed goes on where it stopped,
 * and one that is done only writes its report again, as long as the same code and compiler run.
 */
export async function runMemoryStudy(
  study: MemoryStudy,
  options: MemoryStudyOptions,
): Promise<void> {
  const { output, format } = options;
  if (output !== undefined) return await writeStudy(study, { ...options, output });
  const rows = await profiled(study, options);
  const text = format === "json"
    ? JSON.stringify(rows, null, 2)
    : report.reportMarkdown(memoryPage(study, rows)).trimEnd();
  await writeLine(Deno.stdout, text);
}

async function writeStudy(
  study: MemoryStudy,
  options: MemoryStudyOptions & { readonly output: string },
): Promise<void> {
  const folder = join(options.output, "memory", study.name);
  const origin: MemoryOrigin = {
    code: await codeState(),
    planner: options.planner?.name ?? null,
  };
  const { known, save, finish } = await openMemoryRows(folder, { origin, fresh: options.fresh })
    .catch((error: Error) => {
      throw new Error(`${error.message}; --fresh plans all steps anew`, { cause: error });
    });
  await save(known).catch((error: Error) => {
    const where = `Cannot write into ${JSON.stringify(folder)}: ${error.message}`;
    throw new Error(`${where}; let --output name a folder that may be written`, { cause: error });
  });
  const rows = await profiled(study, options, { known, onRows: save });
  const files = [await finish(), ...await writeDocument(memoryPage(study, rows), folder)];
  for (const file of files) await writeLine(Deno.stdout, file);
}

async function profiled(
  { name, steps }: MemoryStudy,
  { planner }: MemoryStudyOptions,
  progress: Pick<memory.ProfileStepsOptions, "known" | "onRows"> = {},
): Promise<readonly MemoryProfileRow[]> {
  const known = progress.known?.filter(({ isWhole }) => isWhole).length ?? 0;
  if (known > 0) await writeLine(Deno.stderr, `${known} of ${steps.length} steps are known`);
  return await memory.profileSteps(steps, {
    ...progress,
    study: `memory/${name}`,
    ...(planner && { plan: planner.plan }),
    onStep: (label) => writeLine(Deno.stderr, label),
    onFailure: (label, error) => writeLine(Deno.stderr, `not planned: ${label}: ${error.message}`),
  });
}
