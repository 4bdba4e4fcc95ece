/** How a field lies in memory: the C types that PJRT's structs use. */
export type FieldKind = "pointer" | "size_t" | "int64_t" | "int" | "bool" | "float" | "struct";

/** Where the fields of a struct lie. */
export interface StructLayout {
  /** What a caller writes into `struct_size`; plugins of later versions know it as an older size. */
  readonly size: number;
  /** The offset and kind of each field. */
  readonly fields: Readonly<Record<string, readonly [offset: number, kind: FieldKind]>>;
}

/** What a field can be set to; an array or a struct stands for its address. */
export type FieldValue = bigint | number | boolean | ArrayBufferView | Struct;

/** Values of some fields of a struct. */
export type FieldValues<Layout extends StructLayout> = {
  readonly [name in keyof Layout["fields"]]?: FieldValue;
};

/** The field names of a struct. */
export type FieldName<Layout extends StructLayout> = keyof Layout["fields"] & string;

/** One C struct in memory of this process; fields that are not set are zero. */
export class Struct<Layout extends StructLayout = StructLayout> {
  readonly #layout: Layout;
  readonly #view: DataView;
  /** What the struct points to: it must live as long as the struct. */
  readonly #kept: unknown[] = [];

  /** The struct's bytes, whole words of them. */
  readonly bytes: Uint8Array<ArrayBuffer>;

  /** Makes a struct and sets some fields. */
  constructor(layout: Layout, values: FieldValues<Layout> = {}) {
    this.#layout = layout;
    this.bytes = new Uint8Array(Math.ceil(layout.size / 8) * 8);
    this.#view = new DataView(this.bytes.buffer);
    this.#view.setBigUint64(0, BigInt(layout.size), true);
    for (const name in values) {
      const value = values[name];
      if (value !== undefined) this.set(name, value);
    }
  }

  /** Sets a field. */
  set(name: FieldName<Layout>, value: FieldValue): void {
    const [offset, kind] = this.#field(name);
    if (kind === "struct") {
      if (!(value instanceof Struct)) throw new TypeError(`Field '${name}' needs a struct`);
      this.#kept.push(value);
      this.bytes.set(value.bytes, offset);
      return;
    }
    this.#write(offset, kind, this.#scalar(value));
  }

  /** Keeps a thing from being collected as long as the struct lives. */
  keep(thing: unknown): void {
    this.#kept.push(thing);
  }

  /** A field that holds an address, as a number. */
  address(name: FieldName<Layout>): bigint {
    return this.#view.getBigUint64(this.#field(name)[0], true);
  }

  /** A field that holds a number or a truth value. */
  number(name: FieldName<Layout>): number {
    const [offset, kind] = this.#field(name);
    switch (kind) {
      case "int":
        return this.#view.getInt32(offset, true);
      case "bool":
        return this.#view.getUint8(offset);
      case "float":
        return this.#view.getFloat32(offset, true);
      default:
        return Number(this.#view.getBigInt64(offset, true));
    }
  }

  #field(name: FieldName<Layout>): readonly [number, FieldKind] {
    const field = this.#layout.fields[name];
    if (!field) throw new RangeError(`The struct has no field '${name}'`);
    return field;
  }

  #scalar(value: FieldValue): bigint | number {
    if (typeof value === "bigint" || typeof value === "number") return value;
    if (typeof value === "boolean") return Number(value);
    this.#kept.push(value);
    return addressOf(value instanceof Struct ? value.bytes : value);
  }

  #write(offset: number, kind: FieldKind, value: bigint | number) {
    if (kind === "int") this.#view.setInt32(offset, Number(value), true);
    else if (kind === "bool") this.#view.setUint8(offset, Number(value));
    else if (kind === "float") this.#view.setFloat32(offset, Number(value), true);
    else this.#view.setBigInt64(offset, BigInt(value), true);
  }
}

/** The address of an array's first byte, 0 where it is empty. */
export function addressOf(array: ArrayBufferView): bigint {
  if (array.byteLength === 0) return 0n;
  const pointer = Deno.UnsafePointer.of(array as ArrayBufferView<ArrayBuffer>);
  return Deno.UnsafePointer.value(pointer);
}
