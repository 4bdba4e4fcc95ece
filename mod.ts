/**
 * qatlab: quantization-aware training of language models through low-rank adapters, on TF.js.
 *
 * @module
 */
export * as engine from "./lib/engine/mod.ts";
export { tf } from "./lib/engine/tf.ts";
export { type AlpacaRecord, alpacaRecords } from "./lib/data/alpaca.ts";
export { type ChoiceQuestion, choiceQuestions } from "./lib/data/choice_questions.ts";
export { fetchDatasetFile } from "./lib/data/fetch_dataset_file.ts";
export { CORPUS_NAMES, openText, type OpenTextOptions } from "./lib/data/open_text.ts";
export { readText, type TextSource } from "./lib/data/text_source.ts";
export type { Tokenizer } from "./lib/data/tokenizer.ts";
export {
  perplexity,
  type PerplexityOptions,
  type PerplexityProgress,
  type PerplexityResult,
} from "./lib/eval/perplexity.ts";
export {
  divergence,
  type DivergenceOptions,
  type DivergenceProgress,
  type DivergenceResult,
} from "./lib/eval/divergence.ts";
export {
  multipleChoice,
  type MultipleChoiceOptions,
  type MultipleChoiceProgress,
  type MultipleChoiceResult,
  type Share,
} from "./lib/eval/multiple_choice.ts";
export { BOS_PLACES, type BosPlace, type PerplexityProtocol } from "./lib/eval/protocol.ts";
export { writeFileAtomic } from "./lib/io/atomic.ts";
export type { ProgressStream } from "./lib/io/progress_stream.ts";
export * as figures from "./lib/figures/mod.ts";
export { loadQuantizedModel } from "./lib/methods/load_quantized.ts";
export { mergeModel, type MergeOptions } from "./lib/methods/merge.ts";
export { prepare, type PrepareOptions } from "./lib/methods/prepare.ts";
export type { PreparedModel } from "./lib/methods/prepared_model.ts";
export { saveQuantizedModel } from "./lib/methods/quantized_file.ts";
export { quantizedSource } from "./lib/methods/quantized_source.ts";
export { QuantizedModel } from "./lib/methods/quantized_model.ts";
export { methodNamed, METHODS } from "./lib/methods/registry.ts";
export type { Linear } from "./lib/model/linear.ts";
export type { LlamaConfig } from "./lib/model/config.ts";
export {
  generate,
  type GeneratedToken,
  type GenerateOptions,
  type GeneratingModel,
} from "./lib/model/generate.ts";
export { type LlamaModel, loadModel } from "./lib/model/load_model.ts";
export { loadModelTokenizer } from "./lib/model/load_model_tokenizer.ts";
export {
  isModelAtHand,
  type LoadProgress,
  type LocateModelOptions,
} from "./lib/model/locate_model.ts";
export { saveModel, type SaveModelOptions } from "./lib/model/save_model.ts";
export { nearestNames } from "./lib/data/nearest_name.ts";
export {
  type CellFault,
  checkCells,
  checkNotebooks,
  gapsOf,
  jupyterPackages,
  JupyterUnavailableError,
  type MemoryView,
  type Missing,
  type Notebook,
  openMemory,
  openStudy,
  type OpenStudyOptions,
  readNotebook,
  runNotebook,
  show,
  type Showable,
  type ShowOptions,
  type StopButton,
  stopButton,
  type StudyView,
  type TableRow,
  writeNotebook,
} from "./lib/notebook/mod.ts";
export * as memory from "./lib/memory/mod.ts";
export * as report from "./lib/report/mod.ts";
export {
  bestRates,
  codeState,
  type MemoryOrigin,
  type MemoryProfileRow,
  openMemoryRows,
  type PastRuns,
  pastRuns,
  readMemory,
  readResults,
  type RunRow,
  type StudyResults,
} from "./lib/results/mod.ts";
export { isOpenRun, type OpenRunOptions } from "./lib/study/open_run.ts";
export { parseOverrides } from "./lib/study/overrides.ts";
export type { RunSpec } from "./lib/study/run_spec.ts";
export { stepOfRun } from "./lib/study/run_step.ts";
export {
  type Place,
  type PlannedRun,
  planStudy,
  type Profile,
  PROFILES,
  type Study,
} from "./lib/study/study.ts";
export { sweep, type SweepEvent, type SweepOptions } from "./lib/study/sweep.ts";
export { modelCard, type ModelCardFacts } from "./lib/study/model_card.ts";
export {
  pretrain,
  type Pretraining,
  type PretrainingRecipe,
  type PretrainOptions,
} from "./lib/study/pretrain.ts";
export type { TrainEvent, TrainSink } from "./lib/train/events.ts";
export type { OptimizerOptions } from "./lib/train/optimizer.ts";
export type { TrainOptions } from "./lib/train/run_options.ts";
export { ArrowCurve } from "./lib/train/sinks/arrow_curve.ts";
export { JsonLines } from "./lib/train/sinks/json_lines.ts";
export { LiveFigure } from "./lib/train/sinks/live_figure.ts";
export { pipe } from "./lib/train/sinks/pipe.ts";
export { ProgressLine } from "./lib/train/sinks/progress_line.ts";
export { TensorBoard } from "./lib/train/sinks/tensorboard.ts";
export { train } from "./lib/train/train.ts";
export type { Trainee } from "./lib/model/trainee.ts";
export {
  type InstructionTasks,
  instructionTasks,
  type InstructionTasksOptions,
} from "./lib/train/instruction_data.ts";
export { packedText, type TrainingData } from "./lib/train/training_data.ts";
export { type WholeModel, wholeModel } from "./lib/train/whole_model.ts";
