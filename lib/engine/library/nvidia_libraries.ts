import { join } from "node:path";
import { fileSize } from "../../io/file_size.ts";

/** NVIDIA's libraries as Python packages installed them. */
export interface NvidiaLibraries {
  /** The paths to load, in an order in which each finds what it needs. */
  readonly preload: readonly string[];
  /** The Python packages whose library was not found. */
  readonly missing: readonly string[];
  /** The folder with `ptxas` and `libdevice`, which XLA needs to compile for a GPU. */
  readonly cudaDataDir: string | undefined;
}

/** The versions of the sonames are those that TensorFlow 2.16 and later open (CUDA 12, cuDNN 9). */
const loadOrder = [
  // [Python package, folder below nvidia/, library]
  ["nvidia-nvjitlink-cu12", "nvjitlink", "libnvJitLink.so.12"],
  ["nvidia-cuda-runtime-cu12", "cuda_runtime", "libcudart.so.12"],
  ["nvidia-cuda-nvrtc-cu12", "cuda_nvrtc", "libnvrtc.so.12"],
  ["nvidia-cublas-cu12", "cublas", "libcublasLt.so.12"],
  ["nvidia-cublas-cu12", "cublas", "libcublas.so.12"],
  ["nvidia-cufft-cu12", "cufft", "libcufft.so.11"],
  ["nvidia-curand-cu12", "curand", "libcurand.so.10"],
  ["nvidia-cusparse-cu12", "cusparse", "libcusparse.so.12"],
  ["nvidia-cusolver-cu12", "cusolver", "libcusolver.so.11"],
  ["nvidia-cuda-cupti-cu12", "cuda_cupti", "libcupti.so.12"],
  // cuDNN opens its other parts by itself, from its own folder.
  ["nvidia-cudnn-cu12", "cudnn", "libcudnn.so.9"],
  ["nvidia-nccl-cu12", "nccl", "libnccl.so.2"],
] as const;

/** Looks for NVIDIA's libraries below folders such as `site-packages/nvidia`. */
export async function findNvidiaLibraries(folders: readonly string[]): Promise<NvidiaLibraries> {
  const preload: string[] = [];
  const missing = new Set<string>();
  for (const [packageName, folder, library] of loadOrder) {
    const path = await firstExisting(folders, join(folder, "lib", library));
    if (path === undefined) missing.add(packageName);
    else preload.push(path);
  }
  const ptxas = await firstExisting(folders, join("cuda_nvcc", "bin", "ptxas"));
  if (ptxas === undefined) missing.add("nvidia-cuda-nvcc-cu12");
  return {
    preload,
    missing: [...missing],
    cudaDataDir: ptxas === undefined ? undefined : join(ptxas, "..", ".."),
  };
}

async function firstExisting(
  folders: readonly string[],
  path: string,
): Promise<string | undefined> {
  for (const folder of folders) {
    const candidate = join(folder, path);
    if (await fileSize(candidate) !== undefined) return candidate;
  }
  return undefined;
}
