import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { managerIfAny } from "../service/find-manager.ts";
import { ownerOf } from "../service/install.ts";
import { canPrompt } from "../terminal/interaction.ts";
import { say } from "../text/message.ts";
import { installGateway, installReport } from "./gateway-service.ts";
import type { Flags } from "./onboard-flags.ts";

/** Whether the wizard may offer it: where it can be done, and has not been. */
export async function isOffered(paths: Paths, context: Context): Promise<boolean> {
  const manager = await managerIfAny(paths, context);
  return manager !== undefined && ownerOf(manager.file, context) !== "openclaw";
}

/**
 * Installs the service after the set-up was written, which stays also where this fails: then the error says so.
 * Returns what there is to tell in a JSON document.
 */
export async function installed(
  { nonInteractive, json }: Flags,
  version: string,
  paths: Paths,
  context: Context,
): Promise<object> {
  try {
    const outcome = await installGateway(
      paths,
      { version, force: false, mayAsk: !nonInteractive && !json && canPrompt(context) },
      context,
    );
    for (const note of outcome.notes) context.err(`${context.text.commands.note(say(note, context.text))}\n`);
    if (!json) context.out(`\n${installReport(outcome, context.text)}`);
    const { result, manager, gateway } = outcome;
    return { result, manager: manager.kind, name: manager.name, file: manager.file, url: gateway.url };
  } catch (error) {
    if (!(error instanceof OpenclawError)) throw error;
    const { says, code, hint, problems } = error;
    throw new OpenclawError((text) => `What was set up is written, but does not run as a service: ${say(says, text)}`, {
      code,
      problems,
      ...(hint !== undefined && { hint }),
      cause: error,
    });
  }
}
