import { parseArgs } from "node:util";
import { type BackendName, BACKENDS } from "../../lib/engine/mod.ts";
import type { Registry } from "./registry.ts";
import { runGolden } from "./run_golden.ts";

/** What {@linkcode goldenCommand} needs besides its arguments. */
export interface GoldenCommandOptions {
  readonly registry: Registry;
  /** Takes the lines of the report. */
  readonly print: (line: string) => void;
  /** Takes what is wrong with the arguments, the folder or the machine. */
  readonly printError: (line: string) => void;
}

const USAGE = `Usage: deno task golden DIR [options]

Compares what the project computes with golden vectors: DIR holds a manifest.json
and one safetensors file a case. Errors are shown in units of what is allowed.

  --backend NAME   ${BACKENDS.join(", ")}, or all that start here (default)
  --case PREFIX    only the cases whose names begin so, for example 04-lr-qat
  --help           this text`;

interface Arguments {
  readonly folder: string;
  readonly backend: BackendName | "all";
  readonly casePrefix: string;
}

/** Parses the command line; `undefined` asks for the usage text. */
function parseArguments(args: string[]): Arguments | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      backend: { type: "string", default: "all" },
      case: { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) {
    throw new RangeError(`One folder is needed: current arguments are '${positionals.join(" ")}'`);
  }
  const backend = (["all", ...BACKENDS] as const).find((name) => name === values.backend);
  if (!backend) {
    throw new RangeError(
      `Unknown backend '${values.backend}': choose all, ${BACKENDS.join(", ")}`,
    );
  }
  return { folder, backend, casePrefix: values.case };
}

/**
 * Runs the command line.
 *
 * @returns The exit code: 0 if every case that was run is right, else 1.
 */
export async function goldenCommand(
  args: string[],
  { registry, print, printError }: GoldenCommandOptions,
): Promise<number> {
  try {
    const parsed = parseArguments(args);
    if (!parsed) {
      print(USAGE);
      return 0;
    }
    const { passed, failed } = await runGolden(parsed.folder, { ...parsed, registry, print });
    print(`${passed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } catch (error) {
    printError(error instanceof Error ? error.message : String(error));
    return 1;
  }
}
