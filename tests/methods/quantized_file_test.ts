import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { weightTensors } from "../../lib/methods/linear_weight.ts";
import { loadQuantizedModel } from "../../lib/methods/load_quantized.ts";
import { mergeModel } from "../../lib/methods/merge.ts";
import { prepare } from "../../lib/methods/prepare.ts";
import { saveQuantizedModel } from "../../lib/methods/quantized_file.ts";
import { quantizedSource } from "../../lib/methods/quantized_source.ts";
import { tinyModel } from "./tiny_model.ts";

await start({ backend: "tensorflow" });

const SAVED = [
  { method: "lr-qat", bits: 3, rank: 2, granularity: "g16" },
  { method: "lr-qat", bits: "2-8-4", rank: 2, grid: "asymmetric" },
  { method: "l4q", bits: 4, rank: 2, granularity: "g16" },
  { method: "qlora-star", bits: 4, rank: 2, granularity: "g16" },
  { method: "qlora", rank: 2 },
  { method: "lora", rank: 2 },
] as const;

for (const options of SAVED) {
  Deno.test(`A merged ${options.method} model is loaded as it was saved: ${JSON.stringify(options)}`, async () => {
    const path = await Deno.makeTempFile({ suffix: ".safetensors" });
    try {
      using prepared = await prepare(tinyModel(), { ...options, rangeCandidates: 2 });
      using merged = mergeModel(prepared, { mode: "eager" });
      const size = await saveQuantizedModel(path, merged);
      using loaded = await loadQuantizedModel(path);
      assertEquals(loaded.settings, merged.settings);
      assertEquals(loaded.activation === undefined, merged.activation === undefined);
      assertEquals(loaded.tokenizer, undefined);
      assertEquals([loaded.source, await quantizedSource(path)], ["tiny", "tiny"]);
      assertEquals([...loaded.weights.keys()], [...merged.weights.keys()]);
      for (const [layer, weight] of merged.weights) {
        const [saved, read] = [weight, loaded.weights.get(layer) ?? weight].map((weight) =>
          weightTensors(weight).map((tensor) => [tensor.shape, [...tensor.dataSync()]])
        );
        assertEquals(read, saved);
      }
      for (const [name, tensor] of merged.parameters) {
        assertEquals(loaded.parameters.get(name)?.dataSync(), tensor.dataSync());
      }
      const bits = 8 * size.layerBytes / (size.float16LayerBytes / 2);
      // These layers are so small that scales and adapters weigh as much as codes.
      assertEquals(bits <= (options.method === "lora" ? 32 : 24), true, `${bits} bits a weight`);
      tf.dispose([...prepared.parameters.values()]);
    } finally {
      await Deno.remove(path);
    }
  });
}

Deno.test("loadQuantizedModel() refuses damaged files with the reason", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "model.safetensors");
    using prepared = await prepare(tinyModel(), { method: "rtn", rangeCandidates: 2 });
    using merged = mergeModel(prepared, { mode: "eager" });
    await saveQuantizedModel(path, merged);
    const text = new TextDecoder("latin1").decode(await Deno.readFile(path));
    const damaged: readonly (readonly [string, string])[] = [
      ["qatlab-quantized", "qatlab-quantizes"],
      ['\\"bits\\":4', '\\"bits\\":9'],
      ["q_proj.scale", "q_proj.scalf"],
      ['\\"kind\\":\\"codes\\"', '\\"kind\\":\\"codec\\"'],
    ];
    for (const [from, to] of damaged) {
      assertEquals(text.includes(from), true, from);
      const bytes = Uint8Array.from(text.replaceAll(from, to), (letter) => letter.charCodeAt(0));
      await Deno.writeFile(path, bytes);
      await assertRejects(() => loadQuantizedModel(path), FileFormatError);
    }
    tf.dispose([...prepared.parameters.values()]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
