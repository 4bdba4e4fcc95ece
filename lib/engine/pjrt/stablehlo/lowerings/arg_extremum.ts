import { axisFromFront } from "../../../trace/shapes/rule.ts";
import { type Call, type Lowering, operand, result, single } from "../call.ts";
import { binary, compare, type Comparison, convert, select } from "../text/arithmetic.ts";
import { type TensorType, typeText } from "../text/element_type.ts";
import type { Operand } from "../text/emitter.ts";
import { highestLiteral, lowestLiteral } from "../text/literal.ts";
import { iota } from "../text/shaping.ts";

interface Candidate {
  readonly value: Operand;
  readonly index: Operand;
}

/** The index of the first highest or lowest element along an axis. */
function argExtremum(better: Comparison): Lowering {
  return single((call) => {
    const { e } = call;
    const x = operand(call, 0);
    const axis = axisFromFront(call.constant(1)[0] ?? 0, x.shape.length);
    const indices = iota(e, { shape: x.shape, dtype: "int32" }, axis);
    const shape = x.shape.filter((_, k) => k !== axis);
    const worst = better === "GT" ? lowestLiteral(x.dtype) : highestLiteral(x.dtype);
    const starts = [e.literal(worst, { shape: [], dtype: x.dtype }), e.scalar(0, "int32")] as const;
    const types: TensorType[] = [{ shape, dtype: x.dtype }, { shape, dtype: "int32" }];
    const { head, operands: [, index] } = e.several(types);
    const [valueType, indexType] = starts.map(typeText);
    const [a, b, i, j] = [e.freshName(), e.freshName(), e.freshName(), e.freshName()];
    e.line(
      `${head} = stablehlo.reduce(${x.name} init: ${starts[0].name}), ` +
        `(${indices.name} init: ${starts[1].name}) across dimensions = [${axis}] : ` +
        `(${typeText(x)}, ${typeText(indices)}, ${valueType}, ${indexType}) -> ` +
        `(${types.map(typeText).join(", ")})`,
      `reducer(${a}: ${valueType}, ${b}: ${valueType}) (${i}: ${indexType}, ${j}: ${indexType}) {`,
    );
    const value = (name: string): Operand => ({ ...starts[0], name });
    const place = (name: string): Operand => ({ ...starts[1], name });
    const chosen = choose(call, better, [
      { value: value(a), index: place(i) },
      { value: value(b), index: place(j) },
    ]);
    e.line(
      `stablehlo.return ${chosen.value.name}, ${chosen.index.name} : ${valueType}, ${indexType}`,
      "}",
    );
    return convert(e, index ?? indices, result(call).dtype);
  });
}

// A NaN on the left stays, so that one anywhere is found.
function choose(
  { e }: Call,
  better: Comparison,
  [left, right]: readonly [Candidate, Candidate],
): Candidate {
  const isNan = compare(e, "NE", [left.value, left.value]);
  const ahead = binary(e, "or", [compare(e, better, [left.value, right.value]), isNan]);
  const equal = compare(e, "EQ", [left.value, right.value]);
  const first = binary(e, "and", [equal, compare(e, "LT", [left.index, right.index])]);
  return {
    value: select(e, ahead, [left.value, right.value]),
    index: select(e, binary(e, "or", [ahead, first]), [left.index, right.index]),
  };
}

/** Ops that tell where an extremum is. */
export const ARG_EXTREMUM: ReadonlyMap<string, Lowering> = new Map([
  ["ArgMax", argExtremum("GT")],
  ["ArgMin", argExtremum("LT")],
]);
