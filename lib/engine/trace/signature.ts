import { type DType, isDType } from "../dtype.ts";
import { OP_SIGNATURES } from "./op_signatures.ts";

/** An input or output of an op. */
export interface OpArgument {
  /** The name, as function bodies refer to it. */
  readonly name: string;
  /** The type, where the op fixes it. */
  readonly dtype?: DType;
  /** The attribute that holds the type. */
  readonly typeAttribute?: string;
  /** The attribute that holds the types of a list of unlike tensors. */
  readonly typesAttribute?: string;
  /** The attribute that holds the number of tensors of a list. */
  readonly countAttribute?: string;
}

/** What an op takes and gives. */
export interface OpSignature {
  readonly inputs: readonly OpArgument[];
  readonly outputs: readonly OpArgument[];
}

const parsed = new Map<string, OpSignature | undefined>();

/** The signature of an op, or `undefined` if graphs cannot hold it. */
export function opSignature(op: string): OpSignature | undefined {
  if (!parsed.has(op)) parsed.set(op, parse(op));
  return parsed.get(op);
}

function parse(op: string): OpSignature | undefined {
  if (!Object.hasOwn(OP_SIGNATURES, op)) return undefined;
  const [inputs = "", outputs = ""] = (OP_SIGNATURES[op] ?? "").split("->");
  return { inputs: parseArguments(inputs), outputs: parseArguments(outputs) };
}

function parseArguments(text: string): OpArgument[] {
  return text.split(" ").filter((part) => part !== "").map(parseArgument);
}

function parseArgument(text: string): OpArgument {
  const [name = "", type = ""] = text.split(":");
  if (type.startsWith("[")) return { name, typesAttribute: type.slice(1, -1) };
  const [first = "", second] = type.split("*");
  if (second !== undefined) return { name, countAttribute: first, ...elementType(second) };
  return { name, ...elementType(first) };
}

function elementType(type: string): { dtype: DType } | { typeAttribute: string } {
  return isDType(type) ? { dtype: type } : { typeAttribute: type };
}

/** The argument that each of `count` inputs, given one after the other, belongs to. */
export function spreadInputs(signature: OpSignature, count: number): readonly OpArgument[] {
  const single = signature.inputs.filter((input) => !isList(input)).length;
  return signature.inputs.flatMap((input) =>
    isList(input) ? Array<OpArgument>(Math.max(0, count - single)).fill(input) : [input]
  );
}

/** Whether an argument stands for a list of tensors. */
export function isList(argument: OpArgument): boolean {
  return argument.countAttribute !== undefined || argument.typesAttribute !== undefined;
}
