import { type ReadVariable, readVariable } from "../../io/environment.ts";
import { type TensorflowWheel, wheels } from "./wheels.ts";

/** What the search needs to know of the machine; tests describe one of their own. */
export interface Machine {
  /** The operating system, as `Deno.build.os` names it. */
  readonly os: string;
  /** The processor, as `Deno.build.arch` names it. */
  readonly arch: string;
  /** The command, or the path, of Python 3. */
  readonly python: string;
  /** The wheels that may be fetched. */
  readonly wheels: readonly TensorflowWheel[];
  /** Reads an environment variable; an empty one counts as not set. */
  readonly env: ReadVariable;
}

/** Returns the machine that this process runs on. */
export function thisMachine(): Machine {
  return {
    os: Deno.build.os,
    arch: Deno.build.arch,
    python: "python3",
    wheels,
    env: readVariable,
  };
}
