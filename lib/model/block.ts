import { checkpoint } from "../engine/checkpoint.ts";
import { tf } from "../engine/tf.ts";
import type { ActivationDoor } from "./activation_site.ts";
import { attend, type Heads } from "./attention.ts";
import { joinHeads, splitHeads } from "./heads.ts";
import { castLike, inType } from "./compute_type.ts";
import type { ForwardPass } from "./forward_pass.ts";
import { blockPrefix } from "./parameter_shapes.ts";
import { parameterNamed } from "./parameters.ts";
import { rmsNorm } from "./rms_norm.ts";
import { rotate } from "./rope.ts";

/**
 * One block: attention, then the feed-forward part, each behind a norm and added to its input.
 *
 * @param xND The residual stream, `[B·T, D]`.
 * @param layer The number of the block, from 0.
 * @param pass The forward pass that it is a part of.
 */
export function block(xND: tf.Tensor2D, layer: number, pass: ForwardPass): tf.Tensor2D {
  const norm = (part: string, x: tf.Tensor2D) =>
    rmsNorm(x, {
      weightD: parameterNamed(pass.parameters, `${blockPrefix(layer)}${part}.weight`),
      eps: pass.config.rmsNormEps,
    });
  const branch = (part: string, x: tf.Tensor2D) =>
    pass.dropout?.(x, `${blockPrefix(layer)}${part}`) ?? x;
  const attended = attention(norm("input_layernorm", xND), layer, pass);
  const mixed = tf.add<tf.Tensor2D>(xND, branch("self_attn", attended));
  const fed = feedForward(norm("post_attention_layernorm", mixed), layer, pass);
  return tf.add(mixed, branch("mlp", fed));
}

function attention(xND: tf.Tensor2D, layer: number, pass: ForwardPass): tf.Tensor2D {
  const { config, positions, linear } = pass;
  const prefix = `${blockPrefix(layer)}self_attn.`;
  const sizes = { tokens: positions.cosTP.shape[0], headDim: config.headDim };
  const at = doorOf(pass);
  const inputs = at("attention-norm", xND);
  const project = (name: string) => linear(`${prefix}${name}_proj`, inputs);
  const own: Heads = {
    q: at("rotated-query", rotate(splitHeads(project("q"), sizes), positions)),
    k: at("rotated-key", rotate(splitHeads(at("key", project("k")), sizes), positions)),
    v: splitHeads(at("value", project("v")), sizes),
  };
  const all = pass.remember ? { ...own, ...pass.remember(layer, own) } : own;
  const mixed = joinHeads(attend(all, positions.maskTS));
  return linear(`${prefix}o_proj`, at("attention-output", mixed));
}

// SwiGLU: Shazeer, "GLU Variants Improve Transformer", 2020.
function feedForward(xND: tf.Tensor2D, layer: number, pass: ForwardPass): tf.Tensor2D {
  const prefix = `${blockPrefix(layer)}mlp.`;
  const at = doorOf(pass);
  const inputs = at("mlp-norm", xND);
  const gate = pass.linear(`${prefix}gate_proj`, inputs);
  const inner = gated(gate, pass.linear(`${prefix}up_proj`, inputs));
  return pass.linear(`${prefix}down_proj`, at("gated", inner));
}

function doorOf({ activation }: ForwardPass): ActivationDoor {
  if (!activation) return (_site, x) => x;
  return (site, x) => castLike(activation(site, inType(x, "float32")), x);
}

// Its inner values are as large as the two inputs and cheap: a gradient keeps only those.
const gated = checkpoint((gateNF: tf.Tensor2D, upNF: tf.Tensor2D): tf.Tensor2D =>
  tf.mul(tf.mul(gateNF, tf.sigmoid(gateNF)), upNF)
);
