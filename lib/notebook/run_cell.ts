import { CellOutputs, type Displays, MARK_TYPE } from "./cell_outputs.ts";
import type { KernelMessage } from "./kernel_session.ts";
import type { Output } from "./notebook.ts";

/** What is needed of a kernel to run a cell. */
export interface CellKernel {
  /** Asks the kernel to run code; returns the id that its messages carry. */
  request(code: string, options?: { readonly silent?: boolean }): Promise<number>;
  /** The next message. */
  next(): Promise<KernelMessage>;
}

/** What a cell came to. */
export interface CellRun {
  readonly executionCount: number | null;
  readonly outputs: Output[];
  /** What went wrong. */
  readonly error?: string;
}

type Way = "stdout" | "stderr" | "display";

/**
 * Runs a cell and waits for all of its outputs.
 *
 * Deno's kernel says that a cell is done while outputs still wait in queues of its own, some under the
 * name of the next request. So a mark is sent after them on each way; when all marks are back, so is
 * everything before them.
 */
export async function runCell(
  kernel: CellKernel,
  code: string,
  displays: Displays = new Map(),
): Promise<CellRun> {
  const outputs = new CellOutputs(displays);
  const cell = await kernel.request(code);
  let executionCount: number | null = null;
  let reply: KernelMessage["content"] | undefined;
  let mark: { readonly text: string; readonly id: number } | undefined;
  const open = new Set<Way>(["stdout", "stderr", "display"]);
  while (!reply || open.size > 0) {
    const { id, channel, type, content } = await kernel.next();
    if (id !== cell && id !== mark?.id) continue;
    if (channel === "shell") {
      if (id === cell && type === "execute_reply") reply = content;
    } else if (type === "execute_input") {
      if (id === cell) executionCount = content["execution_count"] as number;
    } else if (type === "status") {
      if (content["execution_state"] === "idle") mark ??= await sendMark(kernel);
    } else outputs.take({ type, content });
    if (!mark) continue;
    for (const way of open) if (outputs.takeMark(way, mark.text)) open.delete(way);
  }
  const error = errorOf(reply, outputs);
  return { executionCount, outputs: outputs.outputs, ...(error !== undefined && { error }) };
}

async function sendMark(kernel: CellKernel): Promise<{ text: string; id: number }> {
  const text = `mark-${crypto.randomUUID()}`;
  const content = { data: { [MARK_TYPE]: text }, metadata: {}, transient: {} };
  const code = `console.log("${text}"); console.error("${text}"); ` +
    `await Deno.jupyter.broadcast("display_data", ${JSON.stringify(content)}); undefined`;
  return { text, id: await kernel.request(code, { silent: true }) };
}

// A cell that cannot be parsed fails in the reply only.
function errorOf(reply: KernelMessage["content"], outputs: CellOutputs): string | undefined {
  const thrown = outputs.outputs.find((output) => output.output_type === "error");
  if (thrown) return `${thrown.ename}: ${thrown.evalue}`;
  if (reply["status"] === "ok") return undefined;
  const evalue = "the kernel refuses the cell without a reason, as it does with a syntax error";
  outputs.fail({ ename: "SyntaxError", evalue, traceback: [] });
  return evalue;
}
