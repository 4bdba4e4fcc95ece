import { JsonField } from "../io/json_field.ts";
import { MANIFEST_KEY, MANIFESTS_KEY } from "./manifest_json.ts";
import type { OlderFormat } from "./row_format.ts";
import type { LayerRow, RunRow } from "./run_row.ts";

/** What the backward pass can make again. */
export const RECOMPUTES: readonly string[] = ["none", "linear", "block", "linear+block"];

/** One of {@linkcode RECOMPUTES}. */
export function recomputeName(
  parts: { readonly linear: boolean; readonly block: boolean },
): string {
  const names = (["linear", "block"] as const).filter((name) => parts[name]);
  return names.join("+") || "none";
}

/** Runs from before November 2026: their manifests hold what the table left out. */
export const RUNS_1: OlderFormat<RunRow> = {
  lacks: ["activation_bits", "key_value_bits", "recompute", "compute"],
  fill(metadata, path) {
    const one = JsonField.parse(metadata.get(MANIFEST_KEY) ?? "null", path);
    const all = JsonField.parse(metadata.get(MANIFESTS_KEY) ?? "null", path);
    return (runId) => {
      const manifest = one.present ? one : all.get(runId);
      const configuration = manifest.get("configuration");
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
      };
    };
  },
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

function bitsOrNull(field: JsonField): number | null {
  return field.value === null || field.value === undefined ? null : field.index();
}
