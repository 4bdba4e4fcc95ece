import { FileFormatError } from "../io/errors.ts";
import { nearestNames } from "../data/nearest_name.ts";
import { type LlamaConfig, parseLlamaConfig } from "../model/config.ts";
import { parameterShapes } from "../model/parameter_shapes.ts";

/** What of a configuration says how large a model is. */
interface Shape {
  readonly vocab: number;
  readonly width: number;
  readonly inner: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads?: number;
  readonly eps?: number;
  readonly theta?: number;
  readonly positions: number;
  readonly window?: number;
  readonly isTied?: boolean;
}

/**
 * Models whose sizes are known here without any file, by name: the configurations that were published
 * with the weights. A test holds their numbers of parameters against the published ones.
 */
export const MODEL_SHAPES: ReadonlyMap<string, LlamaConfig> = new Map([
  shape("llama-1-7b", llama(4096, 11008, 32, { positions: 2048, eps: 1e-6 })),
  shape("llama-1-13b", llama(5120, 13824, 40, { positions: 2048, eps: 1e-6 })),
  shape("llama-1-33b", llama(6656, 17920, 60, { positions: 2048, eps: 1e-6, heads: 52 })),
  shape("llama-2-7b", llama(4096, 11008, 32, { positions: 4096 })),
  shape("llama-2-13b", llama(5120, 13824, 40, { positions: 4096 })),
  shape(
    "llama-2-70b",
    llama(8192, 28672, 80, { positions: 4096, heads: 64, keyValueHeads: 8 }),
  ),
  shape(
    "llama-3-8b",
    llama(4096, 14336, 32, { positions: 8192, vocab: 128_256, keyValueHeads: 8, theta: 500_000 }),
  ),
  shape(
    "mistral-7b",
    llama(4096, 14336, 32, { positions: 32_768, keyValueHeads: 8, window: 4096 }),
  ),
  shape("open-llama-3b", llama(3200, 8640, 26, { positions: 2048, eps: 1e-6, heads: 32 })),
  shape("tinyllama-1.1b", llama(2048, 5632, 22, { positions: 2048, heads: 32, keyValueHeads: 4 })),
  shape("smollm2-135m", {
    ...llama(576, 1536, 30, { positions: 8192, heads: 9, keyValueHeads: 3, theta: 100_000 }),
    vocab: 49_152,
    isTied: true,
  }),
  shape("brown-4m", {
    ...llama(256, 640, 4, { positions: 1024, keyValueHeads: 2 }),
    vocab: 4096,
    heads: 4,
    isTied: true,
  }),
]);

/**
 * The sizes of a model: of a built-in name, of a `config.json`, or of a folder that holds one.
 *
 * @throws {RangeError} If it is none of these; it offers the nearest names.
 * @throws {FileFormatError} If the file is not the configuration of a model of this family.
 */
export async function modelShape(source: string): Promise<LlamaConfig> {
  const known = MODEL_SHAPES.get(source);
  if (known) return known;
  for (const path of [source, `${source}/config.json`]) {
    const text = await textOf(path);
    if (text !== undefined) return parseLlamaConfig(text, path);
  }
  const near = nearestNames(source, MODEL_SHAPES.keys()).join(" or ");
  const known_ = [...MODEL_SHAPES.keys()].join(", ");
  throw new RangeError(
    `Unknown model ${JSON.stringify(source)}: ${
      near ? `did you mean ${near}?` : `known are ${known_}`
    } (or give the path of a config.json)`,
  );
}

/** All parameters of a model, tied ones once. */
export function parameterCount(config: LlamaConfig): number {
  return [...parameterShapes(config).values()]
    .reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

const MAX_CONFIG_BYTES = 4 * 2 ** 20;

async function textOf(path: string): Promise<string | undefined> {
  try {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) return undefined;
    if (size <= MAX_CONFIG_BYTES) return await Deno.readTextFile(path);
    throw new FileFormatError(path, {
      where: "the file",
      expected: `a config.json of at most ${MAX_CONFIG_BYTES} bytes`,
      found: `${size} bytes`,
    });
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isMissing) return undefined;
    throw error;
  }
}

function llama(
  width: number,
  inner: number,
  layers: number,
  rest: Partial<Shape> & Pick<Shape, "positions">,
): Shape {
  // Most of the family has heads of 128 values.
  return { vocab: 32_000, width, inner, layers, heads: width / 128, ...rest };
}

function shape(name: string, sizes: Shape): readonly [string, LlamaConfig] {
  const { heads, keyValueHeads = heads, eps = 1e-5, theta = 10_000, isTied = false } = sizes;
  return [name, {
    vocabSize: sizes.vocab,
    hiddenSize: sizes.width,
    intermediateSize: sizes.inner,
    layers: sizes.layers,
    heads,
    keyValueHeads,
    headDim: sizes.width / heads,
    rmsNormEps: eps,
    ropeTheta: theta,
    maxPositions: sizes.positions,
    ...(sizes.window !== undefined && { slidingWindow: sizes.window }),
    tieWordEmbeddings: isTied,
    attentionBias: false,
    mlpBias: false,
    eosIds: [],
  }];
}
