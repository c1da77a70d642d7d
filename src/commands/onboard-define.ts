import type { Command } from "commander";
import type { Problem } from "../core/result.ts";
import type { Invocation } from "./invocation.ts";
import { addFlags, type Flags } from "./onboard-flags.ts";

/** @why apart from the command: its help and its completion need the flags, and nothing of what it does. */
export async function define(command: Command, invocation: Invocation): Promise<void> {
  const problems: Problem[] = [];
  const { text } = invocation.context;
  const providers = await invocation.providers();
  addFlags(command, providers, text, problems)
    .description(text.onboard.description)
    .action(async (flags: Flags) =>
      (await import("./onboard.ts")).runOnboard(flags, problems, command, providers, invocation),
    );
}
