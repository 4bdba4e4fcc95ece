import { join } from "node:path";
import { downloadSnapshot, type DownloadSnapshotOptions } from "../io/hub.ts";
import type { DatasetFile } from "./wikitext.ts";

/**
 * Brings one file of a data set from the hub into the cache; the `fetchFile` of `openText()`.
 *
 * @returns Where it lies on this machine.
 * @throws As {@linkcode downloadSnapshot}.
 */
export async function fetchDatasetFile(
  { repo, revision, path }: DatasetFile,
  options: Omit<DownloadSnapshotOptions, "select"> = {},
): Promise<string> {
  const { folder } = await downloadSnapshot(`datasets/${repo}@${revision}`, {
    ...options,
    select: (other) => other === path,
  });
  return join(folder, path);
}
