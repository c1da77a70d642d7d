/** The same in an order of their own, for rounds in which none always comes first. */
export function shuffled<T>(items: readonly T[]): T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}

/** Where the middle of some figures lies, and the middle half of them. */
export interface Quartiles {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

/** The figure that a share of them, from 0 to 1, lies below. */
export function quantile(values: Iterable<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? 0;
  return below + ((sorted[Math.ceil(place)] ?? 0) - below) * (place % 1);
}

export const median = (values: Iterable<number>): number => quantile(values, 0.5);

export const quartiles = (values: readonly number[]): Quartiles => ({
  median: median(values),
  lower: quantile(values, 0.25),
  upper: quantile(values, 0.75),
});

/** A median with its quartiles. */
export const spread = ({ median: middle, lower, upper }: Quartiles, digits: number): string =>
  `${middle.toFixed(digits)} (${lower.toFixed(digits)} to ${upper.toFixed(digits)})`;

/** A table of Markdown; the first row is its head. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const [head, ...others] = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  return [head, `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...others].join("\n");
}

const rounded = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toFixed(4)) : value);

/** What was measured, for programs. */
export const jsonLine = (value: object): string => JSON.stringify(value, rounded);

/** How much the second figure of each point grows with the first: the line through them that misses them least. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1) => points.reduce((total, point) => total + point[at], 0) / points.length;
  const [middleX, middleY] = [mean(0), mean(1)];
  const sum = (of: (x: number, y: number) => number) =>
    points.reduce((total, [x, y]) => total + of(x - middleX, y - middleY), 0);
  return sum((x, y) => x * y) / sum((x) => x * x);
}
