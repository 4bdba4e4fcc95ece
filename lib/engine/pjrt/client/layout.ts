/**
 * Where the fields of PJRT's structs lie, of pjrt_c_api.h 0.81 on a 64-bit machine.
 *
 * `size` is the `struct_size` that a caller gives; a field is `[offset, kind]`; `at` is where a
 * function's pointer lies in `PJRT_Api`. The two fields with which every struct begins,
 * `struct_size` and `extension_start`, are left out.
 * Written by `generate_layout.ts`; do not edit.
 *
 * @module
 */

/** The version of the header, major and minor. */
export const HEADER_VERSION = [0, 81] as const;

/** Where `PJRT_Api` holds its version. */
export const VERSION_AT = 16;

/** The functions that the client calls, by their names without `PJRT_`, and their arguments. */
export const CALLS = {
  Error_Destroy: { at: 40, size: 24, fields: { error: [16, "pointer"] } },
  Error_Message: {
    at: 48,
    size: 40,
    fields: { error: [16, "pointer"], message: [24, "pointer"], message_size: [32, "size_t"] },
  },
  Error_GetCode: { at: 56, size: 28, fields: { error: [16, "pointer"], code: [24, "int"] } },
  Plugin_Initialize: { at: 64, size: 16, fields: {} },
  Plugin_Attributes: {
    at: 72,
    size: 32,
    fields: { attributes: [16, "pointer"], num_attributes: [24, "size_t"] },
  },
  Event_Destroy: { at: 80, size: 24, fields: { event: [16, "pointer"] } },
  Event_Await: { at: 104, size: 24, fields: { event: [16, "pointer"] } },
  Client_Create: {
    at: 120,
    size: 88,
    fields: {
      create_options: [16, "pointer"],
      num_options: [24, "size_t"],
      kv_get_callback: [32, "pointer"],
      kv_get_user_arg: [40, "pointer"],
      kv_put_callback: [48, "pointer"],
      kv_put_user_arg: [56, "pointer"],
      client: [64, "pointer"],
      kv_try_get_callback: [72, "pointer"],
      kv_try_get_user_arg: [80, "pointer"],
    },
  },
  Client_Destroy: { at: 128, size: 24, fields: { client: [16, "pointer"] } },
  Client_PlatformName: {
    at: 136,
    size: 40,
    fields: {
      client: [16, "pointer"],
      platform_name: [24, "pointer"],
      platform_name_size: [32, "size_t"],
    },
  },
  Client_PlatformVersion: {
    at: 152,
    size: 40,
    fields: {
      client: [16, "pointer"],
      platform_version: [24, "pointer"],
      platform_version_size: [32, "size_t"],
    },
  },
  Client_AddressableDevices: {
    at: 168,
    size: 40,
    fields: {
      client: [16, "pointer"],
      addressable_devices: [24, "pointer"],
      num_addressable_devices: [32, "size_t"],
    },
  },
  Client_Compile: {
    at: 200,
    size: 56,
    fields: {
      client: [16, "pointer"],
      program: [24, "pointer"],
      compile_options: [32, "pointer"],
      compile_options_size: [40, "size_t"],
      executable: [48, "pointer"],
    },
  },
  Client_BufferFromHostBuffer: {
    at: 216,
    size: 120,
    fields: {
      client: [16, "pointer"],
      data: [24, "pointer"],
      type: [32, "int"],
      dims: [40, "pointer"],
      num_dims: [48, "size_t"],
      byte_strides: [56, "pointer"],
      num_byte_strides: [64, "size_t"],
      host_buffer_semantics: [72, "int"],
      device: [80, "pointer"],
      memory: [88, "pointer"],
      device_layout: [96, "pointer"],
      done_with_host_buffer: [104, "pointer"],
      buffer: [112, "pointer"],
    },
  },
  DeviceDescription_Id: {
    at: 224,
    size: 28,
    fields: { device_description: [16, "pointer"], id: [24, "int"] },
  },
  DeviceDescription_Kind: {
    at: 248,
    size: 40,
    fields: {
      device_description: [16, "pointer"],
      device_kind: [24, "pointer"],
      device_kind_size: [32, "size_t"],
    },
  },
  DeviceDescription_DebugString: {
    at: 256,
    size: 40,
    fields: {
      device_description: [16, "pointer"],
      debug_string: [24, "pointer"],
      debug_string_size: [32, "size_t"],
    },
  },
  Device_GetDescription: {
    at: 272,
    size: 32,
    fields: { device: [16, "pointer"], device_description: [24, "pointer"] },
  },
  Device_MemoryStats: {
    at: 312,
    size: 185,
    fields: {
      device: [16, "pointer"],
      bytes_in_use: [24, "int64_t"],
      peak_bytes_in_use: [32, "int64_t"],
      peak_bytes_in_use_is_set: [40, "bool"],
      num_allocs: [48, "int64_t"],
      num_allocs_is_set: [56, "bool"],
      largest_alloc_size: [64, "int64_t"],
      largest_alloc_size_is_set: [72, "bool"],
      bytes_limit: [80, "int64_t"],
      bytes_limit_is_set: [88, "bool"],
      bytes_reserved: [96, "int64_t"],
      bytes_reserved_is_set: [104, "bool"],
      peak_bytes_reserved: [112, "int64_t"],
      peak_bytes_reserved_is_set: [120, "bool"],
      bytes_reservable_limit: [128, "int64_t"],
      bytes_reservable_limit_is_set: [136, "bool"],
      largest_free_block_bytes: [144, "int64_t"],
      largest_free_block_bytes_is_set: [152, "bool"],
      pool_bytes: [160, "int64_t"],
      pool_bytes_is_set: [168, "bool"],
      peak_pool_bytes: [176, "int64_t"],
      peak_pool_bytes_is_set: [184, "bool"],
    },
  },
  Executable_Destroy: { at: 360, size: 24, fields: { executable: [16, "pointer"] } },
  Executable_Name: {
    at: 368,
    size: 40,
    fields: {
      executable: [16, "pointer"],
      executable_name: [24, "pointer"],
      executable_name_size: [32, "size_t"],
    },
  },
  Executable_NumOutputs: {
    at: 392,
    size: 32,
    fields: { executable: [16, "pointer"], num_outputs: [24, "size_t"] },
  },
  Executable_Serialize: {
    at: 432,
    size: 56,
    fields: {
      executable: [16, "pointer"],
      serialized_bytes: [24, "pointer"],
      serialized_bytes_size: [32, "size_t"],
      serialized_executable: [40, "pointer"],
      serialized_executable_deleter: [48, "pointer"],
    },
  },
  Executable_OutputElementTypes: {
    at: 760,
    size: 40,
    fields: {
      executable: [16, "pointer"],
      output_types: [24, "pointer"],
      num_output_types: [32, "size_t"],
    },
  },
  Executable_OutputDimensions: {
    at: 768,
    size: 48,
    fields: {
      executable: [16, "pointer"],
      num_outputs: [24, "size_t"],
      dims: [32, "pointer"],
      dim_sizes: [40, "pointer"],
    },
  },
  Executable_GetCompiledMemoryStats: {
    at: 808,
    size: 112,
    fields: {
      executable: [16, "pointer"],
      generated_code_size_in_bytes: [24, "int64_t"],
      argument_size_in_bytes: [32, "int64_t"],
      output_size_in_bytes: [40, "int64_t"],
      alias_size_in_bytes: [48, "int64_t"],
      temp_size_in_bytes: [56, "int64_t"],
      host_generated_code_size_in_bytes: [64, "int64_t"],
      host_argument_size_in_bytes: [72, "int64_t"],
      host_output_size_in_bytes: [80, "int64_t"],
      host_alias_size_in_bytes: [88, "int64_t"],
      host_temp_size_in_bytes: [96, "int64_t"],
      peak_memory_in_bytes: [104, "int64_t"],
    },
  },
  LoadedExecutable_Destroy: { at: 440, size: 24, fields: { executable: [16, "pointer"] } },
  LoadedExecutable_GetExecutable: {
    at: 448,
    size: 32,
    fields: { loaded_executable: [16, "pointer"], executable: [24, "pointer"] },
  },
  LoadedExecutable_Execute: {
    at: 480,
    size: 80,
    fields: {
      executable: [16, "pointer"],
      options: [24, "pointer"],
      argument_lists: [32, "pointer"],
      num_devices: [40, "size_t"],
      num_args: [48, "size_t"],
      output_lists: [56, "pointer"],
      device_complete_events: [64, "pointer"],
      execute_device: [72, "pointer"],
    },
  },
  Executable_DeserializeAndLoad: {
    at: 488,
    size: 64,
    fields: {
      client: [16, "pointer"],
      serialized_executable: [24, "pointer"],
      serialized_executable_size: [32, "size_t"],
      loaded_executable: [40, "pointer"],
      overridden_serialized_compile_options: [48, "pointer"],
      overridden_serialized_compile_options_size: [56, "size_t"],
    },
  },
  Buffer_Destroy: { at: 504, size: 24, fields: { buffer: [16, "pointer"] } },
  Buffer_ToHostBuffer: {
    at: 600,
    size: 56,
    fields: {
      src: [16, "pointer"],
      host_layout: [24, "pointer"],
      dst: [32, "pointer"],
      dst_size: [40, "size_t"],
      event: [48, "pointer"],
    },
  },
} as const;

