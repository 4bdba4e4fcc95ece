/**
 * The reference transformer's training step: a LLaMA-shaped model of 8 layers, trained whole or
 * through LR-QAT adapters, AdamW and gradient clipping included.
 *
 * Letters in names: B batch, T tokens, D model, F feed-forward, V vocabulary, H heads, R rank,
 * O outputs, I inputs.
 *
 * @module
 */
import { engine, tf } from "../../mod.ts";

/** The sizes of the reference model. */
export const SIZES = { D: 512, layers: 8, H: 8, F: 1376, V: 8192, B: 4, T: 256, R: 32 } as const;

/** What is trained: every linear weight, or LR-QAT's adapters and scales over 4-bit codes. */
export type StepMethod = "full" | "lr-qat";

const { D, layers: LAYERS, H, F, V, B, T, R } = SIZES;
const HEAD = D / H;
const LINEARS: readonly (readonly [string, number, number])[] = [
  ["q", D, D],
  ["k", D, D],
  ["v", D, D],
  ["o", D, D],
  ["gate", F, D],
  ["up", F, D],
  ["down", D, F],
];
const ADAMW = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: 0.01, clip: 1 } as const;

/** A step over state of its own: takes the learning rate, returns the loss. */
export interface TransformerStep {
  (learningRate: number): number;
  /** The number of trained numbers. */
  readonly trainable: number;
}

/** Makes weights, moments and data, and the step over them. */
export function makeTransformerStep(
  method: StepMethod,
  options: { compiled: boolean },
): TransformerStep {
  const model = makeModel(method);
  const parameters = [...model.trained.values()];
  const moments = parameters.map((parameter) => ({
    first: variable(tf.zerosLike(parameter)),
    second: variable(tf.zerosLike(parameter)),
  }));
  const step = tf.variable(tf.scalar(0), false);
  const idsBT = tf.randomUniform([B, T + 1], 0, V, "int32", 7);
  const run = (ids: tf.Tensor2D, learningRate: tf.Scalar) => {
    const { value, grads } = tf.variableGrads(() => loss(model, ids), parameters);
    step.assign(tf.add(step, 1));
    adamw(parameters, { grads, moments, step, learningRate });
    return value;
  };
  const call = options.compiled
    ? engine.compile(run, { name: "step" })
    : (ids: tf.Tensor2D, rate: number) => tf.tidy(() => run(ids, tf.scalar(rate)));
  const trainable = parameters.reduce((sum, { size }) => sum + size, 0);
  return Object.assign((learningRate: number) => {
    const value = call(idsBT as tf.Tensor2D, learningRate);
    const [number = NaN] = value.dataSync();
    value.dispose();
    return number;
  }, { trainable });
}

interface Model {
  readonly method: StepMethod;
  readonly trained: ReadonlyMap<string, tf.Variable>;
  readonly frozen: ReadonlyMap<string, tf.Tensor>;
  readonly rotary: { readonly cos: tf.Tensor; readonly sin: tf.Tensor };
  readonly mask: tf.Tensor;
}

function makeModel(method: StepMethod): Model {
  const trained = new Map<string, tf.Variable>();
  const frozen = new Map<string, tf.Tensor>([
    ["embedding", tf.randomNormal([V, D], 0, 0.02, "float32", 1)],
    ["head", tf.randomNormal([V, D], 0, 0.02, "float32", 2)],
  ]);
  for (let layer = 0; layer < LAYERS; layer++) {
    for (const [kind, O, I] of LINEARS) {
      const name = `${layer}.${kind}`;
      const wOI = tf.randomNormal<tf.Rank.R2>([O, I], 0, I ** -0.5, "float32", 3 + layer);
      if (method === "full") trained.set(name, variable(wOI));
      else addLrQat(name, wOI, { trained, frozen });
    }
  }
  const angles = Array.from(
    { length: T },
    (_, t) => Array.from({ length: HEAD }, (_, k) => t * 10000 ** (-2 * (k % (HEAD / 2)) / HEAD)),
  );
  const table = (f: (angle: number) => number) => tf.tensor(angles.flat().map(f), [1, 1, T, HEAD]);
  const causal = Float32Array.from(
    { length: T * T },
    (_, k) => k % T > Math.floor(k / T) ? -1e9 : 0,
  );
  return {
    method,
    trained,
    frozen,
    rotary: { cos: table(Math.cos), sin: table(Math.sin) },
    mask: tf.tensor(causal, [1, 1, T, T]),
  };
}

