/** What the search said of one source. */
export interface SourceReport {
  /** Where it looked, e.g. `Python package`. */
  readonly source: string;
  /** Whether the library was taken from there. */
  readonly taken: boolean;
  /** Why, in one sentence. */
  readonly reason: string;
}

/** TensorFlow's two shared libraries on this machine, not loaded yet. */
export interface TensorflowLibrary {
  /** The path of `libtensorflow_cc`. */
  readonly core: string;
  /** The path of `libtensorflow_framework`, to be loaded first. */
  readonly framework: string;
  /**
   * The version, e.g. `2.21.0`, or `unknown` if no file beside the libraries tells it: then give
   * what `TF_Version()` returns to {@linkcode requireSupportedVersion}.
   */
  readonly version: string;
  /** Whether the library was built with CUDA kernels. */
  readonly cuda: boolean;
  /** NVIDIA's libraries to be loaded before the two, in this order; empty without CUDA. */
  readonly preload: readonly string[];
  /** The folder for XLA's `--xla_gpu_cuda_data_dir` (holds `ptxas` and `libdevice`), if installed. */
  readonly cudaDataDir: string | undefined;
  /** Where it came from, e.g. `Python package tensorflow-cpu 2.21.0`. */
  readonly origin: string;
  /** Why each source up to the taken one was or was not taken, in the order of the search. */
  readonly reasons: readonly SourceReport[];
}
