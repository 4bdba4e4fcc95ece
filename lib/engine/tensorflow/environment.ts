import type { TensorflowLibrary } from "../library/mod.ts";
import { addXlaFlag, setDefault } from "../native/environment_defaults.ts";

/**
 * Sets what TensorFlow and XLA read from the environment while they load; what the user set stays.
 */
export function prepareEnvironment(library: TensorflowLibrary): void {
  setDefault("TF_CPP_MIN_LOG_LEVEL", "2");
  // XLA for CPU drops optimization barriers before it merges equal subexpressions, and would so
  // undo recomputation.
  addXlaFlag("--xla_disable_hlo_passes", "cse_barrier_expander");
  if (library.cudaDataDir) addXlaFlag("--xla_gpu_cuda_data_dir", library.cudaDataDir);
}
