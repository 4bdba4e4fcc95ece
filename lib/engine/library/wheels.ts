import type { Wheel } from "../../io/pip/wheel.ts";

/** One pinned wheel with TensorFlow's library, and the platform that it is for. */
export interface TensorflowWheel extends Wheel {
  /** The operating system, as `Deno.build.os` names it. */
  readonly os: string;
  /** The processor, as `Deno.build.arch` names it. */
  readonly arch: string;
  /** Whether the library has CUDA kernels. */
  readonly cuda: boolean;
  /** The size of the two libraries in bytes, unpacked. */
  readonly libraryBytes: number;
}

/** The wheels that the fetch may take; sizes and hashes were read from the files themselves. */
export const wheels: readonly TensorflowWheel[] = [
  {
    package: "tensorflow-cpu",
    version: "2.21.0",
    os: "linux",
    arch: "x86_64",
    cuda: false,
    python: "cp312",
    abi: "cp312",
    platform: "manylinux_2_27_x86_64",
    bytes: 274_000_871,
    sha256: "dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb",
    libraryBytes: 853_308_936,
  },
  {
    package: "tensorflow",
    version: "2.21.0",
    os: "linux",
    arch: "x86_64",
    cuda: true,
    python: "cp312",
    abi: "cp312",
    platform: "manylinux_2_27_x86_64",
    bytes: 572_611_111,
    sha256: "b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0",
    libraryBytes: 1_259_021_080,
  },
  {
    package: "tensorflow",
    version: "2.21.0",
    os: "linux",
    arch: "aarch64",
    cuda: false,
    python: "cp312",
    abi: "cp312",
    platform: "manylinux_2_27_aarch64",
    bytes: 281_946_471,
    sha256: "b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552",
    libraryBytes: 883_062_208,
  },
  {
    package: "tensorflow",
    version: "2.21.0",
    os: "darwin",
    arch: "aarch64",
    cuda: false,
    python: "cp312",
    abi: "cp312",
    platform: "macosx_12_0_arm64",
    bytes: 223_488_205,
    sha256: "56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712",
    libraryBytes: 740_805_624,
  },
];

/** What {@linkcode platformWheel} chooses by. */
export interface PlatformWheelOptions {
  /** The operating system; by default this machine's. */
  os?: string;
  /** The processor; by default this machine's. */
  arch?: string;
  /** Whether the library must have CUDA kernels; by default not. */
  cuda?: boolean;
  /** The wheels to choose from; by default {@linkcode wheels}. */
  from?: readonly TensorflowWheel[];
}

/** Returns the wheel for a platform, or `undefined` if there is none. */
export function platformWheel(options: PlatformWheelOptions = {}): TensorflowWheel | undefined {
  const { os = Deno.build.os, arch = Deno.build.arch, cuda = false, from = wheels } = options;
  return from.find((wheel) => wheel.os === os && wheel.arch === arch && wheel.cuda === cuda);
}
