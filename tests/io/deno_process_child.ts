// What `deno_process_test.ts` runs.
const { state } = await Deno.permissions.query({ name: "net" });
const found = { args: Deno.args, value: Deno.env.get("QATLAB_TEST_VALUE"), network: state };
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(found)));
