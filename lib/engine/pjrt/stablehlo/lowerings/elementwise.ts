import { type Call, type Lowering, operand, pair, result, single } from "../call.ts";
import {
  binary,
  clientFunction,
  compare,
  compareNumber,
  type Comparison,
  convert,
  select,
  unary,
  withNumber,
} from "../text/arithmetic.ts";
import { isFloat, isSigned, typeText } from "../text/element_type.ts";
import type { Operand } from "../text/emitter.ts";
import { broadcastAlong, broadcastTo } from "../text/shaping.ts";

const UNARY = {
  Ceil: "ceil",
  Cos: "cosine",
  Exp: "exponential",
  Expm1: "exponential_minus_one",
  Floor: "floor",
  Invert: "not",
  Log: "log",
  Log1p: "log_plus_one",
  LogicalNot: "not",
  Neg: "negate",
  Rsqrt: "rsqrt",
  Sigmoid: "logistic",
  Sin: "sine",
  Sqrt: "sqrt",
  Tan: "tan",
  Tanh: "tanh",
};

const CLIENT_FUNCTION = {
  Acos: "acos",
  Acosh: "acosh",
  Asin: "asin",
  Asinh: "asinh",
  Atan: "atan",
  Atanh: "atanh",
  Cosh: "cosh",
  Erf: "erf",
  Erfc: "erfc",
  Sinh: "sinh",
};

const BINARY = {
  Add: "add",
  AddV2: "add",
  Atan2: "atan2",
  BitwiseAnd: "and",
  BitwiseOr: "or",
  BitwiseXor: "xor",
  Div: "divide",
  LeftShift: "shift_left",
  LogicalAnd: "and",
  LogicalOr: "or",
  Maximum: "maximum",
  Minimum: "minimum",
  Mul: "multiply",
  Pow: "power",
  RealDiv: "divide",
  Sub: "subtract",
};

const COMPARISON: Readonly<Record<string, Comparison>> = {
  Equal: "EQ",
  Greater: "GT",
  GreaterEqual: "GE",
  Less: "LT",
  LessEqual: "LE",
  NotEqual: "NE",
};

/** Half to even, as TensorFlow; integers are round already. */
function round(call: Call): Operand {
  const x = operand(call, 0);
  return isFloat(x.dtype) ? unary(call.e, "round_nearest_even", x) : x;
}

function abs(call: Call): Operand {
  const x = operand(call, 0);
  return isFloat(x.dtype) || isSigned(x.dtype) ? unary(call.e, "abs", x) : x;
}

function sign(call: Call): Operand {
  const x = operand(call, 0);
  if (isFloat(x.dtype) || isSigned(x.dtype)) return unary(call.e, "sign", x);
  return withNumber(call.e, "minimum", [x, 1]);
}

function isInfinite(call: Call): Operand {
  return compareNumber(call.e, "EQ", [unary(call.e, "abs", operand(call, 0)), Infinity]);
}

function isFinite(call: Call): Operand {
  const x = operand(call, 0);
  const types = `(${typeText(x)}) -> ${typeText(result(call))}`;
  return call.e.add({ body: `stablehlo.is_finite ${x.name}`, types, result: result(call) });
}

function square(call: Call): Operand {
  const x = operand(call, 0);
  return binary(call.e, "multiply", [x, x]);
}

function squaredDifference(call: Call): Operand {
  const difference = binary(call.e, "subtract", pair(call));
  return binary(call.e, "multiply", [difference, difference]);
}

function reciprocal(call: Call): Operand {
  const x = operand(call, 0);
  return binary(call.e, "divide", [call.e.splat(1, x), x]);
}

function addMany(call: Call): Operand {
  const rest = call.operands.slice(1);
  return rest.reduce((sum, x) => binary(call.e, "add", [sum, x]), operand(call, 0));
}

// XLA for CPU loses a NaN in StableHLO's own clamp where the bounds are inputs.
function clip(call: Call): Operand {
  const above = binary(call.e, "maximum", pair(call));
  return binary(call.e, "minimum", [above, operand(call, 2)]);
}

// The sign bit moves in where there is one.
function rightShift(call: Call): Operand {
  const [x, y] = pair(call);
  const operation = isSigned(x.dtype) ? "shift_right_arithmetic" : "shift_right_logical";
  return binary(call.e, operation, [x, y]);
}

// A condition of one axis chooses among rows.
function selectRows(call: Call): Operand {
  const [condition, x, y] = [operand(call, 0), operand(call, 1), operand(call, 2)];
  const rows = condition.shape.length === 1 && x.shape.length > 1;
  return select(
    call.e,
    rows ? broadcastAlong(call.e, condition, { shape: x.shape, axes: [0] }) : condition,
    [x, y],
  );
}

function selectBroadcasting(call: Call): Operand {
  const { shape } = result(call);
  const full = (x: Operand) => broadcastTo(call.e, x, shape);
  const condition = operand(call, 0);
  return select(
    call.e,
    condition.shape.length === 0 ? condition : full(condition),
    [full(operand(call, 1)), full(operand(call, 2))],
  );
}

/** Ops that work element by element. */
export const ELEMENTWISE: ReadonlyMap<string, Lowering> = new Map<string, Lowering>([
  ...Object.entries(UNARY).map(([op, operation]) =>
    [op, single((call) => unary(call.e, operation, operand(call, 0)))] as const
  ),
  ...Object.entries(CLIENT_FUNCTION).map(([op, operation]) =>
    [op, single((call) => clientFunction(call.e, operation, operand(call, 0)))] as const
  ),
  ...Object.entries(BINARY).map(([op, operation]) =>
    [op, single((call) => binary(call.e, operation, pair(call)))] as const
  ),
  ...Object.entries(COMPARISON).map(([op, direction]) =>
    [op, single((call) => compare(call.e, direction, pair(call)))] as const
  ),
  ["Abs", single(abs)],
  ["AddN", single(addMany)],
  ["Cast", single((call) => convert(call.e, operand(call, 0), result(call).dtype))],
  ["ClipByValue", single(clip)],
  ["IsFinite", single(isFinite)],
  ["IsInf", single(isInfinite)],
  ["IsNan", single((call) => compare(call.e, "NE", [operand(call, 0), operand(call, 0)]))],
  ["Reciprocal", single(reciprocal)],
  ["RightShift", single(rightShift)],
  ["Rint", single(round)],
  ["Round", single(round)],
  ["Select", single(selectRows)],
  ["SelectV2", single(selectBroadcasting)],
  ["Sign", single(sign)],
  ["Square", single(square)],
  ["SquaredDifference", single(squaredDifference)],
]);
