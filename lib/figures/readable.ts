import type { RunRow, RunStatus } from "../results/run_row.ts";

const PHIS: Readonly<Record<string, string>> = {
  fp32: "FP32",
  fp16: "FP16",
  bf16: "BF16",
  fixed: "fixed point",
  int: "INT-b",
};
const STARTS: Readonly<Record<string, string>> = {
  svd: "SVD",
  kaiming: "Kaiming",
  l4q: "L4Q",
  "lsq+": "LSQ+",
  symm: "symmetric",
  asymm: "asymmetric",
};
const STATUSES: Readonly<Record<RunStatus, string>> = {
  done: "done",
  diverged: "diverged",
  failed: "failed",
  oom: "out of memory",
  stopped: "stopped",
};
const NAMES: Partial<Record<keyof RunRow, string>> = {
  rank: "r",
  alpha: "α",
  steps: "steps",
  batch: "batch",
  accumulation: "accumulation",
  seq: "tokens",
  range_exponent: "range L",
  lr_weight: "lr",
  lr_adapter: "lr",
  lr_scale: "scale lr",
  lr_offset: "offset lr",
  eval_seq: "scored tokens",
  eval_stride: "stride",
  eval_bos: "BOS",
};

/** A setting's name and value for a legend, such as `r = 32` or `φ FP16`. */
export function readableSetting(key: keyof RunRow, value: RunRow[keyof RunRow]): string {
  if (key === "phi") return `φ ${readablePhi(value)}`;
  if (key === "adapter_start") return `${readableStart(value)} start`;
  if (key === "scale_start") return `${readableStart(value)} scales`;
  if (key === "learn_scale") return value ? "learned scale" : "frozen scale";
  if (key === "scale_format") return `${value ?? "no"} scales`;
  if (key === "granularity") return readableGranularity(String(value));
  if (key === "bits") return `${value} bits`;
  if (key === "activation_bits") return value === null ? "float activations" : `A${value}`;
  if (key === "key_value_bits") return value === null ? "float keys and values" : `KV${value}`;
  if (key === "recompute") return value === "none" ? "all kept" : `${value} recomputed`;
  if (key === "range_exponent") return `${NAMES[key]}${value}`;
  if (key === "test_blocks") return `${value ?? "all"} test blocks`;
  if (key === "validation_blocks") return `${value ?? "all"} validation blocks`;
  if (key === "variant") return `configuration ${value}`;
  const name = NAMES[key];
  return name === undefined ? String(value) : `${name} = ${value ?? "none"}`;
}

/** A downcast's name as the paper has it; with the bits of the fixed-point format where they are given. */
export function readablePhi(phi: unknown, bits?: number): string {
  if (phi === "fixed" && bits !== undefined) return `Q${bits}.${8 - bits}`;
  if (phi === "int" && bits !== undefined) return `INT-${bits}`;
  return named(PHIS, phi, "none");
}

/** How scales or adapters start. */
export function readableStart(start: unknown): string {
  return named(STARTS, start, "default");
}

/** `per tensor`, `per channel` or `groups of 64`. */
export function readableGranularity(granularity: string): string {
  const group = /^g(\d+)$/.exec(granularity);
  return group ? `groups of ${group[1]}` : `per ${granularity}`;
}

/** How a run came out, with its error if it has one. */
export function readableStatus({ status, error }: RunRow): string {
  return error === null ? STATUSES[status] : `${STATUSES[status]}: ${error}`;
}

/** Bytes with a binary unit, such as `3.5 MiB`. */
export function readableBytes(bytes: number): string {
  const { divisor, unit } = byteUnit(bytes);
  const value = bytes / divisor;
  return `${value >= 100 || divisor === 1 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
}

/** The binary unit in which so many bytes are a number of 1 to 1023. */
export function byteUnit(bytes: number): { divisor: number; unit: string } {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;
  const power = Math.floor(Math.log2(Math.max(bytes, 1)) / 10);
  const index = Math.min(Math.max(power, 0), units.length - 1);
  return { divisor: 1024 ** index, unit: units[index] ?? "B" };
}

/** Text that stands for itself in Plotly's labels, which read tags and entities. */
export function plainText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A label in lines of at most `width` characters, parted at spaces where that is enough. */
export function wrapped(label: string, width = 26): string {
  const lines: string[] = [];
  // Where a word is too long, after a hyphen if one is near, else anywhere.
  const parts = new RegExp(`.{1,${width - 1}}[-_./]|.{1,${width}}`, "gu");
  for (const word of label.split(" ")) {
    const pieces = word.length <= width ? [word] : word.match(parts) ?? [];
    for (const [index, piece] of pieces.entries()) {
      const last = lines.at(-1);
      const joined = `${last} ${piece}`;
      if (index === 0 && last !== undefined && joined.length <= width) {
        lines[lines.length - 1] = joined;
      } else lines.push(piece);
    }
  }
  return lines.map(plainText).join("<br>");
}

function named(names: Readonly<Record<string, string>>, value: unknown, none: string): string {
  if (value === null || value === undefined) return none;
  return Object.hasOwn(names, String(value)) ? names[String(value)] ?? none : String(value);
}
