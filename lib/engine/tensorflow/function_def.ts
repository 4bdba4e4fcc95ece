/**
 * A traced graph as TensorFlow's `FunctionDef`, the bytes of one protocol buffer.
 *
 * Field numbers are those of TensorFlow's function.proto, op_def.proto, node_def.proto,
 * attr_value.proto and tensor.proto.
 *
 * @module
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { dtypeInfo } from "../dtype.ts";
import type { Attribute, Graph, Node, Value } from "../trace/graph.ts";
import { opSignature } from "../trace/signature.ts";

/** A function's inputs in the order of its call: arguments and captures, then state. */
export function functionInputs(graph: Graph): readonly Node[] {
  const inputs = graph.nodes.filter(({ kind }) => kind === "argument" || kind === "capture");
  return [...inputs, ...graph.nodes.filter(({ kind }) => kind === "state")];
}

/** Writes the function; the same graph and name give the same bytes. */
export function functionDef(graph: Graph, name: string): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  const inputs = new Map(functionInputs(graph).map((node, i) => [node, `input_${i}`]));
  message(writer, 1, () => writeSignature(writer, graph, name, inputs));
  for (const node of graph.nodes) {
    if (node.kind === "state") writeRead(writer, node, inputs);
    else if (node.kind === "constant") writeConstant(writer, node);
    else if (node.kind === "op") writeOp(writer, node, inputs);
  }
  for (const update of graph.updates) writeAssign(writer, update, inputs);
  graph.results.forEach((value, i) =>
    writePair(writer, 4, `result_${i}`, reference(value, inputs))
  );
  graph.updates.forEach(({ state }, i) => writePair(writer, 6, `update_${i}`, assignName(state)));
  return writer.finish();
}

type InputNames = ReadonlyMap<Node, string>;

function writeSignature(writer: BinaryWriter, graph: Graph, name: string, inputs: InputNames) {
  text(writer, 1, name);
  for (const [node, input] of inputs) {
    const dtype = node.kind === "state" ? "resource" : output(node).dtype;
    message(writer, 2, () => writeArgument(writer, input, dtypeInfo(dtype).code));
  }
  graph.results.forEach(({ dtype }, i) =>
    message(writer, 3, () => writeArgument(writer, `result_${i}`, dtypeInfo(dtype).code))
  );
  if (graph.updates.length > 0) writer.tag(17, WireType.Varint).bool(true);
  graph.updates.forEach((_, i) => text(writer, 20, `update_${i}`));
}

function writeArgument(writer: BinaryWriter, name: string, type: number) {
  text(writer, 1, name);
  writer.tag(3, WireType.Varint).int32(type);
}

function writeOp(writer: BinaryWriter, node: Node, inputs: InputNames) {
  const from = node.inputs.map((value) => reference(value, inputs));
  writeNode(writer, { name: nodeName(node), op: node.op, inputs: from }, () => {
    for (const [key, attribute] of node.attributes) writeAttribute(writer, key, attribute);
  });
}

function writeConstant(writer: BinaryWriter, node: Node) {
  const { dtype, shape } = output(node);
  writeNode(writer, { name: nodeName(node), op: "Const", inputs: [] }, () => {
    writeAttribute(writer, "dtype", { kind: "type", value: dtype });
    writeEntry(writer, "value", () => {
      message(writer, 8, () => {
        writer.tag(1, WireType.Varint).int32(dtypeInfo(dtype).code);
        message(writer, 2, () => writeShape(writer, shape));
        writer.tag(4, WireType.LengthDelimited).bytes(node.data ?? new Uint8Array());
      });
    });
  });
}

function writeRead(writer: BinaryWriter, node: Node, inputs: InputNames) {
  const input = inputs.get(node) ?? "";
  writeNode(writer, { name: nodeName(node), op: "ReadVariableOp", inputs: [input] }, () => {
    writeAttribute(writer, "dtype", { kind: "type", value: output(node).dtype });
  });
}

function writeAssign(writer: BinaryWriter, update: Graph["updates"][number], inputs: InputNames) {
  const { state, value } = update;
  // Without the order, a function that does not use the old value in the new one could read late.
  const after = `^${nodeName(state)}`;
  const from = [inputs.get(state) ?? "", reference(value, inputs), after];
  writeNode(writer, { name: assignName(state), op: "AssignVariableOp", inputs: from }, () => {
    writeAttribute(writer, "dtype", { kind: "type", value: output(state).dtype });
  });
}

interface NodeHead {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
}

function writeNode(writer: BinaryWriter, { name, op, inputs }: NodeHead, attributes: () => void) {
  message(writer, 3, () => {
    text(writer, 1, name);
    text(writer, 2, op);
    for (const input of inputs) text(writer, 3, input);
    attributes();
  });
}

function writeAttribute(writer: BinaryWriter, key: string, attribute: Attribute) {
  writeEntry(writer, key, () => {
    switch (attribute.kind) {
      case "string":
        return text(writer, 2, attribute.value);
      case "int":
        return writer.tag(3, WireType.Varint).int64(attribute.value);
      case "float":
        return writer.tag(4, WireType.Bit32).float(attribute.value);
      case "bool":
        return writer.tag(5, WireType.Varint).bool(attribute.value);
      case "type":
        return writer.tag(6, WireType.Varint).int32(dtypeInfo(attribute.value).code);
      case "shape":
        return message(writer, 7, () => writeShape(writer, attribute.value));
      case "ints":
        return writeList(writer, 3, () => attribute.value.forEach((value) => writer.int64(value)));
      case "types":
        return writeList(
          writer,
          6,
          () => attribute.value.forEach((value) => writer.int32(dtypeInfo(value).code)),
        );
    }
  });
}

function writeList(writer: BinaryWriter, field: number, values: () => void) {
  message(writer, 1, () => message(writer, field, values));
}

// An entry of a node's attribute map: the key, and as field 2 the value.
function writeEntry(writer: BinaryWriter, key: string, value: () => void) {
  message(writer, 5, () => {
    text(writer, 1, key);
    message(writer, 2, value);
  });
}

function writeShape(writer: BinaryWriter, shape: readonly number[]) {
  for (const length of shape) {
    message(writer, 2, () => writer.tag(1, WireType.Varint).int64(length));
  }
}

function writePair(writer: BinaryWriter, field: number, key: string, value: string) {
  message(writer, field, () => {
    text(writer, 1, key);
    text(writer, 2, value);
  });
}

function message(writer: BinaryWriter, field: number, content: () => unknown) {
  writer.tag(field, WireType.LengthDelimited).fork();
  content();
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string) {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function nodeName(node: Node): string {
  return node.kind === "state" ? `read_${node.id}` : `${node.op}_${node.id}`;
}

function assignName(state: Node): string {
  return `assign_${state.id}`;
}

function output(node: Node): Value {
  const [value] = node.outputs;
  if (!value) throw new Error(`Node ${node.op} has no output`);
  return value;
}

// How a function's body refers to a tensor: `input`, or `node:output name:place in its list`.
function reference({ node, index }: Value, inputs: InputNames): string {
  if (node.kind === "argument" || node.kind === "capture") return inputs.get(node) ?? "";
  if (node.kind === "state") return `${nodeName(node)}:value:0`;
  if (node.kind === "constant") return `${nodeName(node)}:output:0`;
  const outputs = opSignature(node.op)?.outputs ?? [];
  const single = outputs.length === node.outputs.length;
  return `${nodeName(node)}:${outputs[single ? index : 0]?.name}:${single ? 0 : index}`;
}
