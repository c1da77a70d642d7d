import type { Context, Files } from "../core/context.ts";

/*
 * Reads the rows of one table of a SQLite database, as they were last committed, without a lock and without writing.
 * @why Node has `node:sqlite` only since 22. A search through the bytes would also find rows that were deleted.
 * @source www.sqlite.org/fileformat2.html
 */

/** Thrown for what is no database, or a damaged one. */
export class SqliteError extends Error {}

/** A blob is left out, as nothing here needs one. */
export type SqliteValue = string | number | null;

const MAGIC = "SQLite format 3\0";
const TABLE_LEAF = 13;
const TABLE_INTERIOR = 5;
const UTF8 = 1;

/** @why a damaged file must not make us read for ever, or fill the memory. */
const MAX_PAGES = 10_000;
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

type ReadAt = (position: number, sizeBytes: number) => Buffer;

interface Database {
  readonly pageSize: number;
  /** Bytes of a page that hold content. */
  readonly usable: number;
  readonly page: (number: number) => Buffer;
}

/** Empty if there is no such table. Throws `SqliteError`, or the system's error. */
export function readSqliteTable(
  path: string,
  table: string,
  { files }: Pick<Context, "files">,
): readonly (readonly SqliteValue[])[] {
  return withFile(path, files, (readAt) => {
    const frames = newestPages(`${path}-wal`, files);
    try {
      const database = openDatabase(readAt, frames.page);
      const schema = rowsFrom(database, 1);
      const [, , , root] = schema.find(([type, name]) => type === "table" && name === table) ?? [];
      return typeof root === "number" ? rowsFrom(database, root) : [];
    } catch (error) {
      // A buffer that ends too early.
      if (error instanceof RangeError) throw new SqliteError(error.message);
      throw error;
    } finally {
      frames.close();
    }
  });
}

function withFile<T>(path: string, files: Files, read: (readAt: ReadAt) => T): T {
  // Opening a FIFO would wait for somebody who writes into it.
  if (!files.statSync(path).isFile()) throw new SqliteError("not a file");
  const descriptor = files.openSync(path, "r");
  try {
    return read(reader(descriptor, files));
  } finally {
    files.closeSync(descriptor);
  }
}

const reader =
  (descriptor: number, files: Files): ReadAt =>
  (position, sizeBytes) => {
    const buffer = Buffer.alloc(sizeBytes);
    const read = files.readSync(descriptor, buffer, 0, sizeBytes, position);
    return buffer.subarray(0, read);
  };

function openDatabase(readAt: ReadAt, newer: (number: number) => Buffer | undefined): Database {
  const header = newer(1) ?? readAt(0, 100);
  if (header.toString("latin1", 0, MAGIC.length) !== MAGIC) throw new SqliteError("not a database");
  const written = header.readUInt16BE(16);
  const pageSize = written === 1 ? 65_536 : written;
  const usable = pageSize - header.readUInt8(20);
  if (pageSize < 512 || usable < 480 || header.readUInt32BE(56) !== UTF8) throw new SqliteError("unknown format");
  let pages = 0;
  return {
    pageSize,
    usable,
    page: (number) => {
      pages += 1;
      if (pages > MAX_PAGES || number < 1) throw new SqliteError("damaged");
      const page = newer(number) ?? readAt((number - 1) * pageSize, pageSize);
      if (page.length !== pageSize) throw new SqliteError("cut off");
      return page;
    },
  };
}

interface Frames {
  readonly page: (number: number) => Buffer | undefined;
  readonly close: () => void;
}

const NO_FRAMES: Frames = { page: () => undefined, close: () => {} };
const WAL_MAGIC = 0x377f0682;
const WAL_HEADER = 32;
const FRAME_HEADER = 24;

