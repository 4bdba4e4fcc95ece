/**
 * `deno task eval`: measures models, by the perplexity of a text, against another model, or by questions
 * with choices.
 *
 * @module
 */
import { newCommand, runCommand } from "./command.ts";
import { addDivergenceCommand } from "./eval_divergence.ts";
import { addChoicesCommand } from "./eval_choices.ts";
import { addPerplexityCommand } from "./eval_ppl.ts";

if (import.meta.main) {
  const command = newCommand("eval", "Measures models.");
  addPerplexityCommand(command);
  addDivergenceCommand(command);
  addChoicesCommand(command);
  Deno.exit(await runCommand(command, Deno.args));
}
