/**
 * TensorFlow's shared libraries, found on the machine or fetched into a cache. Nothing is loaded here.
 *
 * @module
 */
export type { FetchProgress, FetchStepOptions } from "../../io/pip/fetch_progress.ts";
export { findLibrary, type FindLibraryOptions } from "./find_library.ts";
export {
  LibraryUnavailableError,
  type LibraryUnavailableErrorOptions,
} from "./library_unavailable_error.ts";
export { type Machine, thisMachine } from "./machine.ts";
export type { SourceReport, TensorflowLibrary } from "./tensorflow_library.ts";
export {
  hasVectorWidthFlag,
  isSupportedVersion,
  requireSupportedVersion,
  supportedVersions,
} from "./version.ts";
export {
  platformWheel,
  type PlatformWheelOptions,
  type TensorflowWheel,
  wheels,
} from "./wheels.ts";