/** The other structs, by their names without `PJRT_`. */
export const STRUCTS = {
  Api_Version: { size: 24, fields: { major_version: [16, "int"], minor_version: [20, "int"] } },
  Buffer_MemoryLayout: {
    size: 76,
    fields: { tiled: [16, "struct"], strides: [16, "struct"], type: [72, "int"] },
  },
  Buffer_MemoryLayout_Tiled: {
    size: 56,
    fields: {
      minor_to_major: [16, "pointer"],
      minor_to_major_size: [24, "size_t"],
      tile_dims: [32, "pointer"],
      tile_dim_sizes: [40, "pointer"],
      num_tiles: [48, "size_t"],
    },
  },
  ExecuteOptions: {
    size: 112,
    fields: {
      send_callbacks: [16, "pointer"],
      recv_callbacks: [24, "pointer"],
      num_send_ops: [32, "size_t"],
      num_recv_ops: [40, "size_t"],
      launch_id: [48, "int"],
      non_donatable_input_indices: [56, "pointer"],
      num_non_donatable_input_indices: [64, "size_t"],
      context: [72, "pointer"],
      call_location: [80, "pointer"],
      num_tasks: [88, "size_t"],
      task_ids: [96, "pointer"],
      incarnation_ids: [104, "pointer"],
    },
  },
  NamedValue: {
    size: 56,
    fields: {
      name: [16, "pointer"],
      name_size: [24, "size_t"],
      type: [32, "int"],
      string_value: [40, "pointer"],
      int64_value: [40, "int64_t"],
      int64_array_value: [40, "pointer"],
      float_value: [40, "float"],
      bool_value: [40, "bool"],
      value_size: [48, "size_t"],
    },
  },
  Program: {
    size: 48,
    fields: {
      code: [16, "pointer"],
      code_size: [24, "size_t"],
      format: [32, "pointer"],
      format_size: [40, "size_t"],
    },
  },
} as const;
