/**
 * Writes `layout.ts` from a plugin's `pjrt_c_api.h`, with the C compiler as the judge of offsets.
 *
 * ```sh
 * deno run --allow-read --allow-write --allow-run=cc lib/engine/pjrt/client/generate_layout.ts folder/pjrt_c_api.h
 * ```
 *
 * @module
 */
import { join, resolve } from "node:path";

/** The functions that the client calls; each takes a struct of its own, `PJRT_NAME_Args`. */
const FUNCTIONS = `
Error_Destroy Error_Message Error_GetCode Plugin_Initialize Plugin_Attributes Event_Destroy
Event_Await Client_Create Client_Destroy Client_PlatformName Client_PlatformVersion
Client_AddressableDevices Client_Compile Client_BufferFromHostBuffer DeviceDescription_Id
DeviceDescription_Kind DeviceDescription_DebugString Device_GetDescription Device_MemoryStats
Executable_Destroy Executable_Name Executable_NumOutputs Executable_Serialize Executable_OutputElementTypes
Executable_OutputDimensions Executable_GetCompiledMemoryStats LoadedExecutable_Destroy
LoadedExecutable_GetExecutable LoadedExecutable_Execute Executable_DeserializeAndLoad
Buffer_Destroy Buffer_ToHostBuffer
`.trim().split(/\s+/);

/** The other structs that the client fills or reads. */
const STRUCTS = ["Api_Version", "Buffer_MemoryLayout", "Buffer_MemoryLayout_Tiled"]
  .concat(["ExecuteOptions", "NamedValue", "Program"]);

interface Field {
  readonly name: string;
  readonly type: string;
}

/** The fields of each struct, in order, those of unions flattened. */
function parseStructs(header: string): Map<string, Field[]> {
  const code = header.replace(/\/\*[^]*?\*\//g, "").replace(/\/\/[^\n]*/g, "");
  const structs = new Map<string, Field[]>();
  for (const [, name = "", body = ""] of code.matchAll(/struct PJRT_(\w+) \{([^]*?)\n\}/g)) {
    const plain = body
      .replace(/_PJRT_API_STRUCT_FIELD\((\w+)\)/g, "void* $1")
      .replace(/union \{([^]*?)\}/g, "$1");
    structs.set(name, plain.split(";").map((line) => line.trim()).filter(Boolean).map(parseField));
  }
  return structs;
}

function parseField(declaration: string): Field {
  const callback = /\(\*(\w+)\)\s*\(/.exec(declaration);
  if (callback) return { name: callback[1] ?? "", type: "*" };
  const match = /^(.*?)(\w+)$/s.exec(declaration);
  if (!match) throw new SyntaxError(`Cannot read the field '${declaration}'`);
  return { name: match[2] ?? "", type: (match[1] ?? "").trim() };
}

/** Lets the C compiler say where every field lies: lines of `struct field offset bytes`. */
async function measure(header: string, structs: Map<string, Field[]>): Promise<string[][]> {
  const folder = await Deno.makeTempDir();
  try {
    const lines = [...structs].flatMap(([name, fields]) =>
      fields.map(({ name: field }) => {
        const type = `PJRT_${name}`;
        return `printf("${name} ${field} %zu %zu\\n", offsetof(${type}, ${field}), ` +
          `sizeof(((${type}*)0)->${field}));`;
      })
    );
    const source = join(folder, "offsets.c");
    const program = join(folder, "offsets");
    await Deno.writeTextFile(
      source,
      `#include <stdio.h>\n#include "${header}"\nint main() {\n${lines.join("\n")}\n}\n`,
    );
    await run("cc", ["-w", "-o", program, source]);
    return (await run(program, [])).trim().split("\n").map((line) => line.split(" "));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(program: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  if (!success) throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

function fieldKind(type: string, bytes: number): string {
  if (type.includes("*")) return "pointer";
  if (type === "size_t" || type === "int64_t" || type === "bool" || type === "float") return type;
  // An enumeration or int, a function pointer by the name of its type, or a struct by value.
  return bytes === 4 ? "int" : bytes === 8 ? "pointer" : "struct";
}

const path = resolve(Deno.args[0] ?? "pjrt_c_api.h");
const header = await Deno.readTextFile(path);
const parsed = parseStructs(header);
const rows = await measure(path, parsed);
const version = ["MAJOR", "MINOR"].map((part) =>
  new RegExp(`#define PJRT_API_${part} (\\d+)`).exec(header)?.[1]
);

function layoutOf(struct: string): string {
  const types = new Map(parsed.get(struct)?.map(({ name, type }) => [name, type]));
  const own = rows.filter(([name]) => name === struct);
  const last = own.at(-1);
  if (!last) throw new Error(`The header has no struct PJRT_${struct}`);
  const fields = own.flatMap(([, name = "", offset, bytes]) =>
    name === "struct_size" || name === "extension_start"
      ? []
      : [`${name}: [${offset}, "${fieldKind(types.get(name) ?? "", Number(bytes))}"]`]
  );
  return `size: ${Number(last[2]) + Number(last[3])}, fields: { ${fields.join(", ")} }`;
}

function offsetInApi(name: string): string | undefined {
  const row = rows.find(([struct, field]) => struct === "Api" && field === name);
  if (!row) throw new Error(`The header has no function ${name}`);
  return row[2];
}

await Deno.writeTextFile(
  new URL("layout.ts", import.meta.url),
  `/**
 * Where the fields of PJRT's structs lie, of pjrt_c_api.h ${version.join(".")} on a 64-bit machine.
 *
 * \`size\` is the \`struct_size\` that a caller gives; a field is \`[offset, kind]\`; \`at\` is where a
 * function's pointer lies in \`PJRT_Api\`. The two fields with which every struct begins,
 * \`struct_size\` and \`extension_start\`, are left out.
 * Written by \`generate_layout.ts\`; do not edit.
 *
 * @module
 */

/** The version of the header, major and minor. */
export const HEADER_VERSION = [${version.join(", ")}] as const;

/** Where \`PJRT_Api\` holds its version. */
export const VERSION_AT = ${offsetInApi("pjrt_api_version")};

/** The functions that the client calls, by their names without \`PJRT_\`, and their arguments. */
export const CALLS = {
${
    FUNCTIONS.map((f) => `  ${f}: { at: ${offsetInApi(`PJRT_${f}`)}, ${layoutOf(`${f}_Args`)} },`)
      .join("\n")
  }
} as const;

/** The other structs, by their names without \`PJRT_\`. */
export const STRUCTS = {
${STRUCTS.map((name) => `  ${name}: { ${layoutOf(name)} },`).join("\n")}
} as const;
`,
);
await run(Deno.execPath(), ["fmt", "--quiet", new URL("layout.ts", import.meta.url).pathname]);
