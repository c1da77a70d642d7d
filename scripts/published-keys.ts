/*
 * Prints `src/config/published-keys-table.ts` from the schemas of published versions of OpenClaw, oldest first. In a
 * folder outside of this repository, whose program has the same name:
 *
 *   npx openclaw@2026.4.29 config schema > 2026.4.29.json
 *   npx openclaw@2026.5.28 config schema > 2026.5.28.json
 *   npx openclaw@2026.9.6 config schema > 2026.9.6.json
 *
 * and here, with the paths of these files: `npm run --silent published-keys -- 2026.4.29.json 2026.5.28.json 2026.9.6.json`
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** An object of the configuration, as one version knows it. */
interface Known {
  readonly keys: Set<string>;
  /** Accepts any key. */
  isOpen: boolean;
}

/** Of each object by its path, of each version. */
type Objects = Map<string, Map<string, Known>>;

/**
 * Keys that a version accepts though they are not in its schema, mostly to convert them.
 * @source `openclaw config validate` of these versions, tried with every key that the version before it had.
 */
const ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  "2026.5.28": ["canvasHost"],
  "2026.9.6": [
    "agents.defaults.contextTokens",
    "agents.list",
    "agents.list.*.contextTokens",
    "models.providers.*.contextTokens",
    "models.providers.*.contextWindow",
  ],
};

/** Objects below the second level that are looked at. */
const DEEPER = [
  "agents.defaults.compaction",
  "agents.defaults.heartbeat",
  "agents.defaults.model",
  "agents.entries.*",
  "agents.list.*",
  "auth.profiles.*",
  "models.providers.*",
  "models.providers.*.models.*",
];

/** No object of interest is deeper, and schemas of channels nest without end. */
const MOST_LEVELS = 6;

const alternatives = (schema: Schema): readonly Schema[] => [
  schema,
  ...[schema.anyOf, schema.oneOf, schema.allOf].flatMap((group) => (group ?? []).flatMap(alternatives)),
];

function collect(schema: Schema, version: string, objects: Objects, path: readonly string[] = []): void {
  if (path.length > MOST_LEVELS) return;
  const members = alternatives(schema);
  const withKeys = members.filter(({ properties }) => properties !== undefined);
  const patterns = members.map(({ additionalProperties }) => additionalProperties);
  const any = patterns.filter((pattern) => typeof pattern === "object");
  if (withKeys.length > 0) {
    const name = path.join(".");
    const versions = objects.get(name) ?? new Map<string, Known>();
    const known = versions.get(version) ?? { keys: new Set<string>(), isOpen: false };
    for (const { properties, additionalProperties } of withKeys) {
      for (const key of Object.keys(properties ?? {})) known.keys.add(key);
      known.isOpen ||= additionalProperties !== false;
    }
    known.isOpen ||= any.length > 0;
    objects.set(name, versions.set(version, known));
  }
  for (const { properties = {}, items } of members) {
    for (const [key, value] of Object.entries(properties)) collect(value, version, objects, [...path, key]);
    if (typeof items === "object") collect(items, version, objects, [...path, "*"]);
  }
  for (const value of any) collect(value, version, objects, [...path, "*"]);
}

function isOfInterest(name: string): boolean {
  const path = name === "" ? [] : name.split(".");
  if (DEEPER.includes(name)) return true;
  const isPlugins = path[0] === "$schema" || name.startsWith("plugins.entries");
  return path.length <= 2 && !isPlugins && (!path.includes("*") || path[0] === "surfaces");
}

/** The numbers of some versions, after a tilde. */
const numbered = (some: readonly string[], all: readonly string[]) =>
  some.length === 0 ? "" : `~${some.map((version) => all.indexOf(version)).join("")}`;

function linesOf(name: string, byVersion: ReadonlyMap<string, Known>, all: readonly string[]): readonly string[] {
  const strict = all.filter((version) => byVersion.get(version)?.isOpen === false);
  if (strict.length === 0) return [];
  const rejects = (version: string, key: string) =>
    !byVersion.get(version)?.keys.has(key) && !ACCEPTED[version]?.includes(name === "" ? key : `${name}.${key}`);
  const keys = [...new Set([...byVersion.values()].flatMap((known) => [...known.keys]))].sort();
  const open = all.filter((version) => !strict.includes(version));
  return [
    (name || "<root>") + numbered(open, all),
    ...keys.map(
      (key) =>
        `  ${key}${numbered(
          strict.filter((version) => rejects(version, key)),
          all,
        )}`,
    ),
  ];
}

const files = process.argv.slice(2);
const versions = files.map((file) => basename(file, ".json"));
const objects: Objects = new Map();
for (const [index, file] of files.entries()) {
  collect(JSON.parse(readFileSync(file, "utf8")) as Schema, versions[index] ?? "", objects);
}
// The newest version makes `agents.entries` of the list, whose items have an `id` besides.
const newest = versions.at(-1) ?? "";
const entry = objects.get("agents.entries.*")?.get(newest);
if (entry !== undefined) objects.get("agents.list.*")?.set(newest, { ...entry, keys: entry.keys.add("id") });

const order = (name: string) => name.split(".").join("\0");
const names = [...objects.keys()].filter(isOfInterest).sort((a, b) => (order(a) < order(b) ? -1 : 1));
const lines = names.flatMap((name) => linesOf(name, objects.get(name) ?? new Map(), versions));

process.stdout.write(`/** The published versions whose schemas are in the table, oldest first. */
export const PUBLISHED_VERSIONS: readonly string[] = ${JSON.stringify(versions).replaceAll(",", ", ")};

/**
 * The path of an object, and below it one key a line. What follows a tilde counts versions: after a path those that accept
 * any key, after a key those that reject it.
 * @source scripts/published-keys.ts prints this file.
 */
export const TABLE = \`
${lines.join("\n")}
\`;
`);
