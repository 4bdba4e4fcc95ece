import { basename, dirname } from "node:path";

/** What a plugin runs programs on; `other` is a platform that this engine was never tried on. */
export type PjrtPluginKind = "cpu" | "cuda" | "rocm" | "tpu" | "oneapi" | "other";

/** A PJRT plugin on this machine, not loaded yet. */
export interface PjrtPlugin {
  /** The path of its shared library. */
  readonly path: string;
  /** Where it came from, e.g. `environment variable QATLAB_PJRT_PLUGIN`. */
  readonly source: string;
  /** What it runs programs on. */
  readonly kind: PjrtPluginKind;
  /** Libraries to be loaded before it, in this order. */
  readonly preload?: readonly string[];
  /** The folder for XLA's `--xla_gpu_cuda_data_dir` (holds `ptxas` and `libdevice`), if installed. */
  readonly cudaDataDir?: string | undefined;
}

const KINDS: readonly (readonly [RegExp, PjrtPluginKind])[] = [
  [/cuda/, "cuda"],
  [/rocm/, "rocm"],
  [/oneapi|xpu|sycl/, "oneapi"],
  [/(?<![a-z])(lib)?tpu/, "tpu"],
  [/cpu/, "cpu"],
];

/** Tells a plugin's kind by the names of its file and folder, as the known packages choose them. */
export function pluginKind(path: string): PjrtPluginKind {
  for (const name of [basename(path), basename(dirname(path))]) {
    const match = KINDS.find(([pattern]) => pattern.test(name.toLowerCase()));
    if (match) return match[1];
  }
  return "other";
}
