import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from "hyparquet";
import { FileFormatError } from "../io/errors.ts";
import type { TextSource } from "./text_source.ts";

/** Options for {@linkcode parquetFile}. */
export interface ParquetOptions {
  /** The column that holds the documents, as strings. Default: `text`. */
  column?: string;
  /** The name in results. Default: the path. */
  name?: string;
}

/** A Parquet file, as hubs keep data sets, one of whose columns holds documents. */
export function parquetFile(path: string, options: ParquetOptions = {}): TextSource {
  const { column = "text", name = path } = options;
  return {
    name,
    files: () => Promise.resolve([path]),
    async *documents() {
      using file = await Deno.open(path, { read: true });
      const buffer = await asyncBuffer(file);
      const metadata = await orBad(path, parquetMetadataAsync(buffer));
      if (!metadata.schema.some((element) => element.name === column)) {
        const names = metadata.schema.slice(1).map((element) => JSON.stringify(element.name));
        throw bad(path, `the column ${JSON.stringify(column)}`, `only ${names.join(", ")}`);
      }
      yield* rowsOf({ path, buffer, metadata, column });
    },
  };
}

interface ParquetColumn {
  path: string;
  buffer: AsyncBuffer;
  metadata: FileMetaData;
  column: string;
}

// One row group at a time, so that memory holds a part of a large file.
async function* rowsOf({ path, buffer, metadata, column }: ParquetColumn): AsyncGenerator<string> {
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const options = { file: buffer, metadata, columns: [column], rowStart, rowEnd };
    const rows = await orBad(path, parquetReadObjects(options));
    for (const [index, row] of rows.entries()) {
      const value: unknown = row[column];
      if (typeof value !== "string") {
        throw bad(path, `a string in row ${rowStart + index}`, `a ${typeof value}`);
      }
      yield value;
    }
    rowStart = rowEnd;
  }
}

async function asyncBuffer(file: Deno.FsFile): Promise<AsyncBuffer> {
  const byteLength = (await file.stat()).size;
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, byteLength) - start));
      await file.seek(start, Deno.SeekMode.Start);
      for (let done = 0; done < bytes.length;) {
        const count = await file.read(bytes.subarray(done));
        if (count === null) throw new Deno.errors.UnexpectedEof("The file became shorter");
        done += count;
      }
      return bytes.buffer;
    },
  };
}

async function orBad<T>(path: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    const found = cause instanceof Error ? cause.message.slice(0, 200) : String(cause);
    throw bad(path, "a Parquet file", found, cause);
  }
}

function bad(path: string, expected: string, found: string, cause?: unknown): FileFormatError {
  return new FileFormatError(path, { where: "the table", expected, found }, { cause });
}
