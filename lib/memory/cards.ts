import { nearestNames } from "../data/nearest_name.ts";

/** An accelerator with memory of its own. */
export interface Card {
  /** The name, with its maker's number of GB where there are several. */
  readonly name: string;
  /** All memory that its driver tells of, bytes. */
  readonly bytes: number;
}

const MIB = 2 ** 20;

/**
 * What of a card's memory no step can have: the CUDA context with the kernels of its libraries. It is
 * 300 to 600 MiB on the cards listed.
 */
export const CONTEXT_BYTES = 512 * MIB;

/** Cards that models are trained on, by memory, as `nvidia-smi` tells it (ROCm for the last). */
export const CARDS: readonly Card[] = [
  { name: "RTX 3060 12 GB", bytes: 12_288 * MIB },
  { name: "T4 16 GB", bytes: 15_360 * MIB },
  { name: "RTX 4080 16 GB", bytes: 16_376 * MIB },
  { name: "RTX 4090 24 GB", bytes: 24_564 * MIB },
  { name: "RTX 3090 24 GB", bytes: 24_576 * MIB },
  { name: "RTX 5090 32 GB", bytes: 32_607 * MIB },
  { name: "V100 32 GB", bytes: 32_768 * MIB },
  { name: "A100 40 GB", bytes: 40_960 * MIB },
  { name: "L40S 48 GB", bytes: 46_068 * MIB },
  { name: "H100 80 GB", bytes: 81_559 * MIB },
  { name: "A100 80 GB", bytes: 81_920 * MIB },
  { name: "H200 141 GB", bytes: 143_771 * MIB },
  { name: "B200 180 GB", bytes: 183_359 * MIB },
  { name: "MI300X 192 GB", bytes: 196_592 * MIB },
];

/** Whether a step of so many bytes fits a card beside the context. */
export function fitsCard(bytes: number, card: Card): boolean {
  return bytes + CONTEXT_BYTES <= card.bytes;
}

/**
 * The card of a name, whatever its case; the GB may be left out where one card has the rest.
 *
 * @throws {RangeError} If there is none or more than one; it offers the nearest names.
 */
export function cardNamed(name: string): Card {
  const wanted = plain(name);
  const exact = CARDS.find((card) => plain(card.name) === wanted);
  const [only, ...others] = CARDS.filter((card) => plain(card.name).startsWith(wanted));
  if (exact) return exact;
  if (only && others.length === 0) return only;
  const near = only
    ? [only, ...others].map((card) => card.name)
    : nearestNames(name, CARDS.map((card) => card.name));
  throw new RangeError(
    `Unknown card ${JSON.stringify(name)}: ${
      near.length > 0
        ? `did you mean ${near.join(" or ")}?`
        : `known are ${CARDS.map((card) => card.name).join(", ")}`
    }`,
  );
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}
