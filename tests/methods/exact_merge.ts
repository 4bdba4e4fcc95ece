/**
 * Counts where a layer's merge differs from its training forward, over seeded random layers.
 *
 * @module
 */
import { compile } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { disposeState, type LinearState, trainablesOf } from "../../lib/methods/linear_state.ts";
import {
  applyWeight,
  disposeWeight,
  type LinearWeight,
  weightTensors,
  withWeightTensors,
} from "../../lib/methods/linear_weight.ts";
import { mergeLayer, type MergeOptions } from "../../lib/methods/merge.ts";
import type { Method } from "../../lib/methods/method.ts";
import { disturb, type LayerShape, randomLayer } from "./random_layer.ts";

/** Which layers are merged. */
export interface ExactMergeOptions {
  /** How training forward and merge run. */
  readonly mode: Required<MergeOptions>["mode"];
  /** Bits, granularities, ranks and formats: each is compiled once. */
  readonly forms: number;
  /** Layers of each form, each as another run left it. */
  readonly layersPerForm: number;
  /** The shapes that the forms are drawn from. */
  readonly shapes: readonly LayerShape[];
}

/** What was counted. */
export interface MergeMisses {
  readonly layers: number;
  /** Layers whose merged weight, code times scale, has other bits than that of training. */
  readonly weights: number;
  /** Layers whose outputs have other bits. */
  readonly outputs: number;
}

/** Merges layers of a method and compares them with their last training forward, bit by bit. */
export function countMergeMisses(method: Method, options: ExactMergeOptions): MergeMisses {
  const { forms, layersPerForm, mode, shapes } = options;
  let [weights, outputs] = [0, 0];
  for (let form = 0; form < forms; form++) {
    const { state, xNI } = randomLayer(method, form, shapes);
    const runs = mode === "compiled" ? compiledRuns(method, state) : eagerRuns(method, state);
    for (let seed = 0; seed < layersPerForm; seed++) {
      tf.tidy(() => disturb(state, seed));
      const before = runs.train(xNI);
      const weight = mergeLayer(method, state, { mode });
      const after = runs.deploy(xNI, weight);
      outputs += equalBits(before, after) ? 0 : 1;
      // Outputs of the identity are the weight itself: no order of summation can change them.
      weights += equalBits(identityRows(before, state), identityRows(after, state)) ? 0 : 1;
      disposeWeight(weight);
      tf.dispose([before, after]);
    }
    runs.dispose();
    disposeState(state);
    xNI.dispose();
  }
  return { layers: forms * layersPerForm, weights, outputs };
}

interface Runs {
  /** The outputs as a training step computes them. */
  train(xNI: tf.Tensor2D): tf.Tensor2D;
  /** The outputs of a merged weight. */
  deploy(xNI: tf.Tensor2D, weight: LinearWeight): tf.Tensor2D;
  dispose(): void;
}

function eagerRuns(method: Method, state: LinearState): Runs {
  return {
    train: (xNI) => tf.tidy(() => method.apply(xNI, state)),
    deploy: (xNI, weight) => tf.tidy(() => applyWeight(xNI, weight)),
    dispose: () => {},
  };
}

function compiledRuns(method: Method, state: LinearState): Runs {
  const step = compile((xNI: tf.Tensor2D) => trainingStep(method, state, xNI), { name: "step" });
  let deployed: ReturnType<typeof compiledWeight> | undefined;
  return {
    train(xNI) {
      const [yNO, ...gradients] = step(xNI);
      tf.dispose(gradients);
      return yNO as tf.Tensor2D;
    },
    deploy(xNI, weight) {
      deployed ??= compiledWeight(weight);
      return deployed(xNI, ...weightTensors(weight));
    },
    dispose() {
      step.dispose();
      deployed?.dispose();
    },
  };
}

/** Outputs and gradients, as they stand in one compiled training step. */
function trainingStep(method: Method, state: LinearState, xNI: tf.Tensor2D): tf.Tensor[] {
  const trained = trainablesOf(state).map(({ variable }) => variable);
  if (trained.length === 0) return [method.apply(xNI, state)];
  let yNO: tf.Tensor | undefined;
  const { grads } = tf.variableGrads(() => {
    yNO = tf.keep(method.apply(xNI, state));
    return tf.sum(tf.square(yNO)) as tf.Scalar;
  }, trained);
  return [yNO ?? tf.scalar(NaN), ...Object.values(grads)];
}

// Given as arguments: small tensors from outside would become constants, which XLA folds.
function compiledWeight(weight: LinearWeight) {
  return compile(
    (xNI: tf.Tensor2D, ...tensors: tf.Tensor[]) =>
      applyWeight(xNI, withWeightTensors(weight, tensors)),
    { name: "deploy" },
  );
}

function identityRows(yNO: tf.Tensor2D, { shape: [, inputs] }: LinearState): tf.Tensor2D {
  return tf.slice(yNO, 0, inputs);
}

function equalBits(a: tf.Tensor, b: tf.Tensor): boolean {
  const [x, y] = [a, b].map((tensor) => new Int32Array(tensor.dataSync().slice().buffer));
  return x?.length === y?.length && (x?.every((word, i) => word === y?.[i]) ?? false);
}
