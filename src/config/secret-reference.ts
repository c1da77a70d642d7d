import type { Context } from "../core/context.ts";
import { expandHome } from "../core/paths.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import type { Variables } from "./environment.ts";
import type { Config, SecretReference } from "./schema.ts";
import { missingVariables } from "./substitute.ts";

type SecretProvider = NonNullable<NonNullable<Config["secrets"]>["providers"]>[string];

const EXEC_TIMEOUT_MS = 5_000;
const EXEC_OUTPUT_BYTES = 1024 * 1024;

/**
 * The value that `{source, provider, id}` stands for: a variable, a file, or what a program answers.
 * @source the published OpenClaw's `secrets.providers`, run against 2026.5.28.
 */
export async function readReference(
  { source, provider, id }: SecretReference,
  { variables, config }: { readonly variables: Variables; readonly config: Config },
  context: Pick<Context, "files" | "run" | "env" | "homedir">,
): Promise<Result<Secret>> {
  const settings = config.secrets?.providers?.[provider];
  if (source === "env") {
    const allowed = settings?.allowlist;
    if (allowed !== undefined && !allowed.includes(id))
      return fail({ message: `secrets.providers.${provider} does not allow ${id}.` });
    const found = variables.get(id);
    return found === undefined ? fail(missingVariables([id])) : ok(found.value);
  }
  if (settings === undefined || settings.source !== source) {
    return fail({ message: `secrets.providers.${provider} is not set up for source '${source}'.` });
  }
  const value =
    source === "file"
      ? fromFile(id, settings, context)
      : source === "exec"
        ? await fromProgram(id, provider, settings, context)
        : undefined;
  if (value) return ok(new Secret(value));
  return fail({ message: `secrets.providers.${provider} (source '${source}') gives no value for '${id}'.` });
}

function fromFile(
  id: string,
  { path = "", mode = "json" }: SecretProvider,
  context: Pick<Context, "files" | "homedir">,
): string | undefined {
  try {
    const text = context.files.readFileSync(expandHome(path, context), "utf8");
    return mode === "singleValue" ? text.replace(/\r?\n$/, "") : atPointer(JSON.parse(text), id);
  } catch {
    return undefined;
  }
}

/** A JSON pointer such as `/providers/anthropic`; a bare name is a key at the top. */
function atPointer(document: unknown, pointer: string): string | undefined {
  const steps = pointer
    .replace(/^\//, "")
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const value = steps.reduce<unknown>(
    (node, step) =>
      typeof node === "object" && node !== null && Object.hasOwn(node, step)
        ? (node as Record<string, unknown>)[step]
        : undefined,
    document,
  );
  return typeof value === "string" ? value : undefined;
}

async function fromProgram(
  id: string,
  provider: string,
  { command = "", args = [], timeoutMs = EXEC_TIMEOUT_MS }: SecretProvider,
  context: Pick<Context, "run" | "env">,
): Promise<string | undefined> {
  const { status, stdout } = await context.run(command, args, {
    // The program gets what it needs to start, not our credentials.
    env: { PATH: context.env.PATH, HOME: context.env.HOME },
    input: JSON.stringify({ protocolVersion: 1, provider, ids: [id] }),
    timeoutMs,
    maxOutputBytes: EXEC_OUTPUT_BYTES,
  });
  try {
    return status === 0
      ? atPointer(JSON.parse(stdout).values, `/${id.replaceAll("~", "~0").replaceAll("/", "~1")}`)
      : undefined;
  } catch {
    return undefined;
  }
}
