import { runtime, setExitStatus, systemContext } from "../system/system-context.ts";
import { main } from "./main.ts";

/** Called by `bin/openclaw.cjs` with the version of the package. */
export function start(version: string): void {
  const { argv, node, platform } = runtime();
  const context = systemContext({
    createPrompter: async () => (await import("../terminal/prompter.ts")).createPrompter,
    send: async () => (await import("../http/client.ts")).send,
  });
  void main(argv, { version, node, platform }, context).then(setExitStatus);
}
