import type { Plan } from "../config/apply.ts";
import type { ConfigEdit } from "../config/config-edit.ts";
import { formatPath } from "../config/json5-value.ts";
import type { Repair } from "./check.ts";

/** What the repairs come to, in the two files. Where one place has two, the move of a secret counts. */
export function planRepairs(repairs: readonly Repair[]): Plan {
  const edits = new Map<string, ConfigEdit>();
  const moves = repairs.filter((repair) => repair.kind === "move");
  const secrets = new Map<string, (typeof moves)[number]>();
  for (const repair of repairs) {
    if (repair.kind === "set") edits.set(formatPath(repair.path), { path: repair.path, value: repair.value });
  }
  for (const move of moves) {
    const other = secrets.get(move.variable);
    // Two secrets of one name cannot both go there: the second stays where it is.
    if (other !== undefined && !other.secret.equals(move.secret)) continue;
    secrets.set(move.variable, move);
    edits.set(formatPath(move.path), { path: move.path, value: move.reference });
  }
  return {
    config: [...edits.values()],
    secrets: [...secrets.values()].map(({ variable, secret }) => ({ name: variable, value: secret })),
  };
}

/** What tells one repair from another. */
export const repairKey = (repair: Repair): string =>
  `${repair.kind} ${typeof repair.path === "string" ? repair.path : formatPath(repair.path)}`;

/** A repair as a sentence without its end. */
export function describeRepair(repair: Repair): string {
  switch (repair.kind) {
    case "set":
      return `set ${formatPath(repair.path)} to "${repair.value}"`;
    case "move":
      return `move ${formatPath(repair.path)} to .env as ${repair.variable}, and refer to it`;
    case "close":
      return `close ${repair.path} to others (mode ${repair.wanted.toString(8).padStart(4, "0")})`;
    case "remove":
      return `remove ${repair.path}`;
  }
}