function variable(value: tf.Tensor): tf.Variable {
  const made = tf.variable(value);
  value.dispose();
  return made;
}

// Codes in the fixed-point format Q4.4: eight bits, the last four behind the point.
function addLrQat(
  name: string,
  wOI: tf.Tensor2D,
  { trained, frozen }: { trained: Map<string, tf.Variable>; frozen: Map<string, tf.Tensor> },
) {
  const [O, I] = wOI.shape;
  const sO = tf.div(tf.max(tf.abs(wOI), 1, true), 7);
  const codes = tf.tidy(() =>
    engine.cast(tf.round(tf.mul(tf.clipByValue(tf.div(wOI, sO), -8, 7), 16)), "int8")
  );
  frozen.set(name, codes);
  trained.set(`${name}.s`, variable(sO));
  trained.set(`${name}.A`, variable(tf.zeros([O, R])));
  trained.set(
    `${name}.B`,
    variable(tf.randomUniform([R, I], -(I ** -0.5), I ** -0.5, "float32", 5)),
  );
  wOI.dispose();
}

function linear(model: Model, name: string, xNI: tf.Tensor2D): tf.Tensor2D {
  const trained = (suffix: string) => part(model.trained, `${name}${suffix}`) as tf.Tensor2D;
  if (model.method === "full") return tf.matMul(xNI, trained(""), false, true);
  const phiOI = part(model.frozen, name);
  return lrQatLinear(phiOI, [xNI, trained(".A"), trained(".B"), trained(".s")]);
}

type LrQatInputs = readonly [x: tf.Tensor2D, A: tf.Tensor2D, B: tf.Tensor2D, s: tf.Tensor2D];

// LR-QAT's layer: y = x (s clip(round(phi + A B / R)))ᵀ. What it keeps of the weight is one byte a
// number: the code, or -9 and 8 for a code beyond the grid, which has no gradient.
function lrQatLinear(phiOI: tf.Tensor, inputs: LrQatInputs): tf.Tensor2D {
  return tf.customGrad((...args) => {
    const [x, A, B, s, save] = args as unknown as [...LrQatInputs, tf.GradSaveFunc];
    const phi = tf.div(tf.cast(phiOI, "float32"), 16);
    const u = tf.add(phi, tf.div(tf.matMul(A, B), R));
    const codes = engine.cast(tf.clipByValue(tf.round(u), -9, 8), "int8");
    save([x, A, B, s, codes]);
    const value = tf.matMul(x, tf.mul(s, onGrid(codes)) as tf.Tensor2D, false, true);
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => lrQatGradients(dy, saved) };
  })(...inputs) as tf.Tensor2D;
}

function lrQatGradients(dyNO: tf.Tensor, saved: readonly tf.Tensor[]): tf.Tensor[] {
  const [dy, x, A, B, s, codes] = engine.optimizationBarrier([dyNO, ...saved]) as [
    tf.Tensor2D,
    ...LrQatInputs,
    tf.Tensor2D,
  ];
  const onGridOI = onGrid(codes);
  const gOI = tf.matMul(dy, x, true, false);
  const inside = tf.cast(tf.equal(onGridOI, tf.cast(codes, "float32")), "float32");
  const duOI = tf.mul(tf.mul(gOI, inside), tf.div(s, R)) as tf.Tensor2D;
  return [
    tf.matMul(dy, tf.mul(s, onGridOI) as tf.Tensor2D),
    tf.matMul(duOI, B, false, true),
    tf.matMul(A, duOI, true, false),
    tf.sum(tf.mul(gOI, onGridOI), 1, true),
  ];
}

function onGrid(codes: tf.Tensor): tf.Tensor {
  return tf.clipByValue(tf.cast(codes, "float32"), -8, 7);
}

