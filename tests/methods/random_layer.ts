import { philox, philoxKey } from "../../lib/data/philox.ts";
import { tf } from "../../lib/engine/tf.ts";
import type { LinearState } from "../../lib/methods/linear_state.ts";
import type { Method } from "../../lib/methods/method.ts";
import { type MethodOptions, resolveSettings } from "../../lib/methods/settings.ts";
import { normalTensor } from "../../lib/model/random.ts";
import { perChannel, perGroup } from "../../lib/quant/granularity.ts";

/** A layer as training might leave it, and inputs. */
export interface RandomLayer {
  readonly state: LinearState;
  /** The identity, whose outputs are the weight itself, then rows of normal numbers. */
  readonly xNI: tf.Tensor2D;
}

/** Outputs and inputs of a layer. */
export type LayerShape = readonly [outputs: number, inputs: number];

/** Shapes that cost nothing. */
export const SMALL_SHAPES: readonly LayerShape[] = [[8, 64], [12, 32], [4, 64]];
/** Shapes of a small model's feed-forward part, at which compilers choose other loops. */
export const REAL_SHAPES: readonly LayerShape[] = [[256, 640], [640, 256]];

const ROWS = 3;

/** A layer of one of some shapes, whose settings, weight and trained values follow from a seed. */
export function randomLayer(
  method: Method,
  seed: number,
  shapes: readonly LayerShape[] = SMALL_SHAPES,
): RandomLayer {
  const draw = drawsOf(seed);
  const [outputs, inputs] = shapes[draw(shapes.length)] ?? [8, 64];
  const { adapter, grids, granularities, bits = [2, 3, 4, 5, 6, 7, 8] } = method.limits;
  const asked: MethodOptions = {
    bits: bits[draw(bits.length)] ?? 4,
    ...(grids.length > 0 && { grid: grids[draw(grids.length)] ?? "symmetric" }),
    ...(adapter !== "none" && { rank: (adapter === "optional" ? 0 : 1) + draw(4) }),
    ...(granularities.includes("channel") &&
      { granularity: draw(2) ? perChannel() : perGroup(16 * (1 + draw(2))) }),
    phi: (["fp32", "bf16", "fp16", "fixed", "int"] as const)[draw(5)] ?? "fixed",
    scaleFormat: (["portable", "fp16", "float32"] as const)[draw(3)] ?? "portable",
    scaleStart: (["l4q", "lsq+", "symm", "asymm"] as const)[draw(4)] ?? "l4q",
    recompute: draw(2) === 1,
    rangeCandidates: 3,
    rangeExponent: 2,
    seed,
  };
  let state: LinearState | undefined;
  const made = tf.tidy(() => {
    const wOI = normalTensor<tf.Rank.R2>([outputs, inputs], {
      seed,
      name: "weight",
      deviation: 0.05,
    });
    const settings = resolveSettings(method, asked);
    state = method.prepare(wOI, { layer: "layer", settings });
    const rows = normalTensor<tf.Rank.R2>([ROWS, inputs], { seed, name: "x", deviation: 1 });
    const identity = tf.eye(inputs) as tf.Tensor2D;
    return tf.concat<tf.Tensor2D>([identity, rows]);
  });
  return { state: state as LinearState, xNI: made };
}

/** Moves every trained tensor by a share of its size, as training does. */
export function disturb(state: LinearState, seed: number): void {
  for (const [name, { role, variable }] of state.tensors) {
    if (role === "frozen") continue;
    const noise = normalTensor(variable.shape, { seed, name: `move ${name}`, deviation: 1 });
    const size = { adapter: 0.3, scale: 0.05, offset: 0.01, weight: 0.01, gain: 0 }[role];
    const moved = role === "scale"
      ? tf.mul(variable, tf.add(1, tf.mul(noise, size)))
      : tf.add(variable, tf.mul(noise, size));
    variable.assign(moved);
  }
}

function drawsOf(seed: number): (below: number) => number {
  let count = 0;
  return (below) => {
    const [word] = philox([count++, 0, 0, 7], philoxKey(seed));
    return word % below;
  };
}
