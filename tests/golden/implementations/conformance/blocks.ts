import { checkpoint } from "../../../../lib/engine/mod.ts";
import { tf } from "../../../../lib/engine/tf.ts";
import { numberOf } from "../../attributes.ts";
import {
  differentiable,
  type Implementation,
  tensorOf,
  type Tensors,
} from "../../implementation.ts";

/** What a LLaMA is made of, composed of TF.js's ops as a model composes them. */
export const BLOCKS: readonly (readonly [string, Implementation])[] = [
  ["op-softmax", differentiable((inputs) => tf.softmax(tensorOf(inputs, "x")))],
  ["op-log-softmax", differentiable((inputs) => tf.logSoftmax(tensorOf(inputs, "x")))],
  [
    "op-layer-norm",
    differentiable((inputs, attributes) => {
      const { mean, variance } = tf.moments(tensorOf(inputs, "x"), -1, true);
      const scale = tf.rsqrt(tf.add(variance, numberOf(attributes, "eps")));
      const normal = tf.mul(tf.sub(tensorOf(inputs, "x"), mean), scale);
      return tf.add(tf.mul(normal, tensorOf(inputs, "g")), tensorOf(inputs, "b"));
    }),
  ],
  [
    "op-rms-norm",
    differentiable((inputs, attributes) =>
      rmsNorm(tensorOf(inputs, "x"), tensorOf(inputs, "g"), numberOf(attributes, "eps"))
    ),
  ],
  [
    "op-cross-entropy",
    differentiable((inputs) => {
      const logits = tensorOf(inputs, "logits");
      const [, classes = 0] = logits.shape;
      const target = tf.oneHot(tensorOf(inputs, "labels"), classes, 1, 0, "float32");
      return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), -1)));
    }),
  ],
  [
    "op-rotary",
    differentiable((inputs) =>
      rotate(tensorOf(inputs, "x"), tensorOf(inputs, "cos"), tensorOf(inputs, "sin"))
    ),
  ],
  ["op-attention", differentiable(attention)],
  ["op-swiglu", differentiable((inputs) => swiglu(inputs))],
  [
    "op-checkpoint",
    differentiable((inputs, attributes) => {
      const x = tensorOf(inputs, "x");
      // The norm's weight is an argument, those of the feed-forward are read from outside.
      const block = checkpoint((h: tf.Tensor, g: tf.Tensor) =>
        checkpoint((u: tf.Tensor) => swiglu({ ...inputs, x: u }))(
          rmsNorm(h, g, numberOf(attributes, "eps")),
        )
      );
      return tf.add(x, block(x, tensorOf(inputs, "g")));
    }),
  ],
];

function rmsNorm(x: tf.Tensor, g: tf.Tensor, eps: number): tf.Tensor {
  const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), eps));
  return tf.mul(tf.mul(x, scale), g);
}

function rotate(x: tf.Tensor, cos: tf.Tensor, sin: tf.Tensor): tf.Tensor {
  const [left, right] = tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor];
  return tf.add(tf.mul(x, cos), tf.mul(tf.concat([tf.neg(right), left], -1), sin));
}

/** Causal attention; `q` is `[B, H, T, D]`, `k` and `v` are `[B, K, T, D]` with H a multiple of K. */
function attention(inputs: Tensors): tf.Tensor {
  const q = tensorOf(inputs, "q");
  const k = tensorOf(inputs, "k");
  const [batch = 0, heads = 0, tokens = 0, width = 0] = q.shape;
  const [, keyHeads = 1] = k.shape;
  const grouped = [batch, keyHeads, (heads / keyHeads) * tokens, width];
  const products = tf.matMul(tf.reshape(q, grouped), k, false, true);
  const scores = tf.reshape(products, [batch, heads, tokens, tokens]);
  const future = tf.sub(1, tf.linalg.bandPart(tf.ones([tokens, tokens]), -1, 0));
  const masked = tf.sub(tf.mul(scores, 1 / Math.sqrt(width)), tf.mul(future, 1e9));
  const weights = tf.reshape(tf.softmax(masked), [...grouped.slice(0, 3), tokens]);
  return tf.reshape(tf.matMul(weights, tensorOf(inputs, "v")), q.shape);
}

function swiglu(inputs: Tensors): tf.Tensor {
  const x = tensorOf(inputs, "x");
  const [width = 0] = x.shape.slice(-1);
  const rows = tf.reshape(x, [-1, width]);
  const gate = tf.matMul(rows, tensorOf(inputs, "gate"), false, true);
  const up = tf.matMul(rows, tensorOf(inputs, "up"), false, true);
  const hidden = tf.mul(tf.mul(gate, tf.sigmoid(gate)), up);
  return tf.reshape(tf.matMul(hidden, tensorOf(inputs, "down"), false, true), x.shape);
}