function part<T extends tf.Tensor>(parts: ReadonlyMap<string, T>, name: string): T {
  const found = parts.get(name);
  if (!found) throw new RangeError(`The reference model has no '${name}'`);
  return found;
}

function loss(model: Model, ids: tf.Tensor2D): tf.Scalar {
  const inputs = tf.reshape(tf.slice(ids, [0, 0], [B, T]), [B * T]) as tf.Tensor1D;
  const targets = tf.reshape(tf.slice(ids, [0, 1], [B, T]), [B * T]) as tf.Tensor1D;
  let x = tf.gather(part(model.frozen, "embedding"), inputs) as tf.Tensor2D;
  for (let layer = 0; layer < LAYERS; layer++) x = block(model, layer, x);
  const head = part(model.frozen, "head") as tf.Tensor2D;
  const logits = tf.matMul(normalize(x), head, false, true);
  const picked = tf.sum(tf.mul(logits, tf.oneHot(targets, V)), 1);
  return tf.mean(tf.sub(tf.logSumExp(logits, 1), picked));
}

function block(model: Model, layer: number, xND: tf.Tensor2D): tf.Tensor2D {
  const apply = (kind: string, x: tf.Tensor2D) => linear(model, `${layer}.${kind}`, x);
  const h = normalize(xND);
  const heads = (kind: string) =>
    tf.transpose(tf.reshape(apply(kind, h), [B, T, H, HEAD]), [0, 2, 1, 3]);
  const scores = tf.matMul(rotate(model, heads("q")), rotate(model, heads("k")), false, true);
  const attention = tf.softmax(tf.add(tf.mul(scores, HEAD ** -0.5), model.mask));
  const mixed = tf.transpose(tf.matMul(attention, heads("v")), [0, 2, 1, 3]);
  const x = tf.add<tf.Tensor2D>(xND, apply("o", tf.reshape(mixed, [B * T, D])));
  const h2 = normalize(x);
  return tf.add(x, apply("down", gated(apply("gate", h2), apply("up", h2))));
}

// Only the two inputs are kept for the backward pass.
const gated = engine.checkpoint((gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D =>
  tf.mul(tf.mul(gate, tf.sigmoid(gate)), up)
);

function normalize(x: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-5)));
}

function rotate({ rotary }: Model, x: tf.Tensor): tf.Tensor {
  const [low, high] = tf.split(x, 2, 3);
  const turned = tf.concat([tf.neg(high as tf.Tensor), low as tf.Tensor], 3);
  return tf.add(tf.mul(x, rotary.cos), tf.mul(turned, rotary.sin));
}

interface AdamwInputs {
  readonly grads: tf.NamedTensorMap;
  readonly moments: readonly { readonly first: tf.Variable; readonly second: tf.Variable }[];
  readonly step: tf.Tensor;
  readonly learningRate: tf.Scalar;
}

function adamw(
  parameters: readonly tf.Variable[],
  { grads, moments, step, learningRate }: AdamwInputs,
) {
  const { beta1, beta2, epsilon, decay, clip } = ADAMW;
  const all = parameters.map(({ name }) => grads[name] as tf.Tensor);
  const norm = tf.sqrt(tf.addN(all.map((gradient) => tf.sum(tf.square(gradient)))));
  const scale = tf.minimum(1, tf.div(clip, norm));
  const correction1 = tf.sub(1, tf.pow(beta1, step));
  const correction2 = tf.sub(1, tf.pow(beta2, step));
  parameters.forEach((parameter, i) => {
    const moment = moments[i] as AdamwInputs["moments"][number];
    const gradient = tf.mul(all[i] as tf.Tensor, scale);
    const first = tf.add(tf.mul(moment.first, beta1), tf.mul(gradient, 1 - beta1));
    const second = tf.add(tf.mul(moment.second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const direction = tf.div(
      tf.div(first, correction1),
      tf.add(tf.sqrt(tf.div(second, correction2)), epsilon),
    );
    parameter.assign(
      tf.sub(parameter, tf.mul(learningRate, tf.add(direction, tf.mul(parameter, decay)))),
    );
    moment.first.assign(first);
    moment.second.assign(second);
  });
}
