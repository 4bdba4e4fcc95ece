import { tf } from "../../../lib/engine/tf.ts";
import {
  adamwMoments,
  adamwParameter,
  adamwRates,
  clipFactor,
  globalNorm,
} from "../../../lib/train/adamw.ts";
import { scheduleFactor } from "../../../lib/train/schedule.ts";
import { numberOf, numbersOf } from "../attributes.ts";
import { type CaseRun, tensorOf, type Tensors } from "../implementation.ts";

/** `08-adamw`: steps with clipping by the global norm, a schedule, and two groups. */
export function adamwCase({ inputs, attributes, compile }: CaseRun): Tensors {
  const [beta1 = 0, beta2 = 0] = numbersOf(attributes, "betas");
  const options = { beta1, beta2, epsilon: numberOf(attributes, "eps") };
  const rates = numbersOf(attributes, "lr");
  const decays = numbersOf(attributes, "weight_decay");
  const groups = rates.map((_, i) => i);
  const [warm, total] = [numberOf(attributes, "warm"), numberOf(attributes, "total")];
  const steps = tensorOf(inputs, "g0").shape[0] ?? 0;
  const update = compile((limit, hyper, ...tensors) => {
    const of = (kind: number, i: number) => tensors[kind * groups.length + i] as tf.Tensor;
    const gradients = groups.map((i) => of(3, i));
    const factor = clipFactor(globalNorm(gradients), limit as tf.Scalar);
    const norms = { norm: globalNorm(gradients) };
    return Object.assign(
      norms,
      ...groups.map((i) => {
        const scalar = (k: number) => tf.reshape(tf.slice(hyper, 3 * i + k, 1), []) as tf.Scalar;
        const before = { first: of(1, i), second: of(2, i) };
        const moments = adamwMoments(before, tf.mul(of(3, i), factor), options);
        const rates = { ...options, keep: scalar(0), stepSize: scalar(1), root: scalar(2) };
        const parameter = adamwParameter(of(0, i), moments, rates);
        return { [`p${i}`]: parameter, [`m${i}`]: moments.first, [`v${i}`]: moments.second };
      }),
    );
  });
  const limit = tf.scalar(numberOf(attributes, "max_norm"));
  const parameters = groups.map((i) => tensorOf(inputs, `p${i}`));
  const zeros = parameters.map((parameter) => tf.zerosLike(parameter));
  let state = [...parameters, ...zeros, ...zeros];
  const history = groups.map((): tf.Tensor[] => []);
  const norms: tf.Tensor[] = [];
  for (let step = 0; step < steps; step++) {
    const factor = scheduleFactor({ kind: "linear", warmup: warm / total }, step, total);
    const hyper = groups.flatMap((i) => {
      const learningRate = factor * (rates[i] ?? 0);
      const made = adamwRates(options, { learningRate, decay: decays[i] ?? 0, t: step + 1 });
      return [made.keep, made.stepSize, made.root];
    });
    const gradients = groups.map((i) =>
      tf.squeeze(tf.gather(tensorOf(inputs, `g${i}`), [step]), [0])
    );
    const next = update(limit, tf.tensor1d(hyper), ...state, ...gradients);
    state = ["p", "m", "v"].flatMap((kind) => groups.map((i) => next[`${kind}${i}`] as tf.Tensor));
    norms.push(next.norm as tf.Tensor);
    groups.forEach((i) => history[i]?.push(state[i] as tf.Tensor));
  }
  const outputs = groups.flatMap((i) => [
    [`out.p${i}`, tf.stack(history[i] ?? [])],
    [`out.m${i}`, state[groups.length + i]],
    [`out.v${i}`, state[2 * groups.length + i]],
  ]);
  return { ...Object.fromEntries(outputs), "out.norms": tf.stack(norms) };
}

/** `08-schedules`: the factors of linear and cosine decay after a warm-up. */
export function schedulesCase({ attributes }: CaseRun): Tensors {
  const [warm, total] = [numberOf(attributes, "warm"), numberOf(attributes, "total")];
  const factors = (kind: "linear" | "cosine") =>
    tf.tensor1d(
      Array.from({ length: total + 3 }, (_, step) =>
        scheduleFactor({ kind, warmup: warm / total }, step, total)),
    );
  return { "out.linear": factors("linear"), "out.cosine": factors("cosine") };
}
