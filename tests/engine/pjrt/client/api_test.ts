import { assertEquals, assertThrows } from "@std/assert";
import { CALLS } from "../../../../lib/engine/pjrt/client/layout.ts";
import { wrapTable } from "../../../../lib/engine/pjrt/client/load_plugin.ts";
import { PjrtDevice } from "../../../../lib/engine/pjrt/client/device.ts";
import { PjrtError } from "../../../../lib/engine/pjrt/client/pjrt_error.ts";
import { type FakeCall, FakePlugin } from "./fake_plugin.ts";

const MESSAGE = new TextEncoder().encode("no memory left.\n");
const ERROR = 99n;

/** How a fake plugin reports out-of-memory errors, and how often they were freed. */
function errorCalls(freed: { count: number }): Record<string, FakeCall> {
  return {
    Error_Message: (args) => {
      const { message, message_size } = CALLS.Error_Message.fields;
      const address = Deno.UnsafePointer.value(Deno.UnsafePointer.of(MESSAGE));
      args.setBigUint64(message[0], address, true);
      args.setBigUint64(message_size[0], BigInt(MESSAGE.length), true);
      return 0n;
    },
    Error_GetCode: (args) => {
      args.setInt32(CALLS.Error_GetCode.fields.code[0], 8, true);
      return 0n;
    },
    Error_Destroy: (args) => {
      assertEquals(args.getBigUint64(CALLS.Error_Destroy.fields.error[0], true), ERROR);
      freed.count++;
      return 0n;
    },
  };
}

Deno.test("A plugin of another major version is refused by both versions", () => {
  using plugin = new FakePlugin({ version: [1, 3] });
  const error = assertThrows(() => wrapTable(plugin.table, "new.so"), PjrtError);
  assertEquals(
    error.message,
    "Cannot use the plugin new.so: its API has version 1.3, but 0.x is needed: " +
      "install another version of the plugin",
  );
});

Deno.test("A plugin that is too old for a call says which", () => {
  const { at } = CALLS.Executable_GetCompiledMemoryStats;
  using plugin = new FakePlugin({ version: [0, 30], size: at });
  const { api } = wrapTable(plugin.table, "old.so");
  const error = assertThrows(
    () => api.call("Executable_GetCompiledMemoryStats"),
    PjrtError,
    "The plugin is too old: it has no function PJRT_Executable_GetCompiledMemoryStats",
  );
  assertEquals(error.code, "unimplemented");
});

Deno.test("A plugin's error comes with code, call and message, and is freed", () => {
  const freed = { count: 0 };
  using plugin = new FakePlugin({
    version: [0, 81],
    calls: { ...errorCalls(freed), Client_Compile: () => ERROR },
  });
  const { api } = wrapTable(plugin.table, "fake.so");
  const error = assertThrows(() => api.call("Client_Compile"), PjrtError);
  assertEquals([error.code, error.call, error.message], [
    "out of memory",
    "Client_Compile",
    "no memory left",
  ]);
  assertEquals(freed.count, 1);
});

Deno.test("memoryStats() gives what the device counts, and nothing for what it does not", () => {
  const stats = CALLS.Device_MemoryStats.fields;
  using plugin = new FakePlugin({
    version: [0, 81],
    calls: {
      Device_GetDescription: () => 0n,
      DeviceDescription_Id: () => 0n,
      DeviceDescription_Kind: () => 0n,
      DeviceDescription_DebugString: () => 0n,
      Device_MemoryStats: (args) => {
        args.setBigInt64(stats.bytes_in_use[0], 3n << 33n, true);
        args.setBigInt64(stats.peak_bytes_in_use[0], 4n << 33n, true);
        args.setUint8(stats.peak_bytes_in_use_is_set[0], 1);
        args.setBigInt64(stats.bytes_limit[0], 5n << 33n, true);
        return 0n;
      },
    },
  });
  const device = new PjrtDevice(wrapTable(plugin.table, "fake.so").api, 1n);
  assertEquals(device.memoryStats(), {
    bytesInUse: 3 * 2 ** 33,
    peakBytesInUse: 4 * 2 ** 33,
    bytesLimit: undefined,
    largestFreeBytes: undefined,
  });
});
