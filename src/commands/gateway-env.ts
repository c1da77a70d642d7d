import { delimiter, isAbsolute, join } from "node:path";
import { gatewayToken } from "../config/credentials.ts";
import { fileValues, loadFiles, resolveVariables } from "../config/resolve.ts";
import { realPath } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { Secret } from "../core/secret.ts";
import { PLACEHOLDER_KEY } from "../providers/placeholder-key.ts";
import { gatewayUrl } from "../server/listen-address.ts";
import { openclaw } from "../service/names.ts";
import { clientCommands, type EnvFlags } from "./gateway-clients.ts";
import type { Run } from "./run.ts";
import { evaluation, type Shell, type Value } from "./shell-words.ts";

export async function env({ shell: named, client }: EnvFlags, { context, paths: locate }: Run): Promise<void> {
  const paths = locate();
  const shell = named ?? shellOf(context);
  const { url, token } = await gatewayOf(paths, context);
  const own = ownCommand(paths, context);
  const value: Value = token === undefined ? { text: PLACEHOLDER_KEY } : { outputOf: [...own, "gateway", "token"] };
  context.out(`${clientCommands({ client, shell }, { url, token: value }).join("\n")}\n`);
  if (context.terminal.stdout) context.err(`\nTo have your shell do this: ${byShell(paths, shell)}\n`);
  if (isProxied(context))
    context.err("Note: A proxy is set. Have 127.0.0.1 in NO_PROXY, or clients look for it there.\n");
}

export async function token({ context, paths: locate }: Run): Promise<void> {
  const paths = locate();
  if (context.terminal.stdout) {
    throw new OpenclawError("The token is not shown on a screen.", {
      code: "terminal.secret",
      hint: `Let a program read it, as \`${byShell(paths, shellOf(context))}\` does.`,
    });
  }
  const found = (await gatewayOf(paths, context)).token;
  if (found === undefined) {
    throw new OpenclawError("The local gateway asks its clients for no token (gateway.auth.mode is none).", {
      code: "credentials.missing",
    });
  }
  context.out(`${found.reveal()}\n`);
}

/** Where the gateway is, and its token; undefined where it asks for none. Throws `credentials.missing`, `config.*`. */
async function gatewayOf(
  paths: Paths,
  context: Context,
): Promise<{ readonly url: string; readonly token: Secret | undefined }> {
  const files = fileValues(await loadFiles(paths, context));
  const found = await gatewayToken(await resolveVariables({ gatewayToken: true }, files, context), context);
  if (found.ok) return { url: gatewayUrl(files, context.env, paths), token: found.value };
  throw new OpenclawError("The token of the local gateway's clients cannot be had.", {
    code: "credentials.missing",
    problems: found.error,
  });
}

const byShell = ({ profile }: Paths, shell: Shell) => evaluation(openclaw(profile, "gateway env"), shell);

const shellOf = ({ env: { SHELL = "" }, platform }: Context): Shell => {
  if (platform === "win32") return "powershell";
  return /(?:^|\/)fish$/.test(SHELL) ? "fish" : "bash";
};

/** How this program is called: by its name where that leads to it, else by its path. */
function ownCommand({ profile }: Paths, { env: { PATH = "" }, files, started }: Context): readonly string[] {
  const [found] = PATH.split(delimiter)
    .filter(isAbsolute)
    .flatMap((folder) => realPath(join(folder, "openclaw"), { files }) ?? []);
  const isOnPath = found !== undefined && found === realPath(started.script, { files });
  const program = isOnPath ? ["openclaw"] : [started.node, started.script];
  return [...program, ...(profile === undefined ? [] : ["--profile", profile])];
}

const isProxied = ({ env }: Context) => {
  const named = (name: string) => env[name] || env[name.toLowerCase()] || "";
  const isSet = named("HTTP_PROXY") !== "" || named("HTTPS_PROXY") !== "";
  return isSet && !/(?:^|[\s,])(?:\*|127\.0\.0\.1)(?:$|[\s,:])/.test(named("NO_PROXY"));
};
