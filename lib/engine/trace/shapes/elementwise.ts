import { broadcast, shapeOf, type ShapeRule } from "./rule.ts";

const UNARY = `
Abs Acos Acosh Asin Asinh Atan Atanh Cast Ceil ComplexAbs Cos Cosh Cumprod Cumsum Elu Erf Erfc Exp
Expm1 Floor Identity Imag Invert IsFinite IsInf IsNan LeakyRelu Log Log1p LogicalNot Neg OnesLike
Real Reciprocal Relu Relu6 ReverseV2 Rint Round Rsqrt Selu Sigmoid Sign Sin Sinh Softmax Softplus
Sqrt Square Tan Tanh ZerosLike
`.trim().split(/\s+/);

const BINARY = `
Add AddV2 Atan2 BitwiseAnd BitwiseOr BitwiseXor Complex Div DivNoNan EluGrad Equal FloorDiv FloorMod
Greater GreaterEqual LeftShift Less LessEqual LogicalAnd LogicalOr Maximum Minimum Mul NotEqual Pow
RealDiv RightShift SquaredDifference Sub
`.trim().split(/\s+/);

const sameAsFirst: ShapeRule = (query) => [shapeOf(query, 0)];
const broadcastAll: ShapeRule = ({ inputs }) => [
  inputs.map(({ shape }) => shape).reduce(broadcast),
];
const sameAsEach: ShapeRule = ({ inputs }) => inputs.map(({ shape }) => shape);

/** Rules of ops that work element by element. */
export const ELEMENTWISE: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ...UNARY.map((op) => [op, sameAsFirst] as const),
  ...BINARY.map((op) => [op, broadcastAll] as const),
  ["AddN", sameAsFirst],
  ["ClipByValue", sameAsFirst],
  ["IdentityN", sameAsEach],
  ["Select", (query) => [shapeOf(query, 1)]],
  ["SelectV2", broadcastAll],
  ["XlaOptimizationBarrier", sameAsEach],
]);
