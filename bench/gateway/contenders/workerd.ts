/** Gateways in workerd, the runtime of Cloudflare Workers, as its own program: no other Worker in front of them. */
import { copyFileSync, existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { FLAGS, NEWEST_DATE } from "../../../src/worker-project/wrangler-file.ts";
import { freePort, start, untilListening } from "../children.ts";
import { type Contender, type ContenderKind, NOTHING_MORE, type Place } from "./contender.ts";
import { CountedLog } from "./counted-log.ts";
import { configAt, SECRETS } from "./openclaw.ts";

/** Comes with miniflare. */
const WORKERD = resolve(
  ...["node_modules", "@cloudflare", `workerd-${process.platform}-${process.arch === "arm64" ? "arm64" : "64"}`],
  ...["bin", "workerd"],
);

/** A Worker that only forwards. */
export const FORWARD: ContenderKind = {
  name: "forward",
  carriesStreams: true,
  spreads: false,
  isInstalled: () => existsSync(WORKERD),
  start: (place) => {
    copyFileSync(fileURLToPath(new URL("./forward.mjs", import.meta.url)), join(place.folder, "worker.mjs"));
    return serve(place, [], { UPSTREAM: `http://127.0.0.1:${place.upstreamPort}` });
  },
};

/** Ours, as `npm run build` makes it. */
const BUILT = resolve("dist", "worker.mjs");

export const WORKER: ContenderKind = {
  name: "worker",
  carriesStreams: true,
  spreads: false,
  isInstalled: () => existsSync(WORKERD) && existsSync(BUILT),
  start: async (place) => {
    copyFileSync(BUILT, join(place.folder, "worker.mjs"));
    writeFileSync(join(place.folder, "openclaw.json"), JSON.stringify(configAt(place.upstreamPort)));
    const log = new CountedLog(join(place.folder, "worker.log"));
    const worker = await serve(place, ["openclaw.json"], SECRETS, log.descriptor);
    return { ...worker, settle: (requests) => log.holdTo(requests) };
  },
};

/** Runs `worker.mjs` and some texts beside it, all in the folder, with variables. */
async function serve(
  { folder, core }: Place,
  texts: readonly string[],
  variables: Readonly<Record<string, string>>,
  output: number | "ignore" = "ignore",
): Promise<Contender> {
  const port = await freePort();
  const config = join(folder, "workerd.capnp");
  writeFileSync(config, workerdConfig(port, texts, variables), { mode: 0o600 });
  const child = start(WORKERD, ["serve", config], { core, stdio: ["ignore", output, "ignore"] });
  await untilListening(child, port);
  return { port, child, ...NOTHING_MORE };
}

/**
 * As a written project has it.
 * @source workerd.capnp of the package `workerd`; a string of JSON is one of its own, too, and so is a list of them.
 */
const workerdConfig = (port: number, texts: readonly string[], variables: Readonly<Record<string, string>>) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .gateway),
    (name = "loopback", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const gateway :Workerd.Worker = (
  modules = [
    (name = "worker.mjs", esModule = embed "worker.mjs"),
${texts.map((name) => `    (name = "${name}", text = embed "${name}"),\n`).join("")}  ],
  compatibilityDate = "${NEWEST_DATE}",
  compatibilityFlags = ${JSON.stringify(FLAGS)},
  bindings = [
${Object.entries(variables)
  .map(([name, value]) => `    (name = "${name}", text = ${JSON.stringify(value)}),\n`)
  .join("")}  ],
  globalOutbound = "loopback",
);
`;
