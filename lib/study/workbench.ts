import { fetchDatasetFile } from "../data/fetch_dataset_file.ts";
import { openText } from "../data/open_text.ts";
import { readText } from "../data/text_source.ts";
import { openScoredText, type ScoredText } from "../eval/scored_text.ts";
import { type LayerStart, rememberStart } from "../methods/diagnostics.ts";
import { mergeModel } from "../methods/merge.ts";
import { prepare } from "../methods/prepare.ts";
import type { PreparedModel } from "../methods/prepared_model.ts";
import { methodNamed } from "../methods/registry.ts";
import { type LlamaModel, loadModel } from "../model/load_model.ts";
import type { LocateModelOptions } from "../model/locate_model.ts";
import { packedText, type TrainingData } from "../train/training_data.ts";
import type { InputFile } from "../results/mod.ts";
import { RunInputs } from "./run_inputs.ts";

import { methodSettings, type RunSpec, type TrainingSpec } from "./run_spec.ts";
import { layoutOf, Trial } from "./trial.ts";

/** A model with its tokenizer, ready for one run after the other. */
type Prepared = PreparedModel & { readonly tokenizer: LlamaModel["tokenizer"] };

/**
 * What runs of a study share: the loaded model, texts as tokens, the codes of round to nearest, and what
 * was compiled. One model and one layout are held at a time, so runs should come ordered by them.
 */
export class Workbench implements Disposable {
  readonly #options: LocateModelOptions;
  readonly #inputs: RunInputs;
  #model: LlamaModel | undefined;
  #trial: { readonly layout: string; readonly trial: Trial } | undefined;
  #starts: { readonly key: string; readonly layers: ReadonlyMap<string, LayerStart> } | undefined;
  readonly #texts = new Map<string, ScoredText>();
  readonly #data = new Map<string, TrainingData>();

  /** Takes the options for loading models. */
  constructor(options: LocateModelOptions = {}) {
    this.#options = options;
    this.#inputs = new RunInputs(options);
  }

  /** The model of a name, float. */
  async model(source: string): Promise<LlamaModel> {
    if (this.#model?.source === source) return this.#model;
    this[Symbol.dispose]();
    return this.#model = await loadModel(source, this.#options);
  }

  /** The files that a run reads, with their hashes. */
  async inputs(spec: RunSpec): Promise<InputFile[]> {
    return await this.#inputs.of(spec);
  }

  /** A run's model, prepared, in what was compiled for its layout. */
  async trial(spec: RunSpec): Promise<Trial> {
    const prepared = await this.#prepare(spec.model, {
      method: spec.method,
      ...methodSettings(spec),
    });
    const layout = layoutOf(prepared);
    if (this.#trial?.layout === layout) this.#trial.trial.load(prepared);
    else {
      this.#trial?.trial[Symbol.dispose]();
      this.#trial = { layout, trial: new Trial(prepared) };
    }
    return this.#trial.trial;
  }

  /**
   * The codes and scales of round to nearest at a run's width, granularity and range, by layer; none
   * for a method without codes.
   */
  async starts(spec: RunSpec): Promise<ReadonlyMap<string, LayerStart>> {
    if (methodNamed(spec.method).limits.grids.length === 0) return new Map();
    const { bits, granularity, grid, scaleFormat, rangeExponent, rangeCandidates } = methodSettings(
      spec,
    );
    const settings = { bits, granularity, grid, scaleFormat, rangeExponent, rangeCandidates };
    const key = JSON.stringify([spec.model, settings]);
    if (this.#starts?.key === key) return this.#starts.layers;
    this.#freeStarts();
    using prepared = await this.#prepare(spec.model, { method: "rtn", ...settings });
    using merged = mergeModel(prepared);
    const layers = new Map([...merged.weights].flatMap(([layer, weight]) => {
      const start = rememberStart(weight);
      return start ? [[layer, start] as const] : [];
    }));
    this.#starts = { key, layers };
    return layers;
  }

  /** What a run learns from. */
  async data(model: string, { corpus, seq }: TrainingSpec): Promise<TrainingData> {
    const key = JSON.stringify([model, corpus, seq]);
    const known = this.#data.get(key);
    if (known) return known;
    const { tokenizer } = await this.model(model);
    const source = await openText(corpus, { split: "train", fetchFile: fetchDatasetFile });
    const tokens = tokenizer.encode(await readText(source));
    const data = packedText(tokens, { name: source.name, seq });
    this.#data.set(key, data);
    return data;
  }

  /** A split of the text that a run is scored on; none where no window is asked for. */
  async text(
    { model, evaluation }: RunSpec,
    split: "validation" | "test",
  ): Promise<ScoredText | undefined> {
    const { corpus, seq, stride, bos } = evaluation;
    const blocks = split === "test" ? evaluation.blocks : evaluation.validationBlocks;
    if (blocks === 0) return undefined;
    const key = JSON.stringify([model, split, corpus, seq, stride, bos, blocks]);
    const known = this.#texts.get(key);
    if (known) return known;
    const limit = blocks === "all" ? {} : { blocks };
    const text = await openScoredText(
      await this.model(model),
      await openText(corpus, { split, fetchFile: fetchDatasetFile }),
      { seq, stride, bos, ...limit },
    );
    this.#texts.set(key, text);
    return text;
  }

  /** Frees the model and what was compiled; texts stay. */
  [Symbol.dispose](): void {
    this.#freeStarts();
    this.#trial?.trial[Symbol.dispose]();
    this.#trial = undefined;
    this.#model?.dispose();
    this.#model = undefined;
  }

  async #prepare(
    source: string,
    options: Omit<Parameters<typeof prepare>[1], "floatWeights">,
  ): Promise<Prepared> {
    const model = await this.model(source);
    return await prepare(model, { ...options, floatWeights: "keep" }) as Prepared;
  }

  #freeStarts(): void {
    for (const start of this.#starts?.layers.values() ?? []) start[Symbol.dispose]();
    this.#starts = undefined;
  }
}
