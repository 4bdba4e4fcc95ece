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

/** The major versions of CUDA whose Python packages are known. */
export type CudaVersion = 12 | 13;

type Library = readonly [distribution: string, folder: string, library: string];

/** The versions of the sonames are those that TensorFlow 2.16 and later open (CUDA 12, cuDNN 9). */
const cuda12: readonly Library[] = [
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
];

/** The packages of CUDA 13 share a folder. */
const cuda13: readonly Library[] = [
  ["nvidia-nvjitlink", "cu13", "libnvJitLink.so.13"],
  ["nvidia-cuda-runtime", "cu13", "libcudart.so.13"],
  ["nvidia-cuda-nvrtc", "cu13", "libnvrtc.so.13"],
  ["nvidia-cublas", "cu13", "libcublasLt.so.13"],
  ["nvidia-cublas", "cu13", "libcublas.so.13"],
  ["nvidia-cufft", "cu13", "libcufft.so.12"],
  ["nvidia-cusparse", "cu13", "libcusparse.so.12"],
  ["nvidia-cusolver", "cu13", "libcusolver.so.12"],
  ["nvidia-cuda-cupti", "cu13", "libcupti.so.13"],
  ["nvidia-cudnn-cu13", "cudnn", "libcudnn.so.9"],
  ["nvidia-nccl-cu13", "nccl", "libnccl.so.2"],
];

const versions = {
  12: { libraries: cuda12, compiler: "cuda_nvcc", compilerPackage: "nvidia-cuda-nvcc-cu12" },
  13: { libraries: cuda13, compiler: "cu13", compilerPackage: "nvidia-cuda-nvcc" },
};

/** Options for {@linkcode findNvidiaLibraries}. */
export interface FindNvidiaLibrariesOptions {
  /** The major version of CUDA; by default 12. */
  cuda?: CudaVersion;
}

/** Looks for NVIDIA's libraries below folders such as `site-packages/nvidia`. */
export async function findNvidiaLibraries(
  folders: readonly string[],
  { cuda = 12 }: FindNvidiaLibrariesOptions = {},
): Promise<NvidiaLibraries> {
  const { libraries, compiler, compilerPackage } = versions[cuda];
  const preload: string[] = [];
  const missing = new Set<string>();
  for (const [packageName, folder, library] of libraries) {
    const path = await firstExisting(folders, join(folder, "lib", library));
    if (path === undefined) missing.add(packageName);
    else preload.push(path);
  }
  const ptxas = await firstExisting(folders, join(compiler, "bin", "ptxas"));
  if (ptxas === undefined) missing.add(compilerPackage);
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
