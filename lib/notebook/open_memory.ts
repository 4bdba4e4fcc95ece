import type { Figure } from "../figures/figure.ts";
import { memoryTable, type TableBlock } from "../report/mod.ts";
import { type MemoryBasis, type MemoryProfileRow, readMemory } from "../results/mod.ts";
import type { Missing } from "./missing.ts";
import { resultsFolder, type ResultsFolderOptions, whatIsThere } from "./results_folder.ts";

/** What there is of a study of memory: each part as `show` takes it or, without results, what makes them. */
export class MemoryView {
  readonly #name: string;
  /** The rows of all steps on all bases. */
  readonly rows: readonly MemoryProfileRow[];

  /** Takes a study's name and rows together. */
  constructor(name: string, rows: readonly MemoryProfileRow[]) {
    this.#name = name;
    this.rows = rows;
  }

  /** The published numbers, the papers' stack, and ours. */
  table(): TableBlock | Missing {
    return this.rows.length > 0 ? memoryTable(this.rows) : this.#missing();
  }

  /** A figure of the rows of one basis, if there are any. */
  figure(
    basis: MemoryBasis,
    draw: (rows: readonly MemoryProfileRow[]) => Figure,
  ): Figure | Missing {
    const own = this.rows.filter((row) => row.basis === basis);
    return own.length > 0 ? draw(own) : this.#missing();
  }

  #missing(): Missing {
    const command = `deno task memory --study ${this.#name} --output results`;
    return { missing: `No results of ${this.#name} yet: ${command} makes them` };
  }
}

/**
 * Opens what `deno task memory --study` has left of a study of memory. A study without results is open too.
 *
 * @throws {SchemaVersionError} If the results are of another version.
 * @throws {FileFormatError} If the file is damaged.
 */
export async function openMemory(
  { name }: { readonly name: string },
  options: ResultsFolderOptions = {},
): Promise<MemoryView> {
  const folder = resultsFolder(`memory/${name}`, options);
  return new MemoryView(name, await whatIsThere(() => readMemory(folder)) ?? []);
}
