import { JsonField } from "../io/json_field.ts";
import { MANIFEST_KEY, MANIFESTS_KEY } from "./manifest_json.ts";
import type { OlderFormat } from "./row_format.ts";
import type { LayerRow, RunRow } from "./run_row.ts";
import { variantOf } from "./variant.ts";

/** What the backward pass can make again. */
export const RECOMPUTES: readonly string[] = ["none", "linear", "block", "linear+block"];

/** One of {@linkcode RECOMPUTES}. */
export function recomputeName(
  parts: { readonly linear: boolean; readonly block: boolean },
): string {
  const names = (["linear", "block"] as const).filter((name) => parts[name]);
  return names.join("+") || "none";
}

const METHOD_COLUMNS = ["activation_bits", "key_value_bits", "recompute", "compute"] as const;
const EVALUATION_COLUMNS = [
  "eval_seq",
  "eval_stride",
  "eval_bos",
  "test_blocks",
  "validation_blocks",
] as const;

/** Runs without what stands in {@linkcode RUNS_2} either: the oldest. */
export const RUNS_1: OlderFormat<RunRow> = {
  lacks: [...METHOD_COLUMNS, ...EVALUATION_COLUMNS, "variant"],
  fill: filledFrom((configuration) => ({
    ...methodColumns(configuration),
    ...evaluationColumns(configuration),
    ...variantColumn(configuration),
  })),
};

/** Runs that do not say how they were scored. */
export const RUNS_2: OlderFormat<RunRow> = {
  lacks: [...EVALUATION_COLUMNS, "variant"],
  fill: filledFrom((configuration) => ({
    ...evaluationColumns(configuration),
    ...variantColumn(configuration),
  })),
};

/** Runs that do not say which others differ from them by their seeds alone. */
export const RUNS_3: OlderFormat<RunRow> = {
  lacks: ["variant"],
  fill: filledFrom(variantColumn),
};

/** Layers from before November 2026: these errors were not measured. */
export const LAYERS_1: OlderFormat<LayerRow> = {
  lacks: [
    "quantization_error_start",
    "quantization_error_end",
    "clipping_error_start",
    "clipping_error_end",
  ],
  fill: () => () => ({
    quantization_error_start: null,
    quantization_error_end: null,
    clipping_error_start: null,
    clipping_error_end: null,
  }),
};

/** The manifests of older runs hold what their tables left out. */
function filledFrom(
  columns: (configuration: JsonField) => Partial<RunRow>,
): OlderFormat<RunRow>["fill"] {
  return (metadata, path) => {
    const one = JsonField.parse(metadata.get(MANIFEST_KEY) ?? "null", path);
    const all = JsonField.parse(metadata.get(MANIFESTS_KEY) ?? "null", path);
    return (runId) => columns((one.present ? one : all.get(runId)).get("configuration"));
  };
}

function methodColumns(configuration: JsonField) {
  const settings = configuration.get("settings");
  return {
    activation_bits: bitsOrNull(settings.get("activationBits")),
    key_value_bits: bitsOrNull(settings.get("keyValueBits")),
    recompute: recomputeName({
      linear: settings.get("recompute").value === true,
      block: configuration.get("training").value !== null &&
        configuration.get("training").get("recompute").value === "block",
    }),
    // There was no other.
    compute: "float32",
  } satisfies Pick<RunRow, typeof METHOD_COLUMNS[number]>;
}

function evaluationColumns(configuration: JsonField) {
  const evaluation = configuration.get("evaluation");
  return {
    eval_seq: evaluation.get("seq").index(),
    eval_stride: evaluation.get("stride").index(),
    eval_bos: evaluation.get("bos").string(),
    test_blocks: blocksOrNull(evaluation.get("blocks")),
    validation_blocks: blocksOrNull(evaluation.get("validationBlocks")),
  } satisfies Pick<RunRow, typeof EVALUATION_COLUMNS[number]>;
}

function variantColumn(configuration: JsonField): Pick<RunRow, "variant"> {
  return { variant: variantOf(configuration.object()) };
}

function bitsOrNull(field: JsonField): number | null {
  return field.present ? field.index() : null;
}

function blocksOrNull(field: JsonField): number | null {
  return field.value === "all" ? null : field.index();
}