/** The pages that the write-ahead log has in a newer version, up to the last commit. */
function newestPages(path: string, files: Files): Frames {
  if (!files.statSync(path, { throwIfNoEntry: false })?.isFile()) return NO_FRAMES;
  const descriptor = files.openSync(path, "r");
  const readAt = reader(descriptor, files);
  const close = () => files.closeSync(descriptor);
  const header = readAt(0, WAL_HEADER);
  // The last bit tells the byte order of the checksums.
  if (header.length < WAL_HEADER || header.readUInt32BE(0) >>> 1 !== WAL_MAGIC >>> 1) return { ...NO_FRAMES, close };
  const pageSize = header.readUInt32BE(8);
  const committed = new Map<number, number>();
  const pending = new Map<number, number>();
  const { size } = files.fstatSync(descriptor);
  const frameSize = FRAME_HEADER + pageSize;
  for (let position = WAL_HEADER; position + frameSize <= size; position += frameSize) {
    const frame = readAt(position, FRAME_HEADER);
    // Frames with another salt are left over from before the last checkpoint.
    if (!frame.subarray(8, 16).equals(header.subarray(16, 24))) break;
    pending.set(frame.readUInt32BE(0), position + FRAME_HEADER);
    if (frame.readUInt32BE(4) === 0) continue;
    for (const [number, at] of pending) committed.set(number, at);
    pending.clear();
  }
  const page = (number: number) => {
    const position = committed.get(number);
    return position === undefined ? undefined : readAt(position, pageSize);
  };
  return { page, close };
}

function rowsFrom(database: Database, root: number, depth = 0): readonly (readonly SqliteValue[])[] {
  const page = database.page(root);
  const start = root === 1 ? 100 : 0;
  const type = page.readUInt8(start);
  const count = page.readUInt16BE(start + 3);
  if ((type !== TABLE_LEAF && type !== TABLE_INTERIOR) || depth > 20) throw new SqliteError("damaged");
  const isLeaf = type === TABLE_LEAF;
  const cells = Array.from({ length: count }, (_, index) => page.readUInt16BE(start + (isLeaf ? 8 : 12) + 2 * index));
  if (isLeaf) return cells.map((at) => recordOf(payloadAt(page, at, database)));
  const children = [...cells.map((at) => page.readUInt32BE(at)), page.readUInt32BE(start + 8)];
  return children.flatMap((child) => rowsFrom(database, child, depth + 1));
}

/** The payload of a leaf's cell, together with its overflow pages. */
function payloadAt(page: Buffer, at: number, { usable, page: read }: Database): Buffer {
  const size = varint(page, at);
  const rowid = varint(page, size.end);
  if (size.value > MAX_PAYLOAD_BYTES) throw new SqliteError("too large");
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((size.value - least) % (usable - 4));
  const local = size.value <= usable - 35 ? size.value : fitting <= usable - 35 ? fitting : least;
  const parts = [page.subarray(rowid.end, rowid.end + local)];
  let missing = size.value - local;
  let next = missing === 0 ? 0 : page.readUInt32BE(rowid.end + local);
  while (missing > 0) {
    const overflow = read(next);
    const part = overflow.subarray(4, Math.min(4 + missing, usable));
    parts.push(part);
    missing -= part.length;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

/** Lengths of the types 0 to 9; the later ones are blobs and texts. */
const FIXED_SIZES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function recordOf(payload: Buffer): readonly SqliteValue[] {
  const header = varint(payload, 0);
  const values: SqliteValue[] = [];
  let [typeAt, at] = [header.end, header.value];
  while (typeAt < header.value) {
    const type = varint(payload, typeAt);
    typeAt = type.end;
    const size = type.value >= 12 ? Math.floor((type.value - 12) / 2) : (FIXED_SIZES[type.value] ?? 0);
    const isText = type.value >= 13 && type.value % 2 === 1;
    const isInteger = type.value >= 1 && type.value <= 5;
    if (at + size > payload.length) throw new SqliteError("damaged");
    if (isText) values.push(payload.toString("utf8", at, at + size));
    else if (isInteger) values.push(payload.readIntBE(at, size));
    else values.push(type.value === 8 || type.value === 9 ? type.value - 8 : null);
    at += size;
  }
  return values;
}

/** Big-endian groups of seven bits; the ninth byte counts whole. */
function varint(bytes: Buffer, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes.readUInt8(at + index);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return { value: value * 256 + bytes.readUInt8(at + 8), end: at + 9 };
}
