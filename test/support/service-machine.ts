import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { answeringGateway } from "./answering-gateway.ts";
import { type FakeManager, fakeSystemd } from "./fake-managers.ts";
import { DOCUMENTED, openclaw, temporaryHome } from "./program.ts";

export const UNIT = "openclaw-gateway.service";

/** A unit that another program wrote. */
export const FOREIGN = "[Service]\nExecStart=/usr/bin/node /x/index.js gateway\nEnvironment=KEY=CANARY-of-another\n";

/** The note that appears if these tests run in a clone in `/tmp`. */
const OF_THIS_CLONE = /^Note: \S+ is in a temporary folder .*\n/;

type Gateway = Awaited<ReturnType<typeof answeringGateway>>;

export interface Machine {
  readonly home: string;
  readonly file: string;
  readonly systemd: FakeManager;
  readonly gateway: Gateway;
  /** Runs `openclaw gateway …`, with more variables if given. */
  readonly run: (words: string, env?: Readonly<Record<string, string>>) => ReturnType<typeof openclaw>;
  readonly text: () => string;
  /** The environment in which the program finds the commands of systemd. */
  readonly env: Readonly<Record<string, string>>;
}

/** A home after onboarding, the commands of systemd, and a gateway that answers at the configured address. */
export async function machine({ profile = "" } = {}): Promise<Machine> {
  const home = temporaryHome();
  const systemd = fakeSystemd(home);
  const secrets = join(home, profile === "" ? ".openclaw" : `.openclaw-${profile}`, ".env");
  const gateway = await answeringGateway({ secrets });
  const root = profile === "" ? [] : ["--profile", profile];
  const env = { PATH: `${systemd.folder}:${process.env.PATH}`, XDG_RUNTIME_DIR: home };
  await openclaw([...root, ...DOCUMENTED, "--gateway-port", String(gateway.port)], { home });
  const file = join(home, ".config/systemd/user", profile === "" ? UNIT : `openclaw-gateway-${profile}.service`);
  return {
    home,
    file,
    systemd,
    gateway,
    run: async (words, more = {}) => {
      const finished = await openclaw([...root, "gateway", ...words.split(" ")], { home, env: { ...env, ...more } });
      return { ...finished, stderr: finished.stderr.replace(OF_THIS_CLONE, "") };
    },
    env,
    text: () => readFileSync(file, "utf8"),
  };
}

/** The calls of systemd that change something. */
export const orders = ({ systemd }: Machine) =>
  systemd
    .calls()
    .flatMap((call) =>
      / (?:show|show-environment|show-user)\b/.test(call) ? [] : [call.replace(/^systemctl --user /, "")],
    );

/** Writes a file and creates its folder. */
export function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
