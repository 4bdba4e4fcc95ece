import { assertEquals } from "@std/assert";
import { isModelFile } from "../../../lib/io/hub/model_files.ts";

Deno.test("isModelFile() takes configuration, tokenizer and one set of weights", () => {
  const paths = [
    "config.json",
    "tokenizer.json",
    "model.safetensors",
    "model-00001-of-00002.safetensors",
    "model.safetensors.index.json",
    "model.fp16.safetensors",
    "consolidated.safetensors",
    "pytorch_model.bin",
    "onnx/config.json",
    "README.md",
  ];
  assertEquals(paths.filter(isModelFile), paths.slice(0, 5));
});
