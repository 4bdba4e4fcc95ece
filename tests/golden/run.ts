/**
 * `deno task golden DIR [--backend tensorflow|webgpu|wasm|all] [--case PREFIX]`
 *
 * Runs golden vectors: a folder with a `manifest.json` and one safetensors file a case. Each case is
 * compared with what the project computes, on every backend that starts here, eager and compiled.
 * The numbers are the largest errors in units of what the manifest allows.
 *
 * @module
 */
import { goldenCommand } from "./golden_command.ts";
import { IMPLEMENTATIONS } from "./implementations.ts";

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, line: string) {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let done = 0; done < bytes.length;) done += stream.writeSync(bytes.subarray(done));
}

if (import.meta.main) {
  const code = await goldenCommand(Deno.args, {
    registry: IMPLEMENTATIONS,
    print: (line) => writeAll(Deno.stdout, line),
    printError: (line) => writeAll(Deno.stderr, line),
  });
  Deno.exit(code);
}
