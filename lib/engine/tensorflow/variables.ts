/**
 * State that compiled functions update in place: TensorFlow's resource variables.
 *
 * A function's ordinary inputs are never overwritten, so parameters and moments passed that way
 * would exist twice across a step. XLA writes a variable's new value into its old buffer.
 *
 * @module
 */
import { type DType, dtypeInfo } from "../dtype.ts";
import { ATTRIBUTE_KIND, type RawAttribute } from "../trace/attributes.ts";
import type { Handle, Runtime } from "./runtime.ts";

// TensorFlow's mark for a variable that lives as long as handles to it do.
const ANONYMOUS = "cd2c89b7-88b7-44c8-ad83-06c2a9158347";

/** Makes a variable without a value. */
export function makeVariable(runtime: Runtime, of: Pick<Handle, "dtype" | "shape">): Handle {
  const { string, shape } = ATTRIBUTE_KIND;
  return only(runtime.execute(
    "VarHandleOp",
    [
      typeAttribute(of.dtype),
      { name: "shape", type: shape, value: of.shape },
      { name: "container", type: string, value: "" },
      { name: "shared_name", type: string, value: ANONYMOUS },
    ],
    [],
    1,
  ));
}

/** Gives a variable a value; the tensor's buffer becomes the variable's. */
export function assignVariable(runtime: Runtime, variable: Handle, value: Handle): void {
  runtime.execute("AssignVariableOp", [typeAttribute(value.dtype)], [variable, value], 0);
}

/** A variable's value, shared until the variable changes. */
export function readVariable(runtime: Runtime, variable: Handle, dtype: DType): Handle {
  return only(runtime.execute("ReadVariableOp", [typeAttribute(dtype)], [variable], 1));
}

function typeAttribute(dtype: DType): RawAttribute {
  return { name: "dtype", type: ATTRIBUTE_KIND.type, value: dtypeInfo(dtype).code };
}

function only(handles: Handle[]): Handle {
  const [handle] = handles;
  if (!handle) throw new Error("TensorFlow gave no handle for a variable");
  return handle;
}
