import { assertEquals, assertThrows } from "@std/assert";
import { ChatTemplate } from "../../lib/data/chat_template.ts";
import { FileFormatError } from "../../lib/io/errors.ts";

function template(source: string): ChatTemplate {
  return new ChatTemplate({ source, path: "t.json", bosToken: "<s>", eosToken: undefined });
}

const MESSAGES = [{ role: "system", content: "Be short." }, {
  role: "user",
  content: "Hi {{ x }}",
}];

Deno.test("render() writes the turns, and the assistant's opening where asked", () => {
  const chat = template(
    "{{ bos_token }}{% for message in messages %}\n<|{{ message['role'] }}|>{{ message.content | trim }}" +
      "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}{{ eos_token }}",
  );
  // The first line end after a block is not written.
  const turns = "<s><|system|>Be short.<|user|>Hi {{ x }}";
  assertEquals(chat.render(MESSAGES), turns);
  assertEquals(chat.render(MESSAGES, { addGenerationPrompt: true }), `${turns}<|assistant|>`);
});

Deno.test("render() gives templates their further variables", () => {
  const options = { variables: { date_string: "26 Jul 2024" } };
  assertEquals(template("{{ date_string }}").render([], options), "26 Jul 2024");
});

Deno.test("render() does not depend on the day", () => {
  const source = "{% if strftime_now is defined %}today{% else %}fixed{% endif %}";
  assertEquals(template(source).render([]), "fixed");
});

Deno.test("render() passes on what a template refuses", () => {
  const source = "{{ raise_exception('Roles must alternate') }}";
  assertThrows(() => template(source).render([]), FileFormatError, "Roles must alternate");
});

Deno.test("render() says that a template cannot be parsed", () => {
  assertThrows(
    () => template("{% for %}").render([]),
    FileFormatError,
    '"t.json": the chat template',
  );
});

Deno.test("render() counts with range(), up to a limit", () => {
  assertEquals(template("{% for k in range(1, 7, 2) %}{{ k }}{% endfor %}").render([]), "135");
  assertEquals(template("{% for k in range(3) %}{{ k }}{% endfor %}").render([]), "012");
  const hostile = template("{% for k in range(1000000000) %}{{ k }}{% endfor %}");
  assertThrows(() => hostile.render([]), FileFormatError, "range() of more than 10000 items");
});
