import { nearest } from "../core/similar.ts";

/**
 * Flags of other programs for the same, each with ours. Of several, those that the command has.
 * @source the published OpenClaw (`--custom-base-url`, `--gateway-password`), journalctl, tail, docker, the SDKs' variables.
 */
export const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  url: ["base-url", "remote-url"],
  "api-base": ["base-url"],
  "api-url": ["base-url"],
  "custom-base-url": ["base-url"],
  host: ["gateway-bind", "bind", "allow-host"],
  listen: ["gateway-bind", "bind"],
  "anthropic-api-key": ["cloudflare-ai-gateway-api-key"],
  password: ["gateway-token"],
  "gateway-password": ["gateway-token"],
  secret: ["cloudflare-ai-gateway-api-key", "gateway-token"],
  provider: ["auth-choice", "by"],
  account: ["account-id"],
  gateway: ["gateway-id"],
  name: ["gateway-id", "profile"],
  primary: ["model"],
  "model-id": ["model"],
  "custom-model-id": ["model"],
  test: ["verify", "probe"],
  check: ["verify"],
  force: ["yes"],
  "assume-yes": ["yes"],
  debug: ["verbose"],
  locale: ["lang"],
  language: ["lang"],
  tail: ["lines"],
  limit: ["lines"],
  last: ["lines", "since"],
  watch: ["follow", "interval"],
  from: ["since"],
  after: ["since"],
  days: ["since"],
  range: ["since", "period"],
  window: ["period"],
  group: ["by"],
  sort: ["by"],
  level: ["errors", "log-level"],
  format: ["json", "csv"],
  output: ["json", "csv"],
  concurrency: ["workers"],
  processes: ["workers"],
  timeout: ["upstream-timeout", "probe-timeout"],
};

/** More of them than this is no help. */
const MOST = 4;

/**
 * The flags of ours that were probably meant with one that is not: the same for others, one that is spelt like it, or those
 * that end with its words, as `--cloudflare-ai-gateway-base-url` for `--base-url`. Empty if there is none, or are too many.
 */
export function meantFlags(flag: string, flags: readonly string[]): readonly string[] {
  const name = flag.replace(/^-+/, "").toLowerCase();
  const ending = (words: string) =>
    flags.includes(`--${words}`) ? [`--${words}`] : flags.filter((one) => one.endsWith(`-${words}`));
  const others = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : undefined;
  const same = [...new Set(others?.flatMap(ending))];
  if (same.length > 0) return same.slice(0, MOST);
  // A name that others have is not misspelt: `--provider` is no `--profile`.
  const alike = others === undefined ? nearest(flag, flags) : undefined;
  if (alike !== undefined) return [alike];
  // Without the words before: `--my-account-id` is one of an account id.
  for (let words = name; words !== ""; words = words.includes("-") ? words.slice(words.indexOf("-") + 1) : "") {
    const found = ending(words);
    if (found.length > 0) return found.length > MOST ? [] : found;
  }
  return [];
}

const GATEWAY = "openclaw gateway";

/**
 * Commands of others, and ours without the one above them, each with ours. Empty words for the program itself.
 * @source the published OpenClaw has `logs`, `status`, `dashboard`, `configure`, `setup` and `reset` of its own.
 */
export const OTHER_COMMANDS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "": {
    ...Object.fromEntries(
      [
        "run",
        "start",
        "stop",
        "restart",
        "install",
        "logs",
        "top",
        "dashboard",
        "env",
        "token",
        "health",
        "worker",
      ].map((name) => [name, [`${GATEWAY} ${name}`]]),
    ),
    log: [`${GATEWAY} logs`],
    serve: [`${GATEWAY} run`],
    status: [`${GATEWAY} status`, "openclaw models status"],
    list: ["openclaw models list"],
    fallbacks: ["openclaw models fallbacks"],
    aliases: ["openclaw models aliases"],
    configure: ["openclaw onboard"],
    setup: ["openclaw onboard"],
    init: ["openclaw onboard"],
    login: ["openclaw onboard"],
    auth: ["openclaw onboard", "openclaw models auth"],
    set: ["openclaw config set", "openclaw models set"],
    reset: ["openclaw onboard --reset", "openclaw uninstall"],
    stats: ["openclaw usage"],
    cost: ["openclaw usage"],
    costs: ["openclaw usage"],
    check: ["openclaw doctor"],
    verify: ["openclaw doctor"],
  },
  gateway: {
    serve: [`${GATEWAY} run`],
    log: [`${GATEWAY} logs`],
    usage: ["openclaw usage"],
    stats: [`${GATEWAY} top`, "openclaw usage"],
    ui: [`${GATEWAY} dashboard`],
    enable: [`${GATEWAY} install`],
    disable: [`${GATEWAY} uninstall`],
    metrics: [`${GATEWAY} top`, `${GATEWAY} run --metrics-port`],
  },
  models: {
    default: ["openclaw models set"],
    use: ["openclaw models set"],
    ls: ["openclaw models list"],
    show: ["openclaw models status", "openclaw models list"],
    update: ["openclaw models refresh"],
  },
};

/** The commands that were probably meant with `name` below `words`, which has `names`. Empty if there is none. */
export function meantCommands(name: string, words: string, names: readonly string[]): readonly string[] {
  const others = OTHER_COMMANDS[words] ?? {};
  const known = name.toLowerCase();
  const same = Object.hasOwn(others, known) ? others[known] : undefined;
  if (same !== undefined) return same;
  const alike = nearest(name, names);
  return alike === undefined ? [] : [alike];
}
