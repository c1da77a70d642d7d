import { PUBLISHED_VERSIONS, TABLE } from "./published-keys-table.ts";

/** A part of the configuration; `*` in its path matches any key or index. */
export interface PublishedPart {
  readonly at: readonly string[];
  /** Versions that accept any key here. */
  readonly open: readonly string[];
  /** Every key that a version knows, with the versions that reject it. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

let parts: readonly PublishedPart[] | undefined;

export function publishedKeys(): readonly PublishedPart[] {
  parts ??= TABLE.trim()
    .split(/\n(?! )/)
    .map(partOf);
  return parts;
}

let byPath: ReadonlyMap<string, PublishedPart> | undefined;

/** The part with this path, for whoever asks for each value of a configuration. */
export function publishedAt(path: readonly string[]): PublishedPart | undefined {
  byPath ??= new Map(publishedKeys().map((part) => [part.at.join("\0"), part]));
  return byPath.get(path.join("\0"));
}

function partOf(line: string): PublishedPart {
  const [path = "", ...keys] = line.split(/\s+/);
  const [at = "", open] = path.split("~");
  return {
    at: at === "<root>" ? [] : at.split("."),
    open: versionsOf(open),
    keys: new Map(
      keys.map((key) => {
        const [name = "", rejecting] = key.split("~");
        return [name, versionsOf(rejecting)];
      }),
    ),
  };
}

const versionsOf = (digits = ""): readonly string[] =>
  [...digits].flatMap((digit) => PUBLISHED_VERSIONS[Number(digit)] ?? []);
