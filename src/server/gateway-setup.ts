import { assertValid, readConfig } from "../config/config-file.ts";
import {
  type Credentials,
  gatewayToken,
  gatewayTokenVariables,
  resolveCredentials,
  variablesNeeded,
} from "../config/credentials.ts";
import { loadSecrets, proxyVariables } from "../config/resolve.ts";
import type { Config, ProviderConfig } from "../config/schema.ts";
import { findVariables } from "../config/variables.ts";
import type { Context, Env, VariableName } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { ok, type Problem, type Result } from "../core/result.ts";
import { type Configured, settingsFrom } from "../gateway/configure.ts";
import { type Asked, accessFor, type Entrance, entranceFor } from "../gateway/entrance.ts";
import type { StripPrefill } from "../gateway/settings.ts";
import { ENDPOINTS } from "../providers/registry.ts";
import { type Message, say } from "../text/message.ts";
import { askedBy } from "./listen-address.ts";

/** What the command line decides; the rest is for variables and the configuration. */
export interface GatewayFlags {
  readonly port?: string;
  readonly bind?: string;
  readonly stripPrefill?: string;
  readonly allowHost?: readonly string[];
  readonly allowOrigin?: readonly string[];
}

/** Everything that a gateway starts with. */
export interface GatewaySetup extends Configured {
  readonly entrance: Entrance;
  /** The variables that name a proxy. */
  readonly proxyVariables: Env;
}

type Reading = Pick<Context, "files" | "env" | "homedir" | "run">;

interface Files {
  readonly config: Config;
  readonly secrets: ReadonlyMap<string, string>;
}

/** What nobody can start a gateway with; to try it again would not help. */
const refusal = (message: Message, details: Partial<Pick<OpenclawError, "problems" | "hint" | "cause">>) =>
  new OpenclawError(message, {
    code: "gateway.config",
    ...(details.hint !== undefined && { hint: details.hint }),
    ...(details.problems !== undefined && { problems: details.problems }),
    cause: details.cause,
  });

/** A flag is wrong usage; a variable or the configuration is what the next start finds as well. */
const misasked = (problem: Problem) =>
  problem.where?.startsWith("--")
    ? new OpenclawError((text) => `${problem.where}: ${say(problem.message, text)}`, {
        code: "usage.invalid",
        ...(problem.hint !== undefined && { hint: problem.hint }),
      })
    : refusal(NOT_SO, { problems: [problem] });

const ONBOARD = { hint: "Set a provider up with `openclaw onboard`." };

/**
 * Reads what a gateway works with. `read` hears of every file that counts, also of one that is damaged or missing.
 * `listening` is where a gateway takes connections that runs already: it stays there, whatever the files say now.
 * Throws `gateway.config`, with what is wrong and where.
 */
export async function readGatewaySetup(
  flags: GatewayFlags,
  paths: Paths,
  context: Reading,
  read: (path: string) => void,
  listening?: Entrance,
): Promise<GatewaySetup> {
  const files = await readFiles(paths, context, read);
  const { config } = files;
  const providers = Object.entries(config.models?.providers ?? {});
  const { credentials, token } = await resolveAll(providers, files, context);
  /** The flag, else the variable, for which no shell is asked. */
  const asked = (flag: string | undefined, flagName: string, variable: Asked | undefined): Asked | undefined =>
    flag === undefined ? variable : { value: flag, where: flagName };
  const fromEnv = (name: VariableName) => askedBy(name, files, context.env);
  const entrance = entranceFor(
    {
      port: asked(flags.port, "--port", fromEnv("OPENCLAW_GATEWAY_PORT")),
      bind: asked(flags.bind, "--bind", fromEnv("OPENCLAW_GATEWAY_BIND")),
    },
    config,
    paths.defaultPort,
  );
  const strip = stripPrefillIn(asked(flags.stripPrefill, "--strip-prefill", fromEnv("OPENCLAW_GATEWAY_STRIP_PREFILL")));
  if (!entrance.ok) throw misasked(entrance.error);
  if (!strip.ok) throw misasked(strip.error);
  const access = accessFor(entrance.value, config, token);
  if (!access.ok) throw refusal(NOT_SO, { problems: access.error });
  const held = listening ?? entrance.value;
  // One that others than this machine get to today does not do without a token for being about to move.
  const accessNow = accessFor(held, config, token);
  if (!accessNow.ok) throw refusal(NOT_SO, { problems: accessNow.error });
  const rules = {
    access: access.value,
    stripPrefill: strip.value,
    // As people write them: a name with its port, an origin with a slash at its end.
    allowedHosts: new Set(
      listed(flags.allowHost, fromEnv("OPENCLAW_GATEWAY_ALLOWED_HOSTS")).map((name) => name.replace(/:\d+$/, "")),
    ),
    allowedOrigins: new Set(
      listed(flags.allowOrigin, fromEnv("OPENCLAW_GATEWAY_ALLOWED_ORIGINS")).map((text) => text.replace(/\/$/, "")),
    ),
  };
  const input = { config, endpoints: ENDPOINTS, credentials, entrance: held, rules };
  const configured = settingsFrom(input);
  const { upstreams, unusable } = configured.settings;
  if (upstreams.size + unusable.size === 0) {
    const problems = configured.notices.map((message) => ({ message }));
    throw refusal("No provider is set up that requests could go to.", { problems, ...ONBOARD });
  }
  return { ...configured, entrance: entrance.value, proxyVariables: proxyVariables(files, context.env) };
}

const NOT_SO = "The local gateway cannot be started like this.";

async function readFiles(paths: Paths, context: Reading, read: (path: string) => void): Promise<Files> {
  read(paths.config);
  read(paths.secrets);
  try {
    const { value, root, read: source, exists } = await readConfig(paths.config, context, read);
    if (!exists) throw refusal("Nothing is set up yet.", ONBOARD);
    await assertValid(value, root, source);
    return { config: value as Config, secrets: (await loadSecrets(paths.secrets, context)).values };
  } catch (error) {
    if (!(error instanceof OpenclawError)) throw error;
    throw refusal(error.says, { ...error, cause: error });
  }
}

/** What the references of every entry come to, and the token that clients present. */
async function resolveAll(providers: readonly (readonly [string, ProviderConfig])[], files: Files, context: Reading) {
  const keyVariableOf = (id: string) => ENDPOINTS.find(({ providerId }) => providerId === id)?.keyVariable;
  const needed = providers.flatMap(([id, entry]) => variablesNeeded(entry, keyVariableOf(id)));
  const names = new Set([...needed, ...gatewayTokenVariables(files.config)]);
  const known = { variables: await findVariables(names, files, context), config: files.config };
  const credentials = new Map<string, Result<Credentials, readonly Problem[]>>();
  for (const [id, entry] of providers)
    credentials.set(id, await resolveCredentials(entry, keyVariableOf(id), known, context));
  return { credentials, token: await gatewayToken(known, context) };
}

const STRIP_PREFILL: readonly StripPrefill[] = ["thinking", "unsupported"];

function stripPrefillIn(asked: Asked | undefined): Result<StripPrefill> {
  const found = STRIP_PREFILL.find((known) => known === (asked?.value ?? "thinking"));
  if (found !== undefined) return ok(found);
  return { ok: false, error: { where: asked?.where ?? "", message: `It is one of ${STRIP_PREFILL.join(", ")}.` } };
}

const listed = (flags: readonly string[] = [], variable: Asked | undefined): readonly string[] =>
  [...flags, ...(variable?.value.split(",") ?? [])]
    .map((text) => text.trim().toLowerCase())
    .filter((text) => text !== "");
