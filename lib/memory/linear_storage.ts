import type { LlamaConfig } from "../model/config.ts";
import { BLOCK_LINEARS, linearShape } from "../model/parameter_shapes.ts";
import type { Role } from "../model/trainable.ts";
import { scaleShape } from "../quant/granularity.ts";
import { packedLength } from "../quant/packing/layout.ts";
import { STATE_BYTES, type StepSetup } from "./step_setup.ts";

/** In how many bytes numbers are held. */
export interface StorageBytes {
  /** A frozen float weight. */
  readonly weight: number;
  /** A frozen scale, offset or zero-point. */
  readonly frozenScale: number;
  /** Codes that nothing changes: packed in rows, or one a byte as PyTorch's int8 has them. */
  readonly codes: "packed" | "byte";
}

/** What a method holds of one linear layer. */
export interface LinearStorage {
  readonly shape: readonly [outputs: number, inputs: number];
  /** Bytes of what is frozen. */
  readonly frozenBytes: number;
  /** How many numbers are trained, by role. */
  readonly trained: Readonly<Partial<Record<Role, number>>>;
}

/** Weights of a block of NF4, and sizes of blocks in a block of the second level. */
const NF4_BLOCK = 64;
const NF4_BLOCK2 = 256;

/** The linear layers of a block, in the order of the forward pass. */
export function blockShapes(config: LlamaConfig): (readonly [number, number])[] {
  return BLOCK_LINEARS.map((linear) => linearShape(config, linear));
}

/**
 * What a method holds of a weight `[O, I]`. With G scales a matrix, rank R and b bits:
 *
 * | method | frozen | trained |
 * |---|---|---|
 * | float | – (or `O I` floats) | `O I` |
 * | lora | `O I` floats | `R (O + I)` |
 * | rtn | codes, G scales (and zero-points) | – |
 * | lsq | – | `O I + G` |
 * | peqa | codes (and zero-points) | `G` |
 * | lr-qat | `Phi0` as `phi` has it (and zero-points) | `R (O + I) + G` |
 * | l4q, qat-lora | `O I` floats | `R (O + I) + 2 G` |
 * | qlora | NF4: 1/2 byte a weight, 1 byte and 4/256 a block of 64, 4 | `R (O + I)` |
 * | qlora-star | codes, G scales (and zero-points) | `R (O + I)` |
 */
export function linearStorage(
  shape: readonly [number, number],
  { method, settings }: Pick<StepSetup, "method" | "settings">,
  bytes: StorageBytes,
): LinearStorage {
  const [outputs, inputs] = shape;
  const count = outputs * inputs;
  const { rank, grid, bits } = settings;
  const learnScale = trainsScales({ method, settings });
  const hasGrid = method.limits.grids.length > 0;
  const scales = hasGrid ? scaleShape(shape, settings.granularity).reduce((a, b) => a * b, 1) : 0;
  const zeros = grid === "asymmetric" ? scales * bytes.frozenScale : 0;
  const codes = bytes.codes === "packed" ? outputs * packedLength(inputs, bits) : count;
  const adapter = rank > 0 ? { adapter: rank * (outputs + inputs) } : {};
  const scale = learnScale ? { scale: scales } : {};
  const frozenScales = learnScale ? 0 : scales * bytes.frozenScale;
  switch (method.name) {
    case "float":
      return settings.trainWeight
        ? { shape, frozenBytes: 0, trained: { weight: count } }
        : { shape, frozenBytes: count * bytes.weight, trained: {} };
    case "lora":
      return { shape, frozenBytes: count * bytes.weight, trained: adapter };
    case "lsq":
      return { shape, frozenBytes: frozenScales, trained: { weight: count, ...scale } };
    case "rtn":
    case "peqa":
    case "qlora-star":
      return {
        shape,
        frozenBytes: codes + zeros + frozenScales,
        trained: { ...adapter, ...scale },
      };
    case "lr-qat": {
      const held = phiBytes(shape, settings) + zeros + frozenScales;
      return { shape, frozenBytes: held, trained: { ...adapter, ...scale } };
    }
    case "l4q":
    case "qat-lora":
      return {
        shape,
        frozenBytes: count * bytes.weight + 2 * frozenScales,
        trained: { ...adapter, ...(learnScale && { scale: scales, offset: scales }) },
      };
    case "qlora": {
      const blocks = Math.ceil(count / NF4_BLOCK);
      const sizes = blocks + 4 * Math.ceil(blocks / NF4_BLOCK2) + 4;
      return { shape, frozenBytes: Math.ceil(count / 2) + sizes, trained: adapter };
    }
  }
  throw new RangeError(
    `Nothing is known of what method '${method.name}' holds: add it to its cases`,
  );
}

/** Whether a method trains the scales of its grid; round to nearest and QLoRA* leave them as they are. */
export function trainsScales(
  { method, settings }: Pick<StepSetup, "method" | "settings">,
): boolean {
  return settings.learnScale && ["lsq", "peqa", "lr-qat", "l4q", "qat-lora"].includes(method.name);
}

/** Numbers that are trained in a layer. */
export function trainedCount({ trained }: LinearStorage): number {
  return Object.values(trained).reduce((sum, count) => sum + count, 0);
}

/** Bytes of what a layer trains: weights in the type that holds them, all else float32. */
export function trainedBytes(
  { trained }: LinearStorage,
  { weightStorage }: Pick<StepSetup["settings"], "weightStorage">,
): number {
  const { weight = 0, ...others } = trained;
  const count = Object.values(others).reduce((sum, more) => sum + more, 0);
  return STATE_BYTES[weightStorage] * weight + STATE_BYTES.float32 * count;
}

function phiBytes(
  [outputs, inputs]: readonly [number, number],
  { phi, bits }: StepSetup["settings"],
): number {
  const count = outputs * inputs;
  switch (phi) {
    case "fp32":
      return 4 * count;
    case "bf16":
    case "fp16":
      return 2 * count;
    case "fixed":
      return count;
    case "int":
      return outputs * packedLength(inputs, bits);
  }
}
