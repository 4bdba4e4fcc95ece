/** One pinned wheel of a Python package: what pip is asked for, and what it must bring. */
export interface Wheel {
  /** The package's name, e.g. `tensorflow-cpu`. */
  readonly package: string;
  /** The package's version. */
  readonly version: string;
  /** The Python tag, as in the file's name: `py3`, or `cp312` for CPython 3.12. */
  readonly python: string;
  /** The ABI tag, as in the file's name: `none`, or `cp312`. */
  readonly abi: string;
  /** The platform tag, as in the file's name: `any`, or e.g. `manylinux_2_27_x86_64`. */
  readonly platform: string;
  /** The wheel's size in bytes. */
  readonly bytes: number;
  /** The wheel's SHA-256, in lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** The name of the wheel's file, which is also its identity. */
export function wheelFile(wheel: Wheel): string {
  const { package: name, version, python, abi, platform } = wheel;
  return `${name.replaceAll("-", "_")}-${version}-${python}-${abi}-${platform}.whl`;
}
