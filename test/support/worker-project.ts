import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Context, Files } from "../../src/core/context.ts";
import { unsyncedFiles } from "./faulty-files.ts";
import { DOCUMENTED, type Finished, openclaw, temporaryHome } from "./program.ts";

/** Stands for the built Worker, which takes long to make. */
export const WORKER =
  'import configuration from "./openclaw.json";\nexport default { fetch: () => new Response(configuration) };\n';

export interface Machine {
  readonly home: string;
  /** The folder of the project. */
  readonly folder: string;
  readonly config: string;
  readonly secrets: string;
  /** Runs the program of this machine, whose Worker is a file of the test's own. */
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Finished>;
  readonly write: (flags?: readonly string[]) => Promise<Finished>;
  readonly read: (name: string) => string;
  readonly change: (name: string, by: (text: string) => string) => void;
  /** The program comes with another Worker from now on. */
  readonly update: (worker: string) => void;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly context?: Partial<Context>;
}

/** What standard output is, for programs that run in this process. */
export function standardOutputIs(kind: "pipe" | "socket" | "file" | "device", files: Files = unsyncedFiles): Files {
  const stats = { isFIFO: () => kind === "pipe", isSocket: () => kind === "socket" };
  const fstatSync = (fd: number) => (fd === 1 ? stats : files.fstatSync(fd));
  return new Proxy(files, {
    get: (real, name: keyof Files) => (name === "fstatSync" ? fstatSync : real[name]),
  });
}

/** A machine with a configuration, by default that of the documented command. */
export async function machine({ config, env }: { config?: object; env?: string } = {}): Promise<Machine> {
  const home = temporaryHome();
  const paths = { config: join(home, ".openclaw", "openclaw.json"), secrets: join(home, ".openclaw", ".env") };
  const program = join(home, "program");
  mkdirSync(join(program, "bin"), { recursive: true });
  mkdirSync(join(program, "dist"));
  writeFileSync(join(program, "bin", "openclaw.cjs"), "");
  // As npm does it: the command is a link.
  symlinkSync(join(program, "bin", "openclaw.cjs"), join(program, "openclaw"));
  const update = (worker: string) => writeFileSync(join(program, "dist", "worker.mjs"), worker);
  update(WORKER);
  if (config === undefined) await openclaw(DOCUMENTED, { home });
  else {
    mkdirSync(join(home, ".openclaw"));
    writeFileSync(paths.config, JSON.stringify(config, null, 2));
    writeFileSync(paths.secrets, env ?? "");
  }
  const folder = join(home, "gw");
  const run: Machine["run"] = (args, options = {}) =>
    openclaw(args, {
      home,
      ...(options.env && { env: options.env }),
      context: {
        started: { node: process.execPath, script: join(program, "openclaw") },
        files: standardOutputIs("pipe"),
        ...options.context,
      },
    });
  return {
    home,
    folder,
    ...paths,
    run,
    update,
    write: (flags = []) => run(["gateway", "worker", folder, ...flags]),
    read: (name) => readFileSync(join(folder, name), "utf8"),
    change: (name, by) => {
      const path = join(folder, name);
      writeFileSync(path, by(readFileSync(path, "utf8")));
    },
  };
}

export const modified = (path: string): number => statSync(path).mtimeMs;

/** A secret as it may turn up: as it is, in URLs, and in base64 at any offset. */
export function formsOf(secret: string): readonly string[] {
  const shifted = [0, 1, 2].map((by) =>
    Buffer.from("x".repeat(by) + secret)
      .toString("base64")
      .slice(by === 0 ? 0 : 4, -4),
  );
  return [secret, encodeURIComponent(secret), ...shifted, Buffer.from(secret).toString("hex")];
}
