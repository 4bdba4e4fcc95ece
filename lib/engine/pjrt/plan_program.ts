import { returnFreedMemory } from "../native/return_freed_memory.ts";
import type { BufferAssignment } from "./client/buffer_assignment.ts";
import type { PjrtClient } from "./client/client.ts";
import { PjrtError } from "./client/pjrt_error.ts";
import { readBufferAssignment } from "./client/read_buffer_assignment.ts";
import { passesThatDropBarriers, passesThatWiden } from "./disabled_passes.ts";
import type { MemoryPlan, PlannedTemporary } from "./memory_plan.ts";
import { peakValues } from "./peak_values.ts";

/** What the compiler says of a program's memory. */
export type ProgramMemory = Pick<
  MemoryPlan,
  "totalBytes" | "argumentBytes" | "outputBytes" | "aliasBytes" | "temporaryBytes" | "peak"
>;

/**
 * The function that a program calls to be planned only. XLA for the CPU looks for it when it has placed
 * all values in memory and is about to write machine code, which takes longer than all before: it finds
 * none and stops.
 */
export const PLAN_ONLY = "qatlab_plan_only";

/**
 * Compiles a program as far as it takes to know its memory. The numbers are those of XLA's dump of where
 * it puts what, which add up to what {@linkcode PjrtExecutable.memory} says of the whole program; the
 * dump goes into a folder that does not stay. Compilers that write none are asked for the sums.
 *
 * @throws {PjrtError} If it does not compile.
 */
export async function planProgram(client: PjrtClient, text: string): Promise<ProgramMemory> {
  const { platform } = client;
  const dumpTo = await Deno.makeTempDir({ prefix: "qatlab-plan-" });
  const options = {
    disablePasses: planPasses(platform),
    dumpTo,
    expectedFailure: PLAN_ONLY,
  };
  try {
    const { sums, stopped } = await compiledSums(() => client.compile(text, options));
    const assignment = await readBufferAssignment(dumpTo);
    if (assignment) return { ...assignedMemory(assignment), ...sums };
    if (sums) return sums;
    // It stopped before it had placed anything: for another reason than that it was told to.
    throw stopped;
  } finally {
    returnFreedMemory();
    await Deno.remove(dumpTo, { recursive: true });
  }
}

/** The passes that a plan is made without. */
export function planPasses(platform: string): readonly string[] {
  return [...passesThatDropBarriers(platform), ...passesThatWiden(platform)];
}

async function compiledSums(
  compile: () => ReturnType<PjrtClient["compile"]>,
): Promise<{ readonly sums?: ProgramMemory; readonly stopped?: PjrtError }> {
  try {
    using executable = await compile();
    const { codeBytes: _, ...sums } = executable.memory();
    return { sums };
  } catch (error) {
    if (error instanceof PjrtError && error.message.includes(PLAN_ONLY)) return { stopped: error };
    throw error;
  }
}

function assignedMemory(assignment: BufferAssignment): ProgramMemory {
  const { allocations } = assignment;
  const sum = (chosen: (allocation: typeof allocations[number]) => boolean) =>
    allocations.filter(chosen).reduce((bytes, allocation) => bytes + allocation.bytes, 0);
  const argumentBytes = sum(({ kind }) => kind === "parameter");
  const outputBytes = sum(({ holdsResult }) => holdsResult);
  const aliasBytes = sum(({ kind, holdsResult }) => kind === "parameter" && holdsResult);
  const temporaryBytes = sum(({ kind }) => kind === "temporary");
  return {
    totalBytes: argumentBytes + outputBytes + temporaryBytes - aliasBytes,
    argumentBytes,
    outputBytes,
    aliasBytes,
    temporaryBytes,
    peak: peakValues(assignment).map(temporaryOf),
  };
}

const ARRAY = /^([a-z]+\d*\w*)\[([\d,]*)\]/;

function temporaryOf(
  { type, operation, bytes }: ReturnType<typeof peakValues>[number],
): PlannedTemporary {
  const [, element = type, shape = ""] = ARRAY.exec(type) ?? [];
  return {
    type: element,
    shape: shape.split(",").filter(Boolean).map(Number),
    operation,
    bytes,
  };
}
