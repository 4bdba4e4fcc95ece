/** How a GGUF tensor type stores its elements: blocks of `elements` values in `bytes` bytes. */
export interface BlockLayout {
  /** Values in a block; the row length is a multiple of it. */
  readonly elements: number;
  /** Bytes of a block. */
  readonly bytes: number;
}

// Number in the file, name, values of a block, bytes of a block.
const TYPES = [
  [0, "F32", 1, 4],
  [1, "F16", 1, 2],
  [2, "Q4_0", 32, 18],
  [3, "Q4_1", 32, 20],
  [6, "Q5_0", 32, 22],
  [7, "Q5_1", 32, 24],
  [8, "Q8_0", 32, 34],
  [9, "Q8_1", 32, 40],
  [10, "Q2_K", 256, 84],
  [11, "Q3_K", 256, 110],
  [12, "Q4_K", 256, 144],
  [13, "Q5_K", 256, 176],
  [14, "Q6_K", 256, 210],
  [15, "Q8_K", 256, 292],
  [16, "IQ2_XXS", 256, 66],
  [17, "IQ2_XS", 256, 74],
  [18, "IQ3_XXS", 256, 98],
  [19, "IQ1_S", 256, 50],
  [20, "IQ4_NL", 32, 18],
  [21, "IQ3_S", 256, 110],
  [22, "IQ2_S", 256, 82],
  [23, "IQ4_XS", 256, 136],
  [24, "I8", 1, 1],
  [25, "I16", 1, 2],
  [26, "I32", 1, 4],
  [27, "I64", 1, 8],
  [28, "F64", 1, 8],
  [29, "IQ1_M", 256, 56],
  [30, "BF16", 1, 2],
  [34, "TQ1_0", 256, 54],
  [35, "TQ2_0", 256, 66],
  [39, "MXFP4", 32, 17],
  [40, "NVFP4", 64, 36],
  [41, "Q1_0", 128, 18],
] as const;

/** The name of a GGUF tensor type. */
export type GgufTensorType = (typeof TYPES)[number][1];

const NAMES: ReadonlyMap<number, GgufTensorType> = new Map(TYPES.map(([id, name]) => [id, name]));

const LAYOUTS: ReadonlyMap<GgufTensorType, BlockLayout> = new Map(
  TYPES.map(([, name, elements, bytes]) => [name, { elements, bytes }]),
);

/** Returns the name of the tensor type with this number in a file, or `undefined`. */
export function tensorTypeOf(id: number): GgufTensorType | undefined {
  return NAMES.get(id);
}

/** Returns how a tensor type stores its elements. */
export function blockLayout(type: GgufTensorType): BlockLayout {
  const layout = LAYOUTS.get(type);
  if (layout === undefined) throw new TypeError(`Unknown tensor type: ${type}`);
  return layout;
}
