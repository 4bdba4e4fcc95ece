import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import { FileFormatError, quoted } from "../io/errors.ts";
import type { ChatMessage, ChatTemplateOptions } from "./tokenizer.ts";

/** The parts of a {@linkcode ChatTemplate}. */
export interface ChatTemplateParts {
  /** The template in Jinja. */
  source: string;
  /** The file that it comes from, for messages. */
  path: string;
  /** The words of the BOS token, as the template's `bos_token`. */
  bosToken: string | undefined;
  /** The words of the EOS token, as the template's `eos_token`. */
  eosToken: string | undefined;
}

// The longest published templates (tool use, many branches) have about 20 kB.
const MAX_TEMPLATE_LENGTH = 1 << 20;
// Templates use range() over messages; a hostile one could ask for 10^9 items.
const MAX_RANGE = 10_000;

type Program = ReturnType<typeof parse>;

/**
 * A conversation's form, written in Jinja in a model's files.
 *
 * `strftime_now` is not defined, so that a prompt never depends on the day: templates that ask whether
 * it is defined, as those of LLaMA 3 do, then take their own fixed date. Give `date_string` or
 * `strftime_now` as variables for another one.
 */
export class ChatTemplate {
  #parts: ChatTemplateParts;
  #program: Program | undefined;

  constructor(parts: ChatTemplateParts) {
    this.#parts = parts;
  }

  /**
   * Writes a conversation.
   *
   * @throws {FileFormatError} If the template cannot be parsed, or refuses the conversation.
   */
  render(
    messages: readonly ChatMessage[],
    { addGenerationPrompt = false, variables = {} }: ChatTemplateOptions = {},
  ): string {
    const { bosToken, eosToken } = this.#parts;
    try {
      this.#program ??= parseTemplate(this.#parts.source);
      return run(this.#program, {
        ...variables,
        messages: messages.map(({ role, content }) => ({ role, content })),
        add_generation_prompt: addGenerationPrompt,
        bos_token: bosToken ?? "",
        eos_token: eosToken ?? "",
      });
    } catch (cause) {
      throw new FileFormatError(this.#parts.path, {
        where: "the chat template",
        expected: "a template that takes this conversation",
        found: quoted(cause instanceof Error ? cause.message : String(cause)),
      }, { cause });
    }
  }
}

function parseTemplate(source: string): Program {
  if (source.length > MAX_TEMPLATE_LENGTH) {
    throw new RangeError(`The template has ${source.length} characters: the limit is 2^20`);
  }
  return parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
}

// The library's own `render` gives templates its unbounded range(), which it does not let us replace.
function run(program: Program, variables: Record<string, unknown>): string {
  const environment = new Environment();
  for (const [name, value] of Object.entries({ ...GLOBALS, ...variables })) {
    environment.set(name, value);
  }
  const { value } = new Interpreter(environment).run(program);
  if (typeof value !== "string") throw new TypeError("The template did not give a text");
  return value;
}

const GLOBALS = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  range,
  raise_exception: (message: unknown): never => {
    throw new Error(String(message));
  },
};

function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const count = Math.max(0, Math.ceil((to - from) / step));
  if (!(count <= MAX_RANGE)) throw new RangeError(`range() of more than ${MAX_RANGE} items`);
  return Array.from({ length: count }, (_, index) => from + index * step);
}
