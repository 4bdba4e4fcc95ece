import { type Call, floatAttribute, type Lowering, operand, pair, single } from "../call.ts";
import { binary, compareNumber, convert, select, unary, withNumber } from "../text/arithmetic.ts";
import { sumType } from "../text/element_type.ts";
import type { Operand } from "../text/emitter.ts";
import { lowestLiteral } from "../text/literal.ts";
import { reduceKeeping } from "../text/folding.ts";

// Klambauer et al., Self-Normalizing Neural Networks, 2017: alpha and lambda of appendix A.
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

function relu(call: Call): Operand {
  return withNumber(call.e, "maximum", [operand(call, 0), 0]);
}

function relu6(call: Call): Operand {
  return withNumber(call.e, "minimum", [relu(call), 6]);
}

function leakyRelu(call: Call): Operand {
  const x = operand(call, 0);
  const below = withNumber(call.e, "multiply", [x, floatAttribute(call, "alpha", 0.2)]);
  return select(call.e, compareNumber(call.e, "GT", [x, 0]), [x, below]);
}

/** `x` above 0, `exp(x) - 1` below. */
function elu(call: Call): Operand {
  const x = operand(call, 0);
  const below = unary(call.e, "exponential_minus_one", x);
  return select(call.e, compareNumber(call.e, "GT", [x, 0]), [x, below]);
}

// From what elu gave: its derivative is 1 above 0, and that value plus 1 below.
function eluGradient(call: Call): Operand {
  const { e } = call;
  const [dy, y] = pair(call);
  const below = binary(e, "multiply", [dy, withNumber(e, "add", [y, 1])]);
  return select(e, compareNumber(e, "GT", [y, 0]), [dy, below]);
}

function selu(call: Call): Operand {
  const { e } = call;
  const x = operand(call, 0);
  const below = withNumber(e, "multiply", [unary(e, "exponential_minus_one", x), SELU_ALPHA]);
  const unscaled = select(e, compareNumber(e, "GT", [x, 0]), [x, below]);
  return withNumber(e, "multiply", [unscaled, SELU_SCALE]);
}

/** `log(1 + exp(x))` as `max(x, 0) + log(1 + exp(-|x|))`, which does not overflow. */
function softplus(call: Call): Operand {
  const { e } = call;
  const small = unary(e, "exponential", unary(e, "negate", unary(e, "abs", operand(call, 0))));
  return binary(e, "add", [relu(call), unary(e, "log_plus_one", small)]);
}

function softmax(call: Call): Operand {
  const { e } = call;
  const x = operand(call, 0);
  const axes = [x.shape.length - 1];
  const start = e.literal(lowestLiteral(x.dtype), { shape: [], dtype: x.dtype });
  const highest = reduceKeeping(e, x, { operation: "maximum", start, axes });
  const powers = unary(e, "exponential", binary(e, "subtract", [x, highest]));
  const wide = sumType(x.dtype);
  const zero = { operation: "add", start: e.scalar(0, wide), axes };
  const sum = reduceKeeping(e, convert(e, powers, wide), zero);
  return binary(e, "divide", [powers, convert(e, sum, x.dtype)]);
}

/** Activation functions. */
export const ACTIVATIONS: ReadonlyMap<string, Lowering> = new Map([
  ["Elu", single(elu)],
  ["EluGrad", single(eluGradient)],
  ["LeakyRelu", single(leakyRelu)],
  ["Relu", single(relu)],
  ["Relu6", single(relu6)],
  ["Selu", single(selu)],
  ["Softmax", single(softmax)],
  ["Softplus", single(softplus)],
]);
