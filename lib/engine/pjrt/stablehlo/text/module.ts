import { type TensorType, typeText } from "./element_type.ts";
import type { Operand } from "./emitter.ts";

/** An output that lies where an input lay. */
export interface Alias {
  readonly input: number;
  readonly output: number;
}

/** The name of an input of a module's function. */
export function inputName(index: number): string {
  return `%input${index}`;
}

/** What a module consists of. */
export interface ModuleParts {
  readonly inputs: readonly TensorType[];
  readonly aliases: readonly Alias[];
  readonly lines: readonly string[];
  readonly results: readonly Operand[];
  /** A custom call that stays although nothing uses it. */
  readonly calls?: string | undefined;
}

/** How many lines of a module stand before its function's body. */
export const HEAD_LINES = 2;

/** A module with one function, `main`. */
export function moduleText(
  name: string,
  { inputs, aliases, lines, results, calls }: ModuleParts,
): string {
  const outputOf = new Map(aliases.map(({ input, output }) => [input, output]));
  const parameters = inputs.map((type, i) => {
    const output = outputOf.get(i);
    const attribute = output === undefined ? "" : ` {tf.aliasing_output = ${output} : i32}`;
    return `${inputName(i)}: ${typeText(type)}${attribute}`;
  });
  const types = results.map(typeText).join(", ");
  const names = results.map((operand) => operand.name).join(", ");
  return [
    `module @${name} {`,
    `func.func public @main(${parameters.join(", ")}) -> (${types}) {`,
    ...lines,
    ...(calls === undefined ? [] : [customCall(calls)]),
    `return ${names} : ${types}`,
    "}",
    "}",
    "",
  ].join("\n");
}

function customCall(target: string): string {
  return `%called = stablehlo.custom_call @${target}() {has_side_effect = true} : () -> tensor<0xf32>`;
}
