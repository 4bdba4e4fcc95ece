/**
 * One plan of a training step in a process of its own: `STEP`, a `MemoryOptions` as JSON. Prints one JSON
 * object, all in MiB but the seconds.
 *
 * @module
 */
import { memory } from "../../mod.ts";

const MIB = 2 ** 20;

const setup = await memory.resolveSetup(JSON.parse(Deno.args[0] ?? "{}") as memory.MemoryOptions);
const { totalBytes, argumentBytes, temporaryBytes, seconds } = await memory.planStep(setup);
const result = {
  planMiB: totalBytes / MIB,
  givenMiB: argumentBytes / MIB,
  temporaryMiB: temporaryBytes / MIB,
  estimateMiB: memory.estimateMemory(setup).totalBytes / MIB,
  seconds,
};
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(result)));
