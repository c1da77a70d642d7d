import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Finished, type InProcessOptions, openclaw, temporaryHome } from "./program.ts";

/** A home with this `openclaw.json`, and the program run in it. */
export interface ConfigHome {
  readonly home: string;
  readonly path: string;
  readonly text: () => string;
  readonly write: (text: string) => void;
  readonly config: (...args: readonly string[]) => Promise<Finished>;
  /** The same with the streams of a terminal. */
  readonly atTerminal: (...args: readonly string[]) => Promise<Finished>;
}

export function configHome(text?: string, options: Partial<InProcessOptions> = {}): ConfigHome {
  const home = temporaryHome();
  const path = join(home, ".openclaw", "openclaw.json");
  const write = (content: string) => {
    mkdirSync(join(home, ".openclaw"), { recursive: true, mode: 0o700 });
    writeFileSync(path, content, { mode: 0o600 });
  };
  if (text !== undefined) write(text);
  const terminal = { stdin: true, stdout: true, stderr: true };
  return {
    home,
    path,
    text: () => readFileSync(path, "utf8"),
    write,
    config: (...args) => openclaw(["config", ...args], { home, ...options }),
    atTerminal: (...args) =>
      openclaw(["config", ...args], { home, ...options, context: { ...options.context, terminal } }),
  };
}
