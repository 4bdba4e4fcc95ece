import { compile } from "./compile.ts";
import { currentCompiler } from "./compiler.ts";
import type { DType } from "./dtype.ts";
import { cast, dtypeOf } from "./ops/cast.ts";
import type { Reasoned } from "./reasoned.ts";
import { tf } from "./tf.ts";

/** What the backend can do with an element type: found by doing it. */
export type DTypeSupport = "computes" | "holds" | "imitates" | "lacks";

const PROBED: readonly DType[] = [
  "float32",
  "bfloat16",
  "float16",
  "float8e4m3fn",
  "float8e5m2",
  "int32",
  "int8",
  "uint8",
  "int4",
  "uint4",
];

/** Tries every element type on the backend in use. */
export function probeDTypes(): ReadonlyMap<DType, Reasoned<DTypeSupport>> {
  return new Map(PROBED.map((dtype) => {
    tf.engine().startScope();
    try {
      return [dtype, support(dtype)];
    } finally {
      tf.engine().endScope();
    }
  }));
}

function support(dtype: DType): Reasoned<DTypeSupport> {
  let held: tf.Tensor;
  try {
    held = cast(tf.ones([4, 4]), dtype);
  } catch (error) {
    return { value: "lacks", reason: firstLine(error) };
  }
  if (dtypeOf(held) !== dtype) {
    return { value: "imitates", reason: `its values, held as ${dtypeOf(held)}` };
  }
  try {
    product(held);
    return { value: "computes", reason: "a matrix product of it ran" };
  } catch {
    return { value: "holds", reason: "cast to float32 or int32 before it is computed with" };
  }
}

function product(x: tf.Tensor): void {
  const square = (y: tf.Tensor) => tf.matMul(y as tf.Tensor2D, y as tf.Tensor2D) as tf.Tensor;
  if (!currentCompiler()) return square(x).dispose();
  const compiled = compile(square);
  try {
    compiled(x).dispose();
  } finally {
    compiled.dispose();
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
