import type { Measurement } from "./measure.ts";

/** What is measured of a subject, and at which sizes. */
export interface LayerMeasure {
  /** `time` of a forward and a backward pass, or `memory` that they take above rest. */
  readonly what: "time" | "memory";
  readonly tokens: number;
  readonly width: number;
  readonly layers: number;
}

/** Measures our layers in a process of their own; the subject is a name of `SUBJECTS`. */
export function measureLayers(subject: string, measure: LayerMeasure): Promise<Measurement> {
  // All permissions, because the peak of memory is set back through a file of the system.
  const worker = ["run", "--v8-flags=--expose-gc", "--no-check", "-A", pathOf("layers_worker.ts")];
  return run(Deno.execPath(), [...worker, measure.what, subject, ...sizesOf(measure)], measure);
}

/** Measures PyTorch's in `QATLAB_PYTHON`, else in `python3`; the subject is method and form. */
export function measureTorchLayers(subject: string, measure: LayerMeasure): Promise<Measurement> {
  const [method = "", form = "plain"] = subject.split(" ");
  const peer = pathOf("torch_layers_peer.py");
  const args = [peer, measure.what, method, form, ...sizesOf(measure)];
  return run(Deno.env.get("QATLAB_PYTHON") ?? "python3", args, measure);
}

function sizesOf({ tokens, width, layers }: LayerMeasure): string[] {
  return [tokens, width, layers].map(String);
}

function pathOf(name: string): string {
  return new URL(name, import.meta.url).pathname;
}

async function run(
  command: string,
  args: readonly string[],
  { what }: LayerMeasure,
): Promise<Measurement> {
  const env = {
    THREADS: String(navigator.hardwareConcurrency),
    NO_COLOR: "1",
    // What either side frees leaves its resident memory at once, and is not kept for later.
    ...(what === "memory" && { MALLOC_MMAP_THRESHOLD_: "65536", MALLOC_TRIM_THRESHOLD_: "65536" }),
  };
  const decoder = new TextDecoder();
  try {
    const output = await new Deno.Command(command, { args: [...args], env }).output();
    if (output.success) return { values: JSON.parse(decoder.decode(output.stdout)) };
    const lines = decoder.decode(output.stderr).trim().split("\n");
    return { missing: lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? "failed" };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}
