import { assertEquals } from "@std/assert";
import { compile, start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { assignState, disposeState, trainablesOf } from "../../lib/methods/linear_state.ts";
import {
  applyWeight,
  disposeWeight,
  weightTensors,
  withWeightTensors,
} from "../../lib/methods/linear_weight.ts";
import { mergeLayer } from "../../lib/methods/merge.ts";
import { METHODS } from "../../lib/methods/registry.ts";
import { disturb, randomLayer } from "./random_layer.ts";

const LAYERS = 1000;
// Shapes, bits, granularities and formats; each of their layers is as another run left it.
const FORMS = 25;
const COMPILED_LAYERS = 10;

await start({ backend: "tensorflow" });

for (const method of METHODS.filter(({ merging }) => merging !== "rounded")) {
  Deno.test(`${method.name} gives the same bits before and after merging`, () => {
    let misses = 0;
    for (let form = 0; form < FORMS; form++) {
      const { state, xNI } = randomLayer(method, form);
      for (let seed = 0; seed < LAYERS / FORMS; seed++) {
        tf.tidy(() => {
          disturb(state, seed);
          const before = method.apply(xNI, state);
          const weight = mergeLayer(method, state, { mode: "eager" });
          misses += equalBits(before, applyWeight(xNI, weight)) ? 0 : 1;
          disposeWeight(weight);
        });
      }
      disposeState(state);
      xNI.dispose();
    }
    // deno-lint-ignore no-console -- the count is a result
    console.log(`${method.name}: ${misses} misses in ${LAYERS} layers`);
    assertEquals(misses, 0);
  });

  Deno.test(`${method.name} gives the same bits in a compiled step and merged`, () => {
    // One form, so that one executable serves all layers, each put in by assignState.
    const fixed = {
      scaleFormat: "portable",
      phi: "fixed",
      granularity: method.name === "qlora" ? "g64" : "g16",
      grid: "symmetric",
      scaleStart: "l4q",
      recompute: false,
      bits: 4,
      ...(method.limits.adapter !== "none" && { rank: 4 }),
    } as const;
    // Seeds with the first one's shape only.
    const first = randomLayer(method, 0, fixed);
    const trained = trainablesOf(first.state).map(({ variable }) => variable);
    const forward = compile((xNI: tf.Tensor) => {
      const apply = () => method.apply(xNI as tf.Tensor2D, first.state);
      if (trained.length === 0) return { y: apply(), sum: tf.scalar(0) };
      const y = apply();
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(apply())) as tf.Scalar, trained);
      return { y, sum: tf.addN(Object.values(grads).map((gradient) => tf.sum(gradient))) };
    }, { name: "forward" });
    let misses = 0;
    let layers = 0;
    for (let seed = 0; layers < COMPILED_LAYERS; seed++) {
      const { state, xNI } = randomLayer(method, seed, fixed);
      if (`${state.shape}` === `${first.state.shape}`) {
        layers++;
        assignState(first.state, state);
        const { y, sum } = forward(xNI);
        const weight = mergeLayer(method, first.state);
        // Given as arguments: small tensors from outside would become constants, which XLA folds.
        const merged = compile((x: tf.Tensor, ...tensors: tf.Tensor[]) =>
          applyWeight(x as tf.Tensor2D, withWeightTensors(weight, tensors))
        );
        if (layers <= 3) {
          misses += equalBits(y as tf.Tensor, merged(xNI, ...weightTensors(weight))) ? 0 : 1;
        }
        const values = applyWeight(xNI, weight);
        const [, inputs] = state.shape;
        // The first rows are the weight itself, which no order of summation changes.
        const rows = (tensor: tf.Tensor) => tf.slice(tensor, 0, inputs);
        if (method.merging === "exact") {
          misses += equalBits(rows(y as tf.Tensor), rows(values)) ? 0 : 1;
        }
        merged.dispose();
        disposeWeight(weight);
        tf.dispose([y, sum, values]);
      }
      disposeState(state);
      xNI.dispose();
    }
    // deno-lint-ignore no-console -- the count is a result
    console.log(`${method.name}, compiled: ${misses} misses in ${layers} layers`);
    assertEquals(misses, 0);
    forward.dispose();
    disposeState(first.state);
    first.xNI.dispose();
  });
}

function equalBits(a: tf.Tensor, b: tf.Tensor): boolean {
  const [x, y] = [a, b].map((tensor) => new Int32Array(tensor.dataSync().slice().buffer));
  return x?.length === y?.length && (x?.every((word, i) => word === y?.[i]) ?? false);
}
