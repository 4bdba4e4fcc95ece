import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { Device } from "../device.ts";
import { textAt } from "./c_text.ts";
import { Status } from "./status.ts";
import type { Tensorflow } from "./symbols.ts";

// From TensorFlow's config.proto: the fields of ConfigProto and GPUOptions that the engine sets.
const INTRA_OP_THREADS = 2;
const INTER_OP_THREADS = 5;
const GPU_OPTIONS = 6;
const ALLOW_SOFT_PLACEMENT = 7;
const GPU_ALLOW_GROWTH = 4;

// Inputs are copied in silence to the device where an op runs.
const PLACEMENT_SILENT = 2;

/** How a context is made. */
export interface ContextOptions {
  /** Threads that one op may use. */
  readonly threads: number;
}

/** TensorFlow's eager context with its status and devices. */
export interface Context {
  readonly pointer: Deno.PointerValue;
  readonly status: Status;
  readonly devices: readonly Device[];
}

/**
 * Makes the eager context of the process.
 *
 * @throws {TensorflowError} If TensorFlow cannot, for example for want of a working GPU driver.
 */
export function makeContext(library: Tensorflow, options: ContextOptions): Context {
  const { core } = library;
  const status = new Status(library);
  const contextOptions = core.TFE_NewContextOptions();
  try {
    const config = configProto(options);
    core.TFE_ContextOptionsSetConfig(
      contextOptions,
      config,
      BigInt(config.byteLength),
      status.pointer,
    );
    status.check(() => "Cannot configure TensorFlow");
    core.TFE_ContextOptionsSetDevicePlacementPolicy(contextOptions, PLACEMENT_SILENT);
    const pointer = core.TFE_NewContext(contextOptions, status.pointer);
    status.check(() => "Cannot start TensorFlow");
    return { pointer, status, devices: listDevices(library, pointer, status) };
  } finally {
    core.TFE_DeleteContextOptions(contextOptions);
  }
}

function configProto({ threads }: ContextOptions): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writer.uint32(INTRA_OP_THREADS << 3).int32(threads);
  // Traced functions are one XLA executable; a second pool would only compete for the cores.
  writer.uint32(INTER_OP_THREADS << 3).int32(1);
  writer.uint32(GPU_OPTIONS << 3 | 2).fork();
  writer.uint32(GPU_ALLOW_GROWTH << 3).bool(true).join();
  writer.uint32(ALLOW_SOFT_PLACEMENT << 3).bool(true);
  return writer.finish();
}

function listDevices(library: Tensorflow, context: Deno.PointerValue, status: Status): Device[] {
  const { core } = library;
  const list = core.TFE_ContextListDevices(context, status.pointer);
  status.check(() => "Cannot list TensorFlow's devices");
  const devices = Array.from({ length: core.TF_DeviceListCount(list) }, (_, i) => ({
    name: textAt(core.TF_DeviceListName(list, i, status.pointer)),
    type: textAt(core.TF_DeviceListType(list, i, status.pointer)),
  }));
  core.TF_DeleteDeviceList(list);
  return devices;
}
