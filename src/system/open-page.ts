import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { Context } from "../core/context.ts";
import { isSecretVariable } from "../core/redact.ts";

type Session = Pick<Context, "env" | "platform">;

/** Opens pages in the user's browser; `undefined` where nobody would see it, as in a session from far away. */
export function pageOpener({ env, platform }: Session): ((url: string) => void) | undefined {
  if (env.SSH_CONNECTION || env.CI) return undefined;
  const isGraphical = platform === "darwin" || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
  const name = platform === "darwin" ? "open" : "xdg-open";
  const program = isGraphical && platform !== "win32" ? programIn(env.PATH, name) : undefined;
  return program === undefined ? undefined : (url) => void open(program, url, env);
}

function programIn(path = "", name: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Waits for nothing. A browser that does not come up is seen, and the address is on the screen. */
async function open(program: string, url: string, env: Context["env"]): Promise<void> {
  const { spawn } = await import("node:child_process");
  const passed = Object.entries(env).filter(([name]) => !isSecretVariable(name));
  const child = spawn(program, [url], { env: Object.fromEntries(passed), stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
