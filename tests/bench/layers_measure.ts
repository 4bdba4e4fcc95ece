import { type Measurement, measureOurs, measurePeer } from "./measure.ts";

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
  return measureOurs("./layers_worker.ts", [measure.what, subject, ...sizesOf(measure)], {
    // All permissions, because the peak of memory is set back through a file of the system.
    permissions: ["--allow-all"],
    env: environmentOf(measure),
  });
}

/** Measures PyTorch's in `QATLAB_PYTHON`, else in `python3`; the subject is method and form. */
export function measureTorchLayers(subject: string, measure: LayerMeasure): Promise<Measurement> {
  const [method = "", form = "plain"] = subject.split(" ");
  const args = [measure.what, method, form, ...sizesOf(measure)];
  return measurePeer("./torch_layers_peer.py", args, { env: environmentOf(measure) });
}

function sizesOf({ tokens, width, layers }: LayerMeasure): string[] {
  return [tokens, width, layers].map(String);
}

// What either side frees leaves its resident memory at once, and is not kept for later.
function environmentOf({ what }: LayerMeasure): Record<string, string> {
  if (what !== "memory") return {};
  return { MALLOC_MMAP_THRESHOLD_: "65536", MALLOC_TRIM_THRESHOLD_: "65536" };
}
