import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { TensorType } from "./tensor_type.ts";

/** Options for compiling a program. */
export interface PjrtCompileOptions {
  /** Passes of XLA that are left out, for example `cse_barrier_expander`. */
  readonly disablePasses?: readonly string[];
  /** A folder that XLA's own dump of this program goes to: what it optimized, how it placed buffers. */
  readonly dumpTo?: string;
  /** The inputs that the program expects, for the check of every run; without it only bytes count. */
  readonly signature?: readonly TensorType[];
  /** Words in the message of a failure that is meant to come: such a program is not kept. */
  readonly expectedFailure?: string;
  /** Whether the compile only asks whether it fails: no such program is kept. */
  readonly isProbe?: boolean;
}

// Field numbers of compile_options.proto: CompileOptionsProto, ExecutableBuildOptionsProto and
// OptionOverrideProto.
const EXECUTABLE_BUILD_OPTIONS = 3;
const DEVICE_ORDINAL = 1;
const NUM_REPLICAS = 4;
const NUM_PARTITIONS = 5;
const ENV_OPTION_OVERRIDES = 7;
const STRING_FIELD = 1;
const BOOL_FIELD = 2;

/** Writes the bytes of a `CompileOptionsProto`: one device, and XLA's flags for this program. */
export function compileOptionsProto(
  options: PjrtCompileOptions,
  platform: string,
): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writer.tag(EXECUTABLE_BUILD_OPTIONS, WireType.LengthDelimited).fork();
  writer.tag(DEVICE_ORDINAL, WireType.Varint).int64(-1);
  writer.tag(NUM_REPLICAS, WireType.Varint).int64(1);
  writer.tag(NUM_PARTITIONS, WireType.Varint).int64(1);
  writer.join();
  for (const [flag, value] of xlaFlags(options, platform)) writeFlag(writer, flag, value);
  return writer.finish();
}

function xlaFlags(
  { disablePasses = [], dumpTo }: PjrtCompileOptions,
  platform: string,
): [string, string | boolean][] {
  // Also where there are none: else passes count that XLA_FLAGS leaves out, as TensorFlow's start has it.
  const flags: [string, string | boolean][] = [["xla_disable_hlo_passes", disablePasses.join(",")]];
  // Its default lets maximum and minimum lose a NaN, on one side or the other.
  if (platform === "cpu") flags.push(["xla_cpu_enable_fast_min_max", false]);
  if (dumpTo !== undefined) flags.push(["xla_dump_to", dumpTo], ["xla_dump_hlo_as_text", true]);
  return flags;
}

// An entry of a map from the flag's name to an OptionOverrideProto.
function writeFlag(writer: BinaryWriter, flag: string, value: string | boolean) {
  writer.tag(ENV_OPTION_OVERRIDES, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.LengthDelimited).string(flag);
  writer.tag(2, WireType.LengthDelimited).fork();
  if (typeof value === "boolean") writer.tag(BOOL_FIELD, WireType.Varint).bool(value);
  else writer.tag(STRING_FIELD, WireType.LengthDelimited).string(value);
  writer.join();
  writer.join();
}
