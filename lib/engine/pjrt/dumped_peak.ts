import { readBufferAssignment } from "./client/read_buffer_assignment.ts";
import { peakValues } from "./peak_values.ts";

/** A value that a program makes and needs no longer than it runs. */
export interface PlannedTemporary {
  readonly shape: readonly number[];
  /** The compiler's name of its type, such as `f32` or `bf16`. */
  readonly type: string;
  /** What makes it, such as `dot` or `fusion`. */
  readonly operation: string;
  readonly bytes: number;
}

const ARRAY = /^([a-z]+\d*\w*)\[([\d,]*)\]/;

/**
 * Has a program compiled with XLA's dump of where it puts what, and reads the fullest moment from it. The
 * dump goes into a folder that does not stay.
 *
 * @throws {TypeError} If the compiler wrote no such dump: not every plugin's can.
 */
export async function withDumpedPeak<T>(
  compile: (dumpTo: string) => Promise<T>,
): Promise<{ readonly result: T; readonly peak: readonly PlannedTemporary[] }> {
  const folder = await Deno.makeTempDir({ prefix: "qatlab-plan-" });
  try {
    const result = await compile(folder);
    const assignment = await readBufferAssignment(folder);
    if (!assignment) {
      throw new TypeError(
        "The compiler wrote no account of its buffers: plan without 'breakdown', or with the CPU plugin",
      );
    }
    const peak = peakValues(assignment).map(
      ({ type, operation, bytes }): PlannedTemporary => {
        const [, element = type, shape = ""] = ARRAY.exec(type) ?? [];
        return {
          type: element,
          shape: shape.split(",").filter(Boolean).map(Number),
          operation,
          bytes,
        };
      },
    );
    return { result, peak };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
