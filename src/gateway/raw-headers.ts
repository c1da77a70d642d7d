/** Raw headers alternate names and values: the lower-case name of the header that the one at `index` belongs to. */
export const nameAt = (headers: readonly string[], index: number) => headers[index - (index % 2)]?.toLowerCase() ?? "";

/** Without the headers that `Connection` declares to be hop-by-hop. */
export function withoutNamed(headers: readonly string[], named: string): string[] {
  const names = new Set(
    named
      .toLowerCase()
      .split(",")
      .map((name) => name.trim()),
  );
  return headers.filter((_, index) => !names.has(nameAt(headers, index)));
}

/** By lower-case name; repeated headers are joined. */
export function headerRecord(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]?.toLowerCase() ?? "";
    const value = raw[index + 1] ?? "";
    const known = headers.get(name);
    headers.set(name, known === undefined ? value : `${known}, ${value}`);
  }
  return Object.fromEntries(headers);
}
