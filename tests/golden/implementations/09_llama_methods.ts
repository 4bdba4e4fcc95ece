import { tf } from "../../../lib/engine/tf.ts";
import { l4q } from "../../../lib/methods/l4q.ts";
import type { LinearState } from "../../../lib/methods/linear_state.ts";
import { lrQat } from "../../../lib/methods/lr_qat.ts";
import type { Method } from "../../../lib/methods/method.ts";
import { methodLinear } from "../../../lib/methods/method_linear.ts";
import type { Linear } from "../../../lib/model/linear.ts";
import { makePositions } from "../../../lib/model/positions.ts";
import {
  ADAMW_DEFAULTS,
  adamwMoments,
  adamwParameter,
  adamwRates,
} from "../../../lib/train/adamw.ts";
import { numberOf } from "../attributes.ts";
import { type CaseRun, type Implementation, tensorOf, type Tensors } from "../implementation.ts";
import type { Attributes } from "../manifest.ts";
import { lrQatState, storedPhi } from "./04_lr_qat.ts";
import { l4qState } from "./05_l4q.ts";
import { configOf, lossOf } from "./09_llama.ts";
import { withTensors } from "./method_state.ts";

// How often the case's `out.losses` were measured: before three steps and after the last.
const LOSSES = 4;

/** `09-llama-lr-qat`: loss, gradients and three steps of the tiny LLaMA under LR-QAT. */
export const llamaLrQatCase: Implementation = methodCase({
  method: lrQat as Method,
  stateOf(inputs, attributes) {
    const stored = storedPhi(inputs, attributes);
    return lrQatState(inputs, { attributes, stored, kept: "int8" });
  },
  rates: (attributes) => ({
    scale: numberOf(attributes, "lr_s"),
    other: numberOf(attributes, "lr_AB"),
  }),
});

/** `09-llama-l4q`: the same under L4Q. */
export const llamaL4qCase: Implementation = methodCase({
  method: l4q as Method,
  stateOf: l4qState,
  rates(attributes) {
    const rate = numberOf(attributes, "lr");
    return { scale: rate, other: rate };
  },
});

interface MethodCase {
  readonly method: Method;
  /** A layer's state of tensors named as in the paper: `w0`, `A`, `B`, `s`, `s0`, `b`. */
  readonly stateOf: (inputs: Tensors, attributes: Attributes) => LinearState;
  readonly rates: (attributes: Attributes) => { readonly scale: number; readonly other: number };
}

function methodCase({ method, stateOf, rates }: MethodCase): Implementation {
  return (run: CaseRun) => {
    const { attributes, gradients, inputs } = run;
    const config = configOf(attributes);
    const positions = makePositions(config, tensorOf(inputs, "tokens").shape[1] ?? 0);
    const frozen = Object.keys(inputs).filter((name) => !gradients.includes(name));
    const count = gradients.length;
    const step = run.compile((hyper, ...tensors) => {
      const trained = tensors.slice(0, count);
      const all = named([...gradients, ...frozen], [...trained, ...tensors.slice(3 * count)]);
      const states = statesOf(all, (layer) => stateOf(layer, attributes));
      const { value, grads } = tf.valueAndGrads((...learned: tf.Tensor[]) => {
        const linear = linearOf(method, states, {
          inputs: all,
          learned: named(gradients, learned),
        });
        return lossOf(all, { config, positions, linear }).loss;
      })(trained);
      const updates = grads.map((gradient, i) => {
        const group = gradients[i]?.endsWith(".s") ? 0 : 3;
        const scalar = (k: number) => tf.reshape(tf.slice(hyper, group + k, 1), []) as tf.Scalar;
        const [first, second] = [tensors[count + i], tensors[2 * count + i]] as tf.Tensor[];
        const before = { first: first as tf.Tensor, second: second as tf.Tensor };
        const moments = adamwMoments(before, gradient, ADAMW_DEFAULTS);
        const rates = { ...ADAMW_DEFAULTS, keep: scalar(0), stepSize: scalar(1), root: scalar(2) };
        return { ...moments, parameter: adamwParameter(trained[i] as tf.Tensor, moments, rates) };
      });
      return {
        loss: value,
        ...prefixed("grad.", gradients, grads),
        ...prefixed("p.", gradients, updates.map(({ parameter }) => parameter)),
        ...prefixed("m.", gradients, updates.map(({ first }) => first)),
        ...prefixed("v.", gradients, updates.map(({ second }) => second)),
      };
    });
    const start = gradients.map((name) => tensorOf(inputs, name));
    const zeros = start.map((tensor) => tf.zerosLike(tensor));
    const { scale, other } = rates(attributes);
    let state = [...start, ...zeros, ...zeros];
    const results: Tensors[] = [];
    for (let t = 1; t <= LOSSES; t++) {
      const hyper = [scale, other].flatMap((learningRate) => {
        const made = adamwRates(ADAMW_DEFAULTS, { learningRate, decay: 0, t });
        return [made.keep, made.stepSize, made.root];
      });
      const result = step(
        tf.tensor1d(hyper),
        ...state,
        ...frozen.map((name) => tensorOf(inputs, name)),
      );
      results.push(result);
      state = ["p.", "m.", "v."].flatMap((kind) =>
        gradients.map((name) => tensorOf(result, kind + name))
      );
    }
    const losses = tf.stack(results.map((result) => tensorOf(result, "loss")));
    const first = results[0] ?? {};
    return { ...first, "out.loss": tensorOf(first, "loss"), "out.losses": losses };
  };
}

/** The layers that have scales, each with the tensors of its own. */
function statesOf(
  inputs: Tensors,
  make: (layer: Tensors) => LinearState,
): ReadonlyMap<string, LinearState> {
  const layers = Object.keys(inputs).flatMap((name) =>
    name.endsWith(".s") ? [name.slice(0, -".s".length)] : []
  );
  return new Map(layers.map((layer) => [
    layer,
    make({ ...layerTensors(inputs, layer), w0: tensorOf(inputs, `${layer}.weight`) }),
  ]));
}

function layerTensors(inputs: Tensors, layer: string): Tensors {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, tensor]) =>
      name.startsWith(`${layer}.`) ? [[name.slice(layer.length + 1), tensor]] : []
    ),
  );
}

function linearOf(
  method: Method,
  states: ReadonlyMap<string, LinearState>,
  { inputs, learned }: { readonly inputs: Tensors; readonly learned: Tensors },
): Linear {
  return methodLinear(new Map(Object.entries(inputs)), (layer) => {
    const state = states.get(layer);
    return state &&
      ((xNI) => method.apply(xNI, withTensors(state, layerTensors(learned, layer))));
  });
}

function named(names: readonly string[], tensors: readonly tf.Tensor[]): Tensors {
  return Object.fromEntries(tensors.map((tensor, i) => [names[i] ?? "", tensor]));
}

function prefixed(
  prefix: string,
  names: readonly string[],
  tensors: readonly tf.Tensor[],
): Tensors {
  return named(names.map((name) => prefix + name), tensors);
}
