import { decodeFloats, isFloatDtype } from "./float_bytes.ts";
import type { SafetensorsFile } from "./safetensors.ts";
import { tensorNamed } from "./tensor_named.ts";

/**
 * Reads one tensor of type F64, F32, F16 or BF16 as float32 values, row-major.
 *
 * @throws {RangeError} If there is no tensor of this name, or its type is another one.
 * @throws {FileFormatError} If the file has become shorter since it was opened.
 */
export async function readFloats(
  file: SafetensorsFile,
  name: string,
): Promise<Float32Array<ArrayBuffer>> {
  const { dtype, path } = tensorNamed(file, name);
  if (!isFloatDtype(dtype)) {
    throw new RangeError(
      `Cannot read tensor "${name}" of "${path}" as floats: ` +
        `its type must be F64, F32, F16 or BF16: current value is ${dtype}`,
    );
  }
  return decodeFloats(await file.read(name), dtype);
}
