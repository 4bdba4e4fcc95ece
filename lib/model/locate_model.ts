import { resolve } from "node:path";
import { nearestNames } from "../data/nearest_name.ts";
import { downloadSnapshot, type DownloadSnapshotOptions } from "../io/hub.ts";
import { isFolder } from "../io/path_kind.ts";
import { type FindModel, NAMED_MODELS } from "./named_models.ts";

/** How far fetching or loading is. */
export interface LoadProgress {
  /** `load`, or a step of a fetch such as `download`; a new name starts a new count. */
  readonly phase: string;
  readonly done: number;
  /** How much there is, if known. */
  readonly total: number | undefined;
  readonly unit: "bytes" | "tensors";
}

/** Options for {@linkcode locateModel}. */
export interface LocateModelOptions {
  /** Models that are known by a short name. Default: {@linkcode NAMED_MODELS}. */
  named?: ReadonlyMap<string, FindModel>;
  /** How files come from the hub. */
  hub?: Omit<DownloadSnapshotOptions, "onProgress" | "signal">;
  /** Called now and then. */
  onProgress?: (progress: LoadProgress) => void;
  /** Stops the work. */
  signal?: AbortSignal;
}

/** Where a model lies on this machine. */
export interface ModelLocation {
  readonly kind: "folder" | "gguf";
  readonly path: string;
  /** The commit of the repository on the hub that it came from. */
  readonly revision?: string;
}

/**
 * Finds a model by a folder, a `.gguf` file, a short name, or `owner/name@revision` on the hub, tried in
 * this order.
 *
 * @throws {RangeError} If the source is none of them; it offers the nearest names.
 */
export async function locateModel(
  source: string,
  options: LocateModelOptions = {},
): Promise<ModelLocation> {
  const { named = NAMED_MODELS, onProgress, signal } = options;
  if (await isFolder(source)) return { kind: "folder", path: source };
  if (isGguf(source)) return { kind: "gguf", path: source };
  const find = named.get(source);
  if (find) {
    const path = await find({ onProgress, signal });
    return { kind: isGguf(path) ? "gguf" : "folder", path };
  }
  if (isHubName(source)) return await fetchSnapshot(source, options);
  throw unknownModel(source, [...named.keys()]);
}

async function fetchSnapshot(
  source: string,
  { hub = {}, onProgress, signal }: LocateModelOptions,
): Promise<ModelLocation> {
  const { folder, commit } = await downloadSnapshot(source, {
    ...hub,
    ...(signal ? { signal } : {}),
    onProgress: ({ bytes, totalBytes }) =>
      onProgress?.({ phase: "download", done: bytes, total: totalBytes, unit: "bytes" }),
  });
  return { kind: "folder", path: folder, revision: commit };
}

/** The source as it can be followed from anywhere: a folder or file by its whole path, a name as it is. */
export async function lastingSource(source: string): Promise<string> {
  return isGguf(source) || await isFolder(source) ? resolve(source) : source;
}

/** Whether a source is a short name or lies on this machine, so that following it asks no one unknown. */
export async function isModelAtHand(
  source: string,
  { named = NAMED_MODELS }: Pick<LocateModelOptions, "named"> = {},
): Promise<boolean> {
  return named.has(source) || isGguf(source) || await isFolder(source);
}

/** Whether a model must perhaps be fetched before anything is known of it. */
export async function isFetched(
  source: string,
  { named = NAMED_MODELS }: Pick<LocateModelOptions, "named"> = {},
): Promise<boolean> {
  if (await isFolder(source) || isGguf(source)) return false;
  return named.has(source) || isHubName(source);
}

function isHubName(source: string): boolean {
  return /^[^./][^/]*\/[^/]+$/.test(source);
}

function unknownModel(source: string, names: readonly string[]): RangeError {
  const near = nearestNames(source, names).map((name) => JSON.stringify(name));
  const offer = near.length > 0 ? `did you mean ${near.join(" or ")}?` : names.join(", ");
  return new RangeError(
    `Unknown model ${
      JSON.stringify(source)
    }: it is no folder, no .gguf file, no owner/name on the hub, and none of the known names: ${offer}`,
  );
}

function isGguf(path: string): boolean {
  return path.toLowerCase().endsWith(".gguf");
}
