import { tf } from "../../../../lib/engine/tf.ts";
import { numberOf, numbersOf } from "../../attributes.ts";
import {
  type CaseRun,
  differentiable,
  forward,
  type Implementation,
  tensorOf,
  type Tensors,
} from "../../implementation.ts";
import type { Attributes } from "../../manifest.ts";

/** Optimizer steps, and the straight-through rounding that quantizers train through. */
export const UPDATES: readonly (readonly [string, Implementation])[] = [
  ["op-adamw", forward(adamw)],
  ["op-variable-step", descent],
  [
    "op-straight-through",
    differentiable((inputs, attributes) => {
      const s = tensorOf(inputs, "s");
      const codes = tf.clipByValue(
        roundStraightThrough(tf.div(tensorOf(inputs, "x"), s)),
        numberOf(attributes, "min"),
        numberOf(attributes, "max"),
      );
      return tf.mul(codes, s);
    }),
  ],
];

function roundStraightThrough(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [input] = args as [tf.Tensor];
    return { value: tf.round(input), gradFunc: (dy: tf.Tensor) => dy };
  })(x);
}

function adamw(inputs: Tensors, attributes: Attributes): Tensors {
  const [beta1 = 0, beta2 = 0] = numbersOf(attributes, "betas");
  const [lr, eps, decay, step] = ["lr", "eps", "weight_decay", "step"].map((name) =>
    numberOf(attributes, name)
  ) as [number, number, number, number];
  const g = tensorOf(inputs, "g");
  const m = tf.add(tf.mul(tensorOf(inputs, "m"), beta1), tf.mul(g, 1 - beta1));
  const v = tf.add(tf.mul(tensorOf(inputs, "v"), beta2), tf.mul(tf.square(g), 1 - beta2));
  const size = tf.add(tf.sqrt(tf.div(v, 1 - beta2 ** step)), eps);
  const update = tf.div(tf.div(m, 1 - beta1 ** step), size);
  return { p: tf.sub(tf.mul(tensorOf(inputs, "p"), 1 - lr * decay), tf.mul(update, lr)), m, v };
}

/** Gradient descent on a variable: one function, called once a step, that updates it in place. */
function descent({ inputs, attributes, compile }: CaseRun): Tensors {
  const w = tf.variable(tensorOf(inputs, "w"));
  const lr = numberOf(attributes, "lr");
  const step = compile((x, target) => {
    const { value, grads } = tf.variableGrads(() =>
      tf.mean(tf.square(tf.sub(tf.matMul(x!, w), target!))) as tf.Scalar
    );
    w.assign(tf.sub(w, tf.mul(grads[w.name]!, lr)));
    return { loss: value };
  });
  const losses = Array.from(
    { length: numberOf(attributes, "steps") },
    () => tensorOf(step(tensorOf(inputs, "x"), tensorOf(inputs, "target")), "loss"),
  );
  try {
    return { "out.losses": tf.stack(losses), "out.w": w.clone() };
  } finally {
    w.dispose();
  }
}
