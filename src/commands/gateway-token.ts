import { applyPlan } from "../config/apply.ts";
import { gatewayToken, isWeakToken, randomToken } from "../config/credentials.ts";
import { gatewayUrl } from "../config/listen-address.ts";
import {
  isTokenName,
  judgedIn,
  judgeNamedTokens,
  MOST_TOKENS,
  NAMED_TOKENS_VARIABLE,
  namedTokenProblems,
  unknownTokenName,
  withNamedToken,
  withoutNamedToken,
} from "../config/named-tokens.ts";
import { assertWritable } from "../config/read-only.ts";
import { fileValues, type LoadedFiles, loadFiles, loadReadable, resolveVariables } from "../config/resolve.ts";
import { assertRunsHere } from "../config/used-gateway.ts";
import { findVariable } from "../config/variables.ts";
import type { Context } from "../core/context.ts";
import { EXIT, OpenclawError } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import { problemLines, shownProblem } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { checkHealth } from "../service/health.ts";
import { table, wrap } from "../terminal/layout.ts";
import { loadTexts } from "../text/language.ts";
import { say } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";

export async function addToken(name: string, { context, paths: locate, shown }: Invocation): Promise<void> {
  const paths = locate();
  assertWritable(context);
  if (!isTokenName(name))
    throw new OpenclawError((t) => t.service.tokenNameNotAllowed, {
      code: "usage.invalid",
      hint: (t) => t.config.namedTokens.nameForm,
    });
  const token = randomToken(context);
  const { files, problems } = await readTokens(paths, context);
  assertRunsHere(files.config.config, paths, "usage.invalid");
  tokensText(files, paths, context);
  if (problems.length > 0)
    throw new OpenclawError((t) => t.server.tokenUnusable, { code: "credentials.missing", problems });
  const { current } = await edit(paths, context, (text) => {
    const judged = judgeNamedTokens(text, undefined);
    if (judged.some((one) => one.name === name))
      throw new OpenclawError((t) => t.service.tokenExists(name), {
        code: "usage.invalid",
        hint: (t) => t.service.removeTokenFirst(commandLine(paths.profile, `gateway token remove ${name}`)),
      });
    if (judged.length >= MOST_TOKENS)
      throw new OpenclawError((t) => t.config.namedTokens.full(MOST_TOKENS), {
        code: "usage.invalid",
        hint: (t) => t.config.namedTokens.removeSome,
      });
    return withNamedToken(text, { name, token });
  });
  const { service } = context.text;
  const tell = (line: string) =>
    (context.terminal.stdout ? context.out : context.err)(`${wrap(shown.text(line), context.columns())}\n`);
  if (!context.terminal.stdout) context.out(`${token.reveal()}\n`);
  tell(service.tokenAdded({ name, path: paths.secrets }));
  if (context.terminal.stdout) tell(service.handOver(commandLine(paths.profile, `gateway token show ${name}`)));
  if (current.config.config.gateway?.auth?.mode === "none")
    context.err(`${context.text.commands.note(service.tokenNotUsed)}\n`);
}

export async function removeToken(name: string, { context, paths: locate, shown, endWith }: Invocation): Promise<void> {
  const paths = locate();
  assertWritable(context);
  let removed: string | undefined;
  const { current } = await edit(paths, context, (text) => {
    removed = judgeNamedTokens(text, undefined).find((one) => one.name === name)?.token;
    if (removed === undefined) throw unknownTokenName(name, paths.profile);
    return withoutNamedToken(text, name);
  });
  const { service, commands } = context.text;
  context.out(`${wrap(shown.text(service.tokenRemoved({ name, path: paths.secrets })), context.columns())}\n`);
  const url = gatewayUrl(fileValues(current), context.env, paths);
  if (removed === "" || !(await isStillAccepted(new Secret(removed ?? ""), url, context))) return;
  context.err(
    `${wrap(commands.note(service.tokenStillAccepted({ name, command: commandLine(paths.profile, "doctor") })), context.columns())}\n`,
  );
  endWith(EXIT.failed);
}

/** The tokens with a name, as far as the files tell, and what is wrong with them. */
async function readTokens(paths: Paths, context: Context) {
  const files = await loadReadable(paths, context);
  const resolved = await resolveVariables({ gatewayToken: true }, fileValues(files), context);
  const found = await gatewayToken(resolved, context);
  const main = found.ok ? found.value : undefined;
  const judged = judgedIn(resolved, main);
  return { files, main, judged, problems: await namedTokenProblems(judged, resolved) };
}

export async function listTokens(
  { json }: { readonly json?: boolean },
  { context, paths: locate }: Invocation,
): Promise<void> {
  const { files, main, judged, problems } = await readTokens(locate(), context);
  const rows = judged.map(({ name, token, faults }) => ({
    name: name ?? null,
    usable: faults.every(({ kind }) => kind !== "problem"),
    weak: token !== "" && isWeakToken(new Secret(token)),
    duplicate: token !== "" && (main?.reveal() === token || judged.filter((other) => other.token === token).length > 1),
  }));
  if (json) {
    const english = await loadTexts("en");
    const shown = problems.map((problem) => shownProblem(problem, english));
    return context.out(jsonDocument({ ok: true, tokens: rows, problems: shown }));
  }
  const { service, commands } = context.text;
  if (files.secrets.error !== undefined) context.err(`${commands.note(say(files.secrets.error.says, context.text))}\n`);
  const marks = rows.map(({ name, ...is }) => [name ?? "?", service.tokenMarks(is)]);
  const { default: width } = await import("fast-string-width");
  const list = rows.length === 0 ? service.noNamedTokens : table(marks, width).replace(/ +$/gm, "");
  context.out(`${list}\n`);
  for (const line of problemLines(problems, context.text)) context.err(`${commands.note(line)}\n`);
}

/** @why a running gateway takes up a change within a moment, unless a file has a fault. */
const RELOAD_PAUSES = 20;
const PAUSE_MS = 250;

/** True if a running gateway proves that it knows a token which it should have forgotten. */
async function isStillAccepted(token: Secret, url: string, context: Context): Promise<boolean> {
  for (let pauses = 0; ; pauses += 1) {
    const { answers, isOwn } = await checkHealth({ url, token }, context);
    if (answers !== "gateway" || !isOwn) return false;
    if (pauses === RELOAD_PAUSES) return true;
    await context.delay(PAUSE_MS);
  }
}

/** The variable's text in `.env`. Throws if it is set elsewhere, where these commands do not write. */
function tokensText(files: LoadedFiles, { secrets }: Paths, { env }: Context): string {
  const found = findVariable(NAMED_TOKENS_VARIABLE, fileValues(files), env);
  if (found !== undefined && found.source !== ".env")
    throw new OpenclawError((t) => t.service.tokensElsewhere(t.config.variableSources[found.source]), {
      code: "usage.conflict",
      hint: (t) => t.service.moveTokens(secrets),
    });
  return found?.value.reveal() ?? "";
}

/** Changes the variable's text in `.env`. Throws what `applyPlan` throws, and if the variable is set elsewhere. */
function edit(paths: Paths, context: Context, change: (text: string) => string) {
  return applyPlan<LoadedFiles>(
    (known) => loadFiles(paths, context, { known }),
    (files) => {
      const text = tokensText(files, paths, context);
      const next = change(text);
      return { config: [], secrets: next === text ? [] : [{ name: NAMED_TOKENS_VARIABLE, value: new Secret(next) }] };
    },
    paths,
    context,
  );
}
