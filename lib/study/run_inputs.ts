import { createHash } from "node:crypto";
import { basename } from "node:path";
import { fetchDatasetFile } from "../data/fetch_dataset_file.ts";
import { openText } from "../data/open_text.ts";
import { readText, type TextSource } from "../data/text_source.ts";
import { locateModel, type LocateModelOptions } from "../model/locate_model.ts";
import { modelFiles } from "../model/model_files.ts";
import { type InputFile, inputFile } from "../results/mod.ts";
import type { RunSpec } from "./run_spec.ts";

/**
 * The hashes of what runs read, for their manifests. Each file is hashed once, so that a run after the
 * first costs nothing.
 */
export class RunInputs {
  readonly #options: LocateModelOptions;
  readonly #known = new Map<string, Promise<readonly InputFile[]>>();

  /** Takes the options for finding models. */
  constructor(options: LocateModelOptions = {}) {
    this.#options = options;
  }

  /**
   * The files of a run's model and texts. A corpus of hundreds of files stands as one: the hash of its
   * documents joined by blank lines.
   *
   * @throws As what opens the model and the texts does.
   */
  async of({ model, training, evaluation }: RunSpec): Promise<InputFile[]> {
    const { corpus, blocks, validationBlocks } = evaluation;
    const parts = [
      this.#once(`model ${model}`, () => this.#model(model)),
      training && this.#text(training.corpus, "train"),
      validationBlocks !== 0 && this.#text(corpus, "validation"),
      blocks !== 0 && this.#text(corpus, "test"),
    ];
    const files = (await Promise.all(parts.filter((part) => part !== null && part !== false)))
      .flat();
    // The splits of a file are all the file.
    return [...new Map(files.map((file) => [file.name, file])).values()];
  }

  async #model(source: string): Promise<InputFile[]> {
    const location = await locateModel(source, this.#options);
    const { kind, revision = null } = location;
    const inputs: InputFile[] = [];
    for (const path of await modelFiles(location)) {
      const name = kind === "gguf" ? source : `${source}/${basename(path)}`;
      inputs.push(await inputFile(path, { name, revision }));
    }
    return inputs;
  }

  async #text(
    corpus: string,
    split: "train" | "validation" | "test",
  ): Promise<readonly InputFile[]> {
    const source = await openText(corpus, { split, fetchFile: fetchDatasetFile });
    return await this.#once(`text ${source.name}`, () => textInputs(source));
  }

  #once(key: string, make: () => Promise<InputFile[]>): Promise<readonly InputFile[]> {
    const known = this.#known.get(key);
    if (known) return known;
    const made = make();
    this.#known.set(key, made);
    // What was not there may be there for the next run.
    made.catch(() => this.#known.delete(key));
    return made;
  }
}

async function textInputs(source: TextSource): Promise<InputFile[]> {
  const { name, revision = null } = source;
  const paths = await source.files?.();
  if (paths) return await Promise.all(paths.map((path) => inputFile(path, { name, revision })));
  const sha256 = createHash("sha256").update(await readText(source)).digest("hex");
  return [{ name, revision, sha256 }];
}
