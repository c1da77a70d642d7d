import { endBySignals, runtime, setExitStatus, systemContext } from "../system/system-context.ts";
import { languageOf, loadTexts } from "../text/language.ts";
import { main } from "./main.ts";

/** Called by `bin/openclaw.cjs` with the version of the package. */
export function start(version: string): void {
  endBySignals();
  void run(version);
}

async function run(version: string): Promise<void> {
  const { argv, env, node, platform } = runtime();
  const context = systemContext(await loadTexts(languageOf(env, argv)), {
    createPrompter: async () => (await import("../terminal/prompter.ts")).createPrompter,
    createLiveScreen: async () => (await import("../terminal/live-screen.ts")).createLiveScreen,
    send: async () => (await import("../http/client.ts")).send,
  });
  setExitStatus(await main(argv, { version, node, platform }, context));
}
