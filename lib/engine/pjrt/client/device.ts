import type { PjrtApi } from "./api.ts";
import { textAt } from "./native_memory.ts";
import { PjrtError } from "./pjrt_error.ts";

/** What a device's allocator says of its memory. */
export interface PjrtMemoryStats {
  /** Bytes that are in use now. */
  readonly bytesInUse: number;
  /** The most bytes that were in use at a time, if the device counts them. */
  readonly peakBytesInUse: number | undefined;
  /** Bytes that this process may use, if there is a limit. */
  readonly bytesLimit: number | undefined;
  /** Bytes of the largest piece that is free, if the device knows it. */
  readonly largestFreeBytes: number | undefined;
}

/** A device that programs can run on. */
export class PjrtDevice {
  readonly #api: PjrtApi;
  /** The address of the plugin's device. */
  readonly address: bigint;
  /** The plugin's number of the device. */
  readonly id: number;
  /** What it is, for example `NVIDIA H100 80GB HBM3`. */
  readonly kind: string;
  /** What the plugin says of it for debugging. */
  readonly description: string;

  /** Wraps a device of a running client. */
  constructor(api: PjrtApi, address: bigint) {
    this.#api = api;
    this.address = address;
    const description = api.call("Device_GetDescription", { device: address })
      .address("device_description");
    const values = { device_description: description };
    this.id = api.call("DeviceDescription_Id", values).number("id");
    const kind = api.call("DeviceDescription_Kind", values);
    this.kind = textAt(kind.address("device_kind"), kind.number("device_kind_size"));
    const text = api.call("DeviceDescription_DebugString", values);
    this.description = textAt(text.address("debug_string"), text.number("debug_string_size"));
  }

  /** What the device says of its memory now, `undefined` where it counts nothing. */
  memoryStats(): PjrtMemoryStats | undefined {
    try {
      const stats = this.#api.call("Device_MemoryStats", { device: this.address });
      return {
        bytesInUse: stats.number("bytes_in_use"),
        peakBytesInUse: stats.number("peak_bytes_in_use_is_set")
          ? stats.number("peak_bytes_in_use")
          : undefined,
        bytesLimit: stats.number("bytes_limit_is_set") ? stats.number("bytes_limit") : undefined,
        largestFreeBytes: stats.number("largest_free_block_bytes_is_set")
          ? stats.number("largest_free_block_bytes")
          : undefined,
      };
    } catch (error) {
      if (error instanceof PjrtError && error.code === "unimplemented") return undefined;
      throw error;
    }
  }
}
