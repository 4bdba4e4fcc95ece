/**
 * Writes `lib/engine/trace/op_signatures.ts` from the op registry of TensorFlow's library.
 *
 * ```sh
 * QATLAB_TENSORFLOW=folder-of-the-two-libraries deno run --allow-all tests/engine/trace/make_op_signatures.ts
 * ```
 *
 * @module
 */
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { dtypeOfCode } from "../../../lib/engine/dtype.ts";
import { findLibrary } from "../../../lib/engine/library/mod.ts";
import { openTensorflow } from "../../../lib/engine/tensorflow/symbols.ts";

/** The ops that TF.js's kernels for TensorFlow and the engine's own kernels call. */
const OPS = `
Abs Acos Acosh Add AddN AddV2 All Any ArgMax ArgMin AssignVariableOp Asin Asinh Atan Atan2 Atanh
BatchMatMulV2 Bincount Bitcast BitwiseAnd BitwiseOr BitwiseXor BroadcastArgs BroadcastTo Cast Ceil
ClipByValue Complex ComplexAbs ConcatV2 Const Cos Cosh Cumprod Cumsum Diag Div DivNoNan Einsum Elu
EluGrad Equal Erf Erfc Exp ExpandDims Expm1 Fill Floor FloorDiv FloorMod GatherNd GatherV2 Greater
GreaterEqual Identity IdentityN Imag Invert IsFinite IsInf IsNan LeakyRelu LeftShift Less LessEqual
LinSpace Log Log1p LogicalAnd LogicalNot LogicalOr MatMul Max Maximum Mean Min Minimum MirrorPad Mul
Neg NotEqual OneHot OnesLike Pack PadV2 Pow Prod Range ReadVariableOp Real RealDiv Reciprocal Relu
Relu6 Reshape ReverseV2 RightShift Rint Round Rsqrt ScatterNd Select SelectV2 Selu Sigmoid Sign Sin
Sinh Slice Softmax Softplus SplitV Sqrt Square SquaredDifference StridedSlice Sub Sum Tan Tanh
TensorScatterUpdate Tile TopKV2 Transpose UniqueV2 Unpack UnsortedSegmentSum VarHandleOp Where
XlaOptimizationBarrier ZerosLike
`.trim().split(/\s+/);

interface Argument {
  name: string;
  type: string;
}

interface Op {
  name: string;
  inputs: Argument[];
  outputs: Argument[];
}

function readArgument(reader: BinaryReader, end: number): Argument {
  let name = "", type = "", many = "";
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    if (field === 1) name = reader.string();
    else if (field === 3) type = dtypeOfCode(reader.int32()).name;
    else if (field === 4) type = reader.string();
    else if (field === 5) many = reader.string();
    else if (field === 6) type = `[${reader.string()}]`;
    else reader.skip(wire);
  }
  return { name, type: many ? `${many}*${type}` : type };
}

function readOp(reader: BinaryReader, end: number, wanted: ReadonlySet<string>): Op | undefined {
  const op: Op = { name: "", inputs: [], outputs: [] };
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    if (field === 1) {
      op.name = reader.string();
      if (!wanted.has(op.name)) {
        reader.pos = end;
        return undefined;
      }
    } else if (field === 2 || field === 3) {
      const list = field === 2 ? op.inputs : op.outputs;
      list.push(readArgument(reader, reader.uint32() + reader.pos));
    } else reader.skip(wire);
  }
  return op;
}

function readOps(bytes: Uint8Array, wanted: ReadonlySet<string>): Op[] {
  const reader = new BinaryReader(bytes);
  const ops: Op[] = [];
  while (reader.pos < reader.len) {
    reader.tag();
    const op = readOp(reader, reader.uint32() + reader.pos, wanted);
    if (op) ops.push(op);
  }
  return ops;
}

function allOps(): Uint8Array {
  const buffer = library.core.TF_GetAllOpList();
  if (buffer === null) throw new Error("TensorFlow returned no op list");
  const view = new Deno.UnsafePointerView(buffer);
  const data = view.getPointer(0);
  if (data === null) throw new Error("TensorFlow returned an empty op list");
  return new Uint8Array(
    Deno.UnsafePointerView.getArrayBuffer(data, Number(view.getBigUint64(8))).slice(0),
  );
}

function signature({ inputs, outputs }: Op): string {
  const list = (all: Argument[]) => all.map(({ name, type }) => `${name}:${type}`).join(" ");
  return `${list(inputs)} -> ${list(outputs)}`;
}

const library = openTensorflow(await findLibrary());
const ops = readOps(allOps(), new Set(OPS));
const missing = OPS.filter((name) => !ops.some((op) => op.name === name));
if (missing.length > 0) throw new Error(`TensorFlow has no op ${missing.join(", ")}`);
ops.sort((a, b) => a.name < b.name ? -1 : 1);
const lines = ops.map((op) => `  ${op.name}: ${JSON.stringify(signature(op))},`);
const target = new URL("../../../lib/engine/trace/op_signatures.ts", import.meta.url);
await Deno.writeTextFile(
  target,
  `/**
 * The ops that may stand in a graph, as \`inputs -> outputs\`, each \`name:type\`.
 *
 * A type is a dtype or the name of the attribute that holds it; \`N*T\` is a list of as many tensors
 * as attribute \`N\` says, \`[T]\` a list whose types attribute \`T\` lists.
 * Written by \`tests/engine/trace/make_op_signatures.ts\`; do not edit.
 *
 * @module
 */
export const OP_SIGNATURES: Readonly<Record<string, string>> = {
${lines.join("\n")}
};
`,
);
