import type { Command } from "commander";
import type { TextSource } from "../../mod.ts";
import { type ModelOptions, type RunnableModel, startWithModel } from "./model_command.ts";
import { ProgressBar, type ProgressState } from "./progress_bar.ts";
import { openTextOf, protocolOf, type TextOptions } from "./text_options.ts";

/** What commands that measure a model on a text share. */
export interface MeasureOnTextOptions extends ModelOptions, TextOptions {}

/** What a measurement is called with, besides its model and text. */
export type MeasureSettings = ReturnType<typeof protocolOf> & {
  readonly onProgress: (progress: ProgressState) => void;
};

/**
 * Starts the engine, loads the model and measures it on the text, with progress on a bar.
 *
 * @throws {RangeError} If an option is not as it should be.
 * @throws What measuring throws.
 */
export async function measureOnText<Result>(
  options: MeasureOnTextOptions,
  command: Command,
  measure: (model: RunnableModel, text: TextSource, settings: MeasureSettings) => Promise<Result>,
): Promise<Result> {
  using bar = new ProgressBar();
  // Before the model is loaded, so that a mistyped name shows at once.
  const text = await openTextOf(options, command);
  using model = await startWithModel(options, bar);
  return await measure(model, text, {
    ...protocolOf(options),
    onProgress: bar.update.bind(bar),
  });
}
