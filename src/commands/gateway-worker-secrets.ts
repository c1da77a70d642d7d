import { join, resolve } from "node:path";
import { gatewayToken } from "../config/credentials.ts";
import { clientTokens, weakTokens } from "../config/named-tokens.ts";
import { configuredProviders, resolveProviders, resolveVariables } from "../config/resolve.ts";
import type { Config } from "../config/schema.ts";
import { isWrong } from "../config/unresolved.ts";
import { decodeUtf8 } from "../config/utf8.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError, unlessRefused } from "../core/errors.ts";
import { commandLine } from "../core/paths.ts";
import { withPlace } from "../core/result.ts";
import { escapedPath } from "../core/shell-quoting.ts";
import { endpointsOf } from "../providers/provider.ts";
import type { Message } from "../text/message.ts";
import { folderNamed, readProject } from "../worker-project/read-folder.ts";
import { lacksToken, secretValues } from "../worker-project/secret-values.ts";
import { parseWrangler, requiredSecrets, WRANGLER_FILE } from "../worker-project/wrangler-file.ts";
import type { Invocation } from "./invocation.ts";
import { showWarnings } from "./print.ts";
import { localWorkerConfig } from "./worker-configuration.ts";

/** Prints the secrets of a project as JSON into a pipe, all or none of them. */
export async function handOverSecrets(dir: string, { context, paths: locate, providers }: Invocation): Promise<void> {
  const paths = locate();
  const line = (words: string) => commandLine(paths.profile, words);
  assertPipe(pipeline(line(`gateway worker secrets ${escapedPath(dir)}`), dir, context), context);
  const folder = readProject(folderNamed(dir, context), line("gateway worker"), context);
  const path = join(folder.path, WRANGLER_FILE);
  const bytes = folder.files.get(WRANGLER_FILE) ?? Buffer.from("");
  const { value } = parseWrangler(decodeUtf8(bytes, path, "project.syntax"), path);
  const wanted = requiredSecrets(value);
  const again = line(`gateway worker ${escapedPath(dir)}`);
  if (wanted.length === 0)
    throw new OpenclawError((t) => t.workerProject.noSecretNames(path), {
      code: "project.syntax",
      hint: (t) => t.workerProject.writeAgain(again),
    });
  const endpoints = endpointsOf(await providers());
  const { files, secrets, providers: ids } = await localWorkerConfig(paths, endpoints, context);
  // A Worker has no mode without a token, whatever the gateway of this machine has.
  const config = withTokens(files.config);
  const known = configuredProviders(config, endpoints).filter(({ providerId }) => ids.includes(providerId));
  const resolved = await resolveVariables(
    { providers: known, gatewayToken: true, variables: wanted },
    { ...files, config },
    context,
  );
  const tokens = await clientTokens(resolved, context);
  const main = await gatewayToken(resolved, context);
  const credentials = await resolveProviders(known, resolved, context);
  const handed = secretValues(
    { listed: wanted, written: folder.record?.secrets ?? [] },
    secrets,
    { variables: resolved.variables, credentials: credentials, token: main.ok ? main.value : undefined },
    { path: paths.secrets, addToken: line("gateway token add NAME"), writeAgain: again },
  );
  const ofTokens = lacksToken(secrets, resolved.variables)
    ? []
    : tokens.ok
      ? await weakTokens(tokens, resolved)
      : tokens.error.filter((problem) => isWrong(problem) || secrets.some(({ origin }) => origin.kind === "token"));
  const problems = [...ofTokens, ...handed.problems];
  if (problems.length > 0)
    throw new OpenclawError((t) => t.workerProject.secretsMissing, { code: "credentials.missing", problems });
  context.out(`${JSON.stringify(Object.fromEntries([...handed.values].map(([name, one]) => [name, one.reveal()])))}\n`);
  const unlisted = secrets.map(({ name }) => name).filter((name) => !wanted.includes(name));
  showWarnings(
    [
      ...resolved.warnings.filter(({ name }) => wanted.includes(name)).map(withPlace),
      ...(unlisted.length > 0
        ? [((t) => t.workerProject.notListed({ names: unlisted, command: again })) satisfies Message]
        : []),
    ],
    context,
  );
  const worker = typeof value.name === "string" ? value.name : folder.path;
  context.err(`${context.text.workerProject.handedOver({ names: wanted, worker })}\n`);
}

/** wrangler takes the Worker's name from the project, so it has to be told where that is. */
const pipeline = (secrets: string, dir: string, { cwd }: Pick<Context, "cwd">): string => {
  const place = resolve(cwd(), dir) === cwd() ? "" : ` --cwd ${escapedPath(dir)}`;
  return `${secrets} | npx wrangler secret bulk${place}`;
};

/** Throws `terminal.secret` unless standard output is a pipe or a socket. */
function assertPipe(command: string, { terminal, files }: Pick<Context, "terminal" | "files">): void {
  const stats = unlessRefused(() => files.fstatSync(1));
  const isPipe = stats !== undefined && (stats.isFIFO() || stats.isSocket());
  if (!terminal.stdout && isPipe) return;
  throw new OpenclawError(
    (t) => (terminal.stdout ? t.workerProject.secretsOnTerminal : t.workerProject.secretsIntoFile),
    {
      code: "terminal.secret",
      hint: (t) => t.workerProject.pipeThem(command),
    },
  );
}

function withTokens(config: Config): Config {
  const { auth } = config.gateway ?? {};
  const mode = auth?.mode === "password" ? auth.mode : "token";
  return { ...config, gateway: { ...config.gateway, auth: { ...auth, mode } } };
}
