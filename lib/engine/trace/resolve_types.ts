/**
 * The one place where TF.js's few types give way to the engine's many.
 *
 * TF.js writes type attributes from what it believes (`float32` for a bfloat16 tensor); here they
 * are set again from what the inputs really are, and inputs that disagree get a common type.
 *
 * @module
 */
import { type DType, dtypeInfo } from "../dtype.ts";
import type { Attribute, Attributes } from "./graph.ts";
import { type OpArgument, type OpSignature, spreadInputs } from "./signature.ts";

/** The part of a tensor that decides types. */
export interface TypedShape {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** An op's types once its inputs are known. */
export interface ResolvedTypes {
  /** The attributes with the right types. */
  readonly attributes: Attributes;
  /** The type that each input must be cast to, often its own. */
  readonly inputs: readonly DType[];
  /** The outputs' types. */
  readonly outputs: readonly DType[];
}

/** What {@linkcode resolveTypes} needs. */
export interface ResolveTypesOptions {
  /** The attributes as TF.js gave them. */
  readonly attributes: Attributes;
  /** The inputs in order. */
  readonly inputs: readonly TypedShape[];
  /** How many outputs the caller expects, for ops that give a list. */
  readonly outputCount: number;
}

/**
 * Sets an op's type attributes from its real inputs.
 *
 * Inputs that share an attribute are promoted: a scalar takes the type of the tensors it meets, as
 * in PyTorch; among tensors of different types the wider one wins, and float16 with bfloat16 gives
 * float32.
 *
 * @throws {TypeError} If an attribute for an output's type is missing.
 */
export function resolveTypes(signature: OpSignature, options: ResolveTypesOptions): ResolvedTypes {
  const attributes = new Map(options.attributes);
  const slots = spreadInputs(signature, options.inputs.length);
  for (const argument of new Set(slots)) setInputType(argument, slots, options.inputs, attributes);
  const inputs = options.inputs.map(({ dtype }, i) => wantedType(slots[i], attributes) ?? dtype);
  return { attributes, inputs, outputs: outputTypes(signature, attributes, options.outputCount) };
}

function setInputType(
  argument: OpArgument,
  slots: readonly OpArgument[],
  inputs: readonly TypedShape[],
  attributes: Map<string, Attribute>,
) {
  if (argument.typesAttribute !== undefined) {
    const value = inputs.filter((_, i) => slots[i] === argument).map(({ dtype }) => dtype);
    attributes.set(argument.typesAttribute, { kind: "types", value });
  }
  const name = argument.typeAttribute;
  if (name === undefined) return;
  const sharing = inputs.filter((_, i) => slots[i]?.typeAttribute === name);
  attributes.set(name, { kind: "type", value: promote(sharing) });
}

function wantedType(argument: OpArgument | undefined, attributes: Attributes): DType | undefined {
  if (argument?.dtype !== undefined) {
    return argument.dtype === "resource" ? undefined : argument.dtype;
  }
  if (argument?.typeAttribute === undefined) return undefined;
  const attribute = attributes.get(argument.typeAttribute);
  return attribute?.kind === "type" ? attribute.value : undefined;
}

function outputTypes(signature: OpSignature, attributes: Attributes, count: number): DType[] {
  return signature.outputs.flatMap((output) => {
    if (output.typesAttribute !== undefined) {
      const types = attributes.get(output.typesAttribute);
      return types?.kind === "types" ? [...types.value] : [];
    }
    const type = output.dtype ?? attributeType(output.typeAttribute, attributes);
    return output.countAttribute === undefined ? [type] : Array<DType>(count).fill(type);
  });
}

// TopKV2 and UniqueV2 have these outputs as int32 unless told otherwise, and TF.js does not tell.
const UNTOLD: ReadonlySet<string> = new Set(["index_type", "out_idx"]);

function attributeType(name: string | undefined, attributes: Attributes): DType {
  const attribute = name === undefined ? undefined : attributes.get(name);
  if (attribute?.kind === "type") return attribute.value;
  if (name !== undefined && UNTOLD.has(name)) return "int32";
  throw new TypeError(`The type attribute '${name}' is missing`);
}

/** The common type of inputs that must agree. */
export function promote(inputs: readonly TypedShape[]): DType {
  const tensors = inputs.filter(({ shape }) => shape.length > 0);
  const deciding = tensors.length > 0 ? tensors : inputs;
  return deciding.map(({ dtype }) => dtype).reduce(wider);
}

function wider(a: DType, b: DType): DType {
  if (a === b) return a;
  const [first, second] = [dtypeInfo(a), dtypeInfo(b)];
  if (first.face !== second.face) return first.face === "float32" ? a : b;
  if (first.bytes === second.bytes) return first.face;
  return first.bytes > second.bytes ? a : b;
}
