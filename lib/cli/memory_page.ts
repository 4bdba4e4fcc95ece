import { type MemoryStudy, paperValues } from "../../experiments/mod.ts";
import { memory, type MemoryProfileRow, report } from "../../mod.ts";

/** The report of a study of memory. */
export function memoryPage(
  { name, about, notes, source }: MemoryStudy,
  rows: readonly MemoryProfileRow[],
): report.ReportDocument {
  const isPlanned = rows.some(({ basis }) => basis === "planned");
  return report.memoryDocument({
    name,
    about,
    notes,
    rows,
    ...(source && { source: paperValues(source)[0]?.source ?? source.paper }),
    command: `deno task memory --study ${name} --output results${isPlanned ? "" : " --estimate"}`,
    card: memory.cardNamed("RTX 4090"),
  });
}
