import { modelChoice } from "../config/model-selection.ts";
import { fileValues, loadFiles } from "../config/resolve.ts";
import { usedGateway } from "../config/used-gateway.ts";
import type { FileValues } from "../config/variables.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { withoutCredentials } from "../core/redact.ts";
import { problemLines } from "../core/result.ts";
import { resolveKnownProviders } from "../models/credentials.ts";
import { endpointsOf } from "../providers/provider.ts";
import { checkHealth } from "../service/health.ts";
import { canPrompt } from "../terminal/interaction.ts";
import { labelled, oneLine, wrap } from "../terminal/layout.ts";
import { say } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";

/** `openclaw` alone: leads a new user to `onboard`, and shows anybody else where they are. `run` runs a command. */
export async function bare(invocation: Invocation, run: (words: readonly string[]) => Promise<void>): Promise<void> {
  const { context, paths: locate, shown } = invocation;
  const paths = locate();
  const { bare: text } = context.text.commands;
  const files = await loadFiles(paths, context);
  if (!files.config.exists) {
    if (!canPrompt(context)) {
      throw new OpenclawError((t) => t.commands.bare.nothingSetUp, {
        code: "terminal.required",
        hint: (t) => t.commands.bare.howToSetUp,
      });
    }
    context.err(`${text.startsOnboard}\n\n`);
    return run(["onboard"]);
  }
  const values = fileValues(files);
  const endpoints = endpointsOf(await invocation.providers());
  const configured = endpoints.filter(({ providerId }) => values.config.models?.providers?.[providerId] !== undefined);
  const { available, problems } = await resolveKnownProviders(values, configured, context);
  const { primary } = modelChoice(values.config.agents?.defaults?.model);
  const providers = Object.keys(values.config.models?.providers ?? {});
  const rows = [
    ...providers.map((id, index) => [
      index === 0 ? text.providers(providers.length) : "",
      available.has(id) ? text.ready(id) : text.lacksCredential(id),
    ]),
    [text.defaultModel, primary === undefined ? text.none : withoutCredentials(primary)],
    await gatewayRow(values, paths, context),
  ];
  const { default: width } = await import("fast-string-width");
  const cells = rows.map((row) => row.map((cell = "") => oneLine(shown.text(cell))));
  const columns = context.columns();
  context.out(`${labelled(cells, width, columns)}\n\n${wrap(text.next, columns)}\n`);
  for (const line of problemLines(problems, context.text)) context.err(`${line}\n`);
}

/** Says whether the gateway of this machine runs, or which one elsewhere is used; `gateway status` asks that one. */
async function gatewayRow(values: FileValues, paths: Paths, context: Context): Promise<readonly string[]> {
  const { bare: text } = context.text.commands;
  const used = usedGateway(values, context.env, paths);
  if (!used.ok) return [text.remoteGateway, say(used.error.message, context.text)];
  const { isRemote, url, shown } = used.value;
  if (isRemote) return [text.remoteGateway, shown];
  const { answers } = await checkHealth({ url, token: undefined }, context);
  return [text.localGateway, text.gateway({ url, answers })];
}
