import { main } from "./main.ts";
import { runtime, setExitStatus, systemContext } from "../system/system-context.ts";

/** Called by `bin/openclaw.cjs` with the version of the package. */
export function start(version: string): void {
  const { argv, node, platform } = runtime();
  void main(argv, { version, node, platform }, systemContext()).then(setExitStatus);
}
