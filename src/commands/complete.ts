import { dirname } from "node:path";
import type { KnownKeys } from "../completion/config-paths.ts";
import { positionOf } from "../completion/position.ts";
import { readShellLine } from "../completion/shell-line.ts";
import { type Candidate, completing, suggestionsAt } from "../completion/suggest.ts";
import type { ValueKind } from "../completion/value-kind.ts";
import { type KnownValues, valuesOf } from "../completion/values.ts";
import { judgeNamedTokens, NAMED_TOKENS_VARIABLE } from "../config/named-tokens.ts";
import { fileValues, loadReadable } from "../config/resolve.ts";
import type { FileValues } from "../config/variables.ts";
import { type Context, lookUp } from "../core/context.ts";
import { attempt } from "../core/errors.ts";
import { type Paths, resolvePaths } from "../core/paths.ts";
import { knownProviders } from "../models/list.ts";
import { endpointsOf } from "../providers/provider.ts";
import { completionTree } from "./completion-tree.ts";
import type { Invocation } from "./invocation.ts";
import { createProgram } from "./program.ts";

interface Asked {
  readonly words: readonly string[];
  readonly current: string;
  /** Only what begins as the word does: other shells match in ways of their own. */
  readonly isFiltered: boolean;
  readonly shown: (candidate: Candidate) => string;
}

/**
 * Answers a shell that asks how its command line goes on: the first line says where the shell itself has to look, each
 * other is `+` or a space, a candidate, a tab and its description. Never fails: a person is typing.
 */
export async function complete(args: readonly string[], handed: Omit<Invocation, "argv" | "paths">): Promise<void> {
  const asked = readRequest(args);
  if (asked === undefined) return;
  try {
    const lines = await answerTo(asked, handed);
    handed.context.out(lines.map((line) => `${line}\n`).join(""));
  } catch {
    // A message would stand in the middle of the line that is being typed.
  }
}

function readRequest([shell, first = "", ...others]: readonly string[]): Asked | undefined {
  if (shell === "bash") {
    const { words, current, inserted } = readShellLine(first, others[0] ?? "");
    return { words: words.slice(1), current, isFiltered: true, shown: ({ text }) => inserted(text) };
  }
  // The `+` keeps an empty word from being lost on the way.
  if (!first.startsWith("+")) return undefined;
  const shown = ({ text, description }: Candidate) => (description === "" ? text : `${text}\t${description}`);
  // Fish hands over the word as it is written, with its quotes.
  const current = shell === "fish" ? readShellLine(`openclaw ${first.slice(1)}`, "").current : first.slice(1);
  return { words: others, current, isFiltered: shell === "powershell", shown };
}

async function answerTo(
  { words, current, isFiltered, shown }: Asked,
  handed: Omit<Invocation, "argv" | "paths">,
): Promise<readonly string[]> {
  const tree = completionTree(await createProgram([...words, current], handed));
  const position = positionOf(tree, words, current);
  const { candidates, kinds, prefix, text } = suggestionsAt(position);
  const flag = (name: string) => [...position.given].find(([{ long }]) => long === name);
  const profile = flag("--profile")?.[1];
  const flags = { ...(profile !== undefined && { profile }), ...(flag("--dev") && { dev: true }) };
  const here = kinds.filter((kind) => kind !== "file" && kind !== "folder");
  const found = here.length === 0 ? [] : await values(here, text, flags, handed);
  const all = [...candidates, ...found];
  const wanted = isFiltered ? completing(all, text) : completing(all, "");
  const mode = kinds.includes("file") ? "files" : kinds.includes("folder") ? "folders" : "words";
  const line = (candidate: Candidate) =>
    `${candidate.goesOn ? "+" : " "}${shown({ ...candidate, text: prefix + candidate.text })}`;
  return [mode, ...wanted.map(line)];
}

async function values(
  kinds: readonly Exclude<ValueKind, "file" | "folder">[],
  text: string,
  flags: Parameters<typeof resolvePaths>[0],
  { context, providers }: Omit<Invocation, "argv" | "paths">,
): Promise<readonly Candidate[]> {
  const paths = resolvePaths(flags, context);
  // A damaged file offers nothing; built-in values are there all the same.
  const loaded = await attempt(async () => fileValues(await loadReadable(paths, context)));
  const files: FileValues = loaded.ok ? loaded.value : { config: {}, secrets: new Map() };
  const endpoints = endpointsOf(await providers());
  const { config } = files;
  const { knownModels } = await import("../models/known.ts");
  const keysAt: KnownKeys = kinds.includes("configPath") ? await publishedKeysAt() : () => [];
  const known: KnownValues = {
    config,
    providers: () => knownProviders({ config, endpoints }),
    models: () =>
      [...knownModels({ config, endpoints }, paths, context)].flatMap(([provider, models]) =>
        models.map(({ id, name }) => ({ ref: `${provider}/${id}`, name })),
      ),
    profiles: () => profileNames(paths, context),
    tokenNames: () => tokenNames(files, context),
    variables: () => variableNames(files, context),
    keys: keysAt,
  };
  return kinds.flatMap((kind) => valuesOf(kind, known, text));
}

/** Keys that some published version knows at a path; `*` stands for any key. */
async function publishedKeysAt(): Promise<KnownKeys> {
  const { publishedKeys } = await import("../config/published-keys.ts");
  return (path) =>
    publishedKeys()
      .filter(({ at }) => at.length === path.length && at.every((step, index) => step === "*" || step === path[index]))
      .flatMap(({ keys }) => [...keys.keys()]);
}

/** By their folders beside the one in use. */
function profileNames({ stateDir }: Paths, { files }: Pick<Context, "files">): readonly string[] {
  try {
    return files.readdirSync(dirname(stateDir)).flatMap((name) => /^\.openclaw-([\w-]+)$/.exec(name)?.[1] ?? []);
  } catch {
    return [];
  }
}

function tokenNames({ secrets, gatewayEnv }: FileValues, { env }: Context) {
  const name = NAMED_TOKENS_VARIABLE;
  const value = lookUp(name, env) ?? secrets.get(name) ?? gatewayEnv?.get(name);
  return judgeNamedTokens(value ?? "", undefined).flatMap(({ name }) => name ?? []);
}

function variableNames({ secrets, gatewayEnv }: FileValues, { env }: Context) {
  const names = [...secrets.keys(), ...(gatewayEnv?.keys() ?? []), ...Object.keys(env)];
  return [...new Set(names)].filter((name) => /^[A-Z_][A-Z0-9_]*$/.test(name));
}
