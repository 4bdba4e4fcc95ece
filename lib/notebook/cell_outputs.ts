import type { KernelMessage } from "./kernel_session.ts";
import type { DisplayOutput, MimeBundle, Output, ResultOutput } from "./notebook.ts";

/** The type under which a mark travels among displays. */
export const MARK_TYPE = "application/x-qatlab-mark";

type Shown = DisplayOutput | ResultOutput;

/** Outputs that can be updated from later cells, by the ids that the code gave them. */
export type Displays = Map<string, Shown[]>;

/** Collects the outputs of one cell as its messages come. */
export class CellOutputs {
  readonly #displays: Displays;
  #outputs: Output[] = [];

  /** Takes the displays of the whole notebook. */
  constructor(displays: Displays = new Map()) {
    this.#displays = displays;
  }

  /** The outputs so far. */
  get outputs(): Output[] {
    return this.#outputs;
  }

  /** Takes a message; passes over kinds that are no output. */
  take({ type, content }: Pick<KernelMessage, "type" | "content">): void {
    switch (type) {
      case "stream":
        return this.#print(String(content["name"]), String(content["text"]));
      case "display_data":
      case "update_display_data":
      case "execute_result":
        return this.#show(type, content);
      case "error":
        return this.fail({
          ename: String(content["ename"]),
          evalue: String(content["evalue"]),
          traceback: (content["traceback"] as unknown[] | undefined)?.map(String) ?? [],
        });
      case "clear_output":
        this.#outputs = [];
    }
  }

  /** Adds an error. */
  fail(error: { ename: string; evalue: string; traceback: readonly string[] }): void {
    this.#outputs.push({ output_type: "error", ...error });
  }

  /** Takes a mark out of the outputs of a way, if it has come there. */
  takeMark(way: "stdout" | "stderr" | "display", mark: string): boolean {
    const index = this.#outputs.findIndex((output) =>
      way === "display"
        ? output.output_type === "display_data" && output.data[MARK_TYPE] === mark
        : output.output_type === "stream" && output.name === way && output.text.includes(mark)
    );
    const output = this.#outputs[index];
    if (output === undefined) return false;
    if (output.output_type === "stream") output.text = output.text.replace(`${mark}\n`, "");
    if (output.output_type !== "stream" || output.text === "") this.#outputs.splice(index, 1);
    return true;
  }

  // One text a stream: the kernel cuts what is printed into pieces as time has it.
  #print(name: string, text: string): void {
    for (const output of this.#outputs) {
      if (output.output_type !== "stream" || output.name !== name) continue;
      output.text += text;
      return;
    }
    this.#outputs.push({ output_type: "stream", name, text });
  }

  #show(type: string, content: KernelMessage["content"]): void {
    const data = (content["data"] ?? {}) as MimeBundle;
    const metadata = (content["metadata"] ?? {}) as Record<string, unknown>;
    const transient = content["transient"] as { display_id?: string } | null | undefined;
    const known = this.#displays.get(transient?.display_id ?? "") ?? [];
    for (const output of known) Object.assign(output, { data, metadata });
    if (type === "update_display_data") return;
    const output: Shown = type === "display_data"
      ? { output_type: "display_data", data, metadata }
      : {
        output_type: "execute_result",
        execution_count: (content["execution_count"] ?? null) as number | null,
        data,
        metadata,
      };
    this.#outputs.push(output);
    if (transient?.display_id) this.#displays.set(transient.display_id, [...known, output]);
  }
}
