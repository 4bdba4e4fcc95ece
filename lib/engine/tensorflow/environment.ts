import type { TensorflowLibrary } from "../library/mod.ts";

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

function setDefault(name: string, value: string) {
  if (Deno.env.get(name) === undefined) Deno.env.set(name, value);
}

function addXlaFlag(flag: string, value: string) {
  const flags = Deno.env.get("XLA_FLAGS") ?? "";
  if (!flags.includes(`${flag}=`)) Deno.env.set("XLA_FLAGS", `${flags} ${flag}=${value}`.trim());
}
