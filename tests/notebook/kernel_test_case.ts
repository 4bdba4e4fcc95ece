import {
  type JupyterPackages,
  jupyterPackages,
  JupyterUnavailableError,
} from "../../lib/notebook/mod.ts";

const packages = await installed();

/** Jupyter's client, or why there is none. */
async function installed(): Promise<JupyterPackages | JupyterUnavailableError> {
  try {
    return await jupyterPackages();
  } catch (error) {
    if (error instanceof JupyterUnavailableError) return error;
    throw error;
  }
}

/** A test with a real kernel; where Jupyter's client cannot be had it is left out and says why. */
export function kernelTest(name: string, test: (packages: JupyterPackages) => Promise<void>): void {
  if (packages instanceof JupyterUnavailableError) {
    Deno.test.ignore(`${name} (${packages.message})`, () => {});
  } else Deno.test(name, () => test(packages));
}
