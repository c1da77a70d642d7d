import type { Finding } from "./provider.ts";

/** A finding as lines: what is wrong and whose doing it is, what to do, and what support will ask for. */
export function findingLines({ layer, message, fix, ids, excerpt, code }: Finding): readonly string[] {
  const marks = Object.entries(ids).map(([name, id]) => `${name} ${id}`);
  return [
    `${message} (${layer}, ${code})`,
    fix,
    ...(excerpt === undefined ? [] : [`It answered: ${excerpt}`]),
    ...(marks.length === 0 ? [] : [marks.join(", ")]),
  ];
}
