import { JsonField } from "../io/json_field.ts";
import { FileFormatError, quoted } from "../io/errors.ts";
import type { SafetensorsFile } from "../io/safetensors.ts";
import { type LlamaConfig, parseLlamaConfig } from "../model/config.ts";
import { parameterShapes } from "../model/parameter_shapes.ts";
import { quantizedLayers } from "./quantized_layers.ts";
import { type LayerEntry, QUANTIZED_FORMAT, QUANTIZED_VERSION } from "./quantized_file.ts";
import { methodNamed } from "./registry.ts";
import { type MethodOptions, type MethodSettings, resolveSettings } from "./settings.ts";

/** What the header of a merged model's file says. */
export interface QuantizedHeader {
  readonly method: string;
  readonly settings: MethodSettings;
  /** Where the model that was prepared is from, if the file tells. */
  readonly source: string | undefined;
  readonly config: LlamaConfig;
  /** The linear layers in the order of the forward pass. */
  readonly layers: ReadonlyMap<string, LayerEntry>;
}

/**
 * Reads and checks the header of a file that `saveQuantizedModel` wrote.
 *
 * @throws {FileFormatError} If a field is missing or wrong.
 */
export function readQuantizedHeader(file: SafetensorsFile): QuantizedHeader {
  const { path } = file;
  requireText(file, "format", QUANTIZED_FORMAT);
  requireText(file, "version", `${QUANTIZED_VERSION}`);
  const config = parseLlamaConfig(textOf(file, "config"), path);
  const layers = readLayers(textOf(file, "layers"), { path, config });
  const method = textOf(file, "method");
  const text = textOf(file, "settings");
  try {
    const settings = resolveSettings(methodNamed(method), JSON.parse(text) as MethodOptions);
    return { method, settings, source: file.metadata.get("source"), config, layers };
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new FileFormatError(
      path,
      { where: "method and settings", expected: "those of a known method", found },
      { cause: error },
    );
  }
}

function textOf({ path, metadata }: SafetensorsFile, key: string): string {
  const value = metadata.get(key);
  if (value !== undefined) return value;
  const where = `metadata ${quoted(key)}`;
  throw new FileFormatError(path, { where, expected: "a text", found: "nothing" });
}

function requireText(file: SafetensorsFile, where: string, expected: string): void {
  const found = textOf(file, where);
  if (found === expected) return;
  throw new FileFormatError(file.path, { where, expected, found: quoted(found) });
}

interface LayersOptions {
  readonly path: string;
  readonly config: LlamaConfig;
}

function readLayers(text: string, { path, config }: LayersOptions): Map<string, LayerEntry> {
  const root = JsonField.parse(text, path);
  const shapes = parameterShapes(config);
  return new Map(
    quantizedLayers(config).map((layer) => {
      const shape = shapes.get(`${layer}.weight`) as LayerEntry["shape"];
      return [layer, readEntry(root.get(layer), { path, layer, shape })];
    }),
  );
}

interface EntryPlace {
  readonly path: string;
  readonly layer: string;
  readonly shape: LayerEntry["shape"];
}

function readEntry(field: JsonField, { path, layer, shape }: EntryPlace): LayerEntry {
  const wrong = (what: string, expected: string, found: string) =>
    new FileFormatError(path, { where: `${what} of ${layer}`, expected, found });
  const kind = field.get("kind").string();
  if (kind !== "float" && kind !== "codes" && kind !== "adapted") {
    throw wrong("kind", "float, codes or adapted", quoted(kind));
  }
  if (kind === "float") return { kind, shape };
  const base = kind === "adapted" ? field.get("base").string() : undefined;
  if (base !== undefined && base !== "codes" && base !== "nf4") {
    throw wrong("base", "codes or nf4", quoted(base));
  }
  if (base === "nf4") return { kind, shape, base };
  const bits = field.get("bits").index();
  if (bits < 2 || bits > 8) throw wrong("bits", "an integer from 2 to 8", `${bits}`);
  return { kind, shape, bits, ...(base && { base }) };
}
