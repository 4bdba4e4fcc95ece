import { hasVectorWidthFlag, type TensorflowLibrary } from "../library/mod.ts";
import { addXlaFlag, setDefault } from "../native/environment_defaults.ts";

/**
 * Sets what TensorFlow and XLA read from the environment while they load; what the user set stays.
 */
export function prepareEnvironment(library: TensorflowLibrary): void {
  setDefault("TF_CPP_MIN_LOG_LEVEL", "2");
  // XLA for CPU drops optimization barriers before it merges equal subexpressions, and would so
  // undo recomputation.
  addXlaFlag("--xla_disable_hlo_passes", "cse_barrier_expander");
  // By default the maximum of a row with a NaN is that of its other numbers.
  addXlaFlag("--xla_cpu_enable_fast_min_max", "false");
  // By default half of AVX-512's registers are used: a step of SmolLM2-135M took 8 % longer.
  if (Deno.build.arch === "x86_64" && hasVectorWidthFlag(library.version)) {
    addXlaFlag("--xla_cpu_prefer_vector_width", "512");
  }
  if (library.cudaDataDir) addXlaFlag("--xla_gpu_cuda_data_dir", library.cudaDataDir);
}
