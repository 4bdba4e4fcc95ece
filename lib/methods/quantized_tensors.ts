import { cast } from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import { FileFormatError, quoted } from "../io/errors.ts";
import type { SafetensorsFile } from "../io/safetensors.ts";
import { readFloats } from "../io/safetensors_floats.ts";

/** Reads tensors that must have the shapes and values that the header promises. */
export class QuantizedTensors {
  readonly #file: SafetensorsFile;
  readonly #made: tf.Tensor[];
  readonly #unread: Set<string>;

  constructor(file: SafetensorsFile, made: tf.Tensor[]) {
    this.#file = file;
    this.#made = made;
    this.#unread = new Set(file.tensors.keys());
  }

  get path(): string {
    return this.#file.path;
  }

  has(name: string): boolean {
    return this.#file.tensors.has(name);
  }

  shapeOf(name: string): readonly number[] {
    const entry = this.#file.tensors.get(name);
    if (entry) return entry.shape;
    throw new FileFormatError(this.path, {
      where: `tensor ${quoted(name)}`,
      expected: "a tensor",
      found: "nothing",
    });
  }

  /** The shape of a layer's scales: `[1]`, or `[O, G]` where the groups divide the inputs. */
  groupShape(name: string, [outputs, inputs]: readonly [number, number]): readonly number[] {
    const shape = this.shapeOf(name);
    const [rows = 0, groups = 0] = shape;
    const isTensor = shape.length === 1 && rows === 1;
    const isGroups = shape.length === 2 && rows === outputs && groups > 0 && inputs % groups === 0;
    if (isTensor || isGroups) return shape;
    const expected = `[1] or [${outputs}, groups] where the groups divide ${inputs}`;
    throw new FileFormatError(this.path, {
      where: `tensor ${quoted(name)}`,
      expected,
      found: `[${shape}]`,
    });
  }

  async bytes(
    name: string,
    shape: readonly number[],
    dtype: string,
  ): Promise<Uint8Array<ArrayBuffer>> {
    this.#requireShape(name, shape);
    const found = this.#file.tensors.get(name)?.dtype;
    if (found !== dtype) {
      throw new FileFormatError(this.path, {
        where: `tensor ${quoted(name)}`,
        expected: dtype,
        found: `${found}`,
      });
    }
    return await this.#file.read(name);
  }

  async floats(
    name: string,
    shape: readonly number[],
    isRight: (value: number) => boolean = () => true,
  ): Promise<tf.Tensor> {
    this.#requireShape(name, shape);
    const dtype = this.#file.tensors.get(name)?.dtype ?? "";
    if (!["F32", "F16", "BF16"].includes(dtype)) {
      throw new FileFormatError(this.path, {
        where: `tensor ${quoted(name)}`,
        expected: "F32, F16 or BF16",
        found: dtype,
      });
    }
    const values = await readFloats(this.#file, name);
    const bad = values.find((value) => !Number.isFinite(value) || !isRight(value));
    if (bad !== undefined) {
      throw new FileFormatError(this.path, {
        where: `tensor ${quoted(name)}`,
        expected: "finite values in range",
        found: `${bad}`,
      });
    }
    return this.#keep(tf.tensor(values, [...shape]));
  }

  /** Zero-points: one for all, or one a group. */
  async zeros(
    name: string,
    scaleShape: readonly number[],
    { qn, qp }: { readonly qn: number; readonly qp: number },
  ): Promise<tf.Tensor> {
    const shape = this.shapeOf(name).length === 1 ? [1] : scaleShape;
    const values = new Int8Array((await this.bytes(name, shape, "I8")).buffer);
    const outside = values.find((value) => value < qn || value > qp);
    if (outside !== undefined) {
      throw new FileFormatError(this.path, {
        where: `tensor ${quoted(name)}`,
        expected: `${qn} to ${qp}`,
        found: `${outside}`,
      });
    }
    return this.#keep(tf.tensor(Float32Array.from(values), [...shape]));
  }

  integers(
    values: ArrayLike<number>,
    shape: readonly number[],
    dtype: "int8" | "uint8",
  ): tf.Tensor {
    const wide = tf.tensor(Int32Array.from(values), [...shape], "int32");
    const narrow = cast(wide, dtype);
    wide.dispose();
    return this.#keep(narrow);
  }

  /** @throws {FileFormatError} If the file has tensors that nothing asked for. */
  refuseUnread(): void {
    const [name] = this.#unread;
    if (name !== undefined) {
      throw new FileFormatError(this.path, {
        where: "the tensors",
        expected: "those of the header's layers",
        found: `also ${quoted(name)}`,
      });
    }
  }

  #requireShape(name: string, shape: readonly number[]): void {
    const found = this.shapeOf(name);
    this.#unread.delete(name);
    if (`${found}` === `${shape}` && found.length === shape.length) return;
    throw new FileFormatError(this.path, {
      where: `tensor ${quoted(name)}`,
      expected: `shape [${shape}]`,
      found: `[${found}]`,
    });
  }

  #keep(tensor: tf.Tensor): tf.Tensor {
    this.#made.push(tensor);
    return tensor;
  }
}
