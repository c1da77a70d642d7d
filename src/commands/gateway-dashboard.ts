import { join } from "node:path";
import type { Command } from "commander";
import { isThisMachine } from "../config/listen-address.ts";
import { allTokens } from "../config/named-tokens.ts";
import { markOfPass, PASS_MS } from "../config/page-session.ts";
import { withProxy } from "../config/resolve.ts";
import type { Context, Signal } from "../core/context.ts";
import { EXIT, OpenclawError, unlessRefused } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import type { Secret } from "../core/secret.ts";
import { askPage, passFor } from "../service/page-access.ts";
import type { Message } from "../text/message.ts";
import { type OpenGateway, openGateway } from "./client-access.ts";
import type { Invocation } from "./invocation.ts";
import { linePrinter } from "./print.ts";

interface DashboardFlags {
  readonly print?: boolean;
  readonly json?: boolean;
}

export function defineDashboard(command: Command, invocation: Invocation): void {
  const { service, commands } = invocation.context.text;
  command
    .option("--print", service.commands.dashboard.printFlag)
    .option("--json", commands.jsonFlag)
    .action((flags: DashboardFlags) => dashboard(flags, invocation));
}

async function dashboard({ print = false, json = false }: DashboardFlags, invocation: Invocation): Promise<void> {
  const { context, shown } = invocation;
  const paths = invocation.paths();
  const gateway = await openGateway(paths, context);
  await assertAnswers(gateway, paths, context);
  const pass = await askForPass(gateway, context);
  const address = `${gateway.url}/dashboard${pass === undefined ? "" : `#token=${pass}`}`;
  if (json) return context.out(jsonDocument({ ok: true, url: address, validSeconds: pass === undefined ? null : 60 }));
  const { service } = context.text;
  const tell = linePrinter(context.err, { columns: () => context.columns("stderr") }, shown);
  const open = print || !context.terminal.stdout ? undefined : await context.pageOpener();
  const target = open === undefined || pass === undefined ? address : writeRedirect(address, context);
  if (open !== undefined && target !== undefined) {
    tell(service.dashboard.opening);
    if (pass === undefined) return open(target);
    const result = await untilOpened(pass, gateway, () => open(target), context).finally(() =>
      unlessRefused(() => context.files.unlinkSync(target)),
    );
    if (result === "opened") return tell(service.dashboard.opened);
    if (result === "interrupted") return invocation.endWith(EXIT.interrupted);
    tell(service.dashboard.notOpened(commandLine(paths.profile, "gateway dashboard --print")));
    return invocation.endWith(EXIT.failed);
  }
  context.out(`${address}\n`);
  const { port, hostname } = new URL(gateway.url);
  if (context.env.SSH_CONNECTION && isThisMachine(hostname)) tell(service.dashboard.forward(port));
  if (pass !== undefined) tell(service.dashboard.useSoon);
}

const unavailable = (says: Message, hint: Message) => new OpenclawError(says, { code: "gateway.unavailable", hint });

/** Throws `gateway.unavailable` unless it is the gateway of this configuration. No token is sent to find out. */
export async function assertAnswers(gateway: OpenGateway, { profile }: Paths, context: Context): Promise<void> {
  const { url, isRemote, shown } = gateway;
  const token = tokenOf(gateway);
  const seeStatus: Message = (t) => t.service.dashboard.seeStatus(commandLine(profile, "gateway status"));
  const found = isRemote ? await askRemote({ url, token }, gateway, context) : await askLocal({ url, token }, context);
  if (found === "nobody") {
    const commands = ["gateway run", "gateway start"].map((one) => commandLine(profile, one));
    throw unavailable(
      (t) => t.service.dashboard.nobody(shown),
      (t) => (isRemote ? t.service.remote.startThere : t.service.dashboard.startIt(commands)),
    );
  }
  if (found === "other") throw unavailable((t) => t.service.dashboard.other(shown), seeStatus);
  if (found === "foreign") throw unavailable((t) => t.service.dashboard.foreign(shown), seeStatus);
}

type Answering = "own" | "nobody" | "other" | "foreign";

interface Address {
  readonly url: string;
  readonly token: Secret | undefined;
}

async function askLocal(address: Address, context: Context): Promise<Answering> {
  const { checkHealth } = await import("../service/health.ts");
  const { answers, isOwn } = await checkHealth(address, context);
  if (answers === "gateway") return isOwn === false ? "foreign" : "own";
  return answers;
}

async function askRemote(address: Address, { files }: OpenGateway, context: Context): Promise<Answering> {
  const { remoteHealth } = await import("../service/remote-health.ts");
  const health = await remoteHealth(address, withProxy(files, context));
  if (health.answers === "nobody") return "nobody";
  if (health.answers !== "gateway") return "other";
  return health.token === "known" || health.token === "unneeded" ? "own" : "foreign";
}

const tokenOf = ({ tokens }: OpenGateway): Secret | undefined =>
  allTokens(tokens).find((token) => token.reveal() !== "");

/** As `askPage` of its service, by its proxy. */
const asked = (gateway: OpenGateway, search: string, context: Context) =>
  askPage({ url: gateway.url, token: tokenOf(gateway) }, search, withProxy(gateway.files, context));

/** `undefined` if none is needed. Throws `gateway.unavailable`. */
export async function askForPass(gateway: OpenGateway, context: Context): Promise<string | undefined> {
  const pass = await passFor({ url: gateway.url, token: tokenOf(gateway) }, withProxy(gateway.files, context));
  if (pass !== undefined) return pass ?? undefined;
  throw unavailable(
    (t) => t.service.dashboard.noPage(gateway.shown),
    (t) => t.service.dashboard.whichHave,
  );
}

const WAIT_PAUSES = 120;
const PAUSE_MS = 500;

/** Has a browser opened, and waits until the pass is used, which is when the page is there. */
async function untilOpened(
  pass: string,
  gateway: OpenGateway,
  open: () => void,
  context: Context,
): Promise<"opened" | "late" | "interrupted"> {
  const over = new AbortController();
  const signals: readonly Signal[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  const releases = signals.map((signal) => context.onSignal(signal, () => over.abort()));
  try {
    open();
    for (let pauses = 0; pauses < WAIT_PAUSES && !over.signal.aborted; pauses += 1) {
      await context.delay(PAUSE_MS, over.signal);
      const said = await asked(gateway, `?unused=${markOfPass(pass)}`, context);
      if (said?.unused === false) return "opened";
    }
    return over.signal.aborted ? "interrupted" : "late";
  } finally {
    for (const release of releases) release();
  }
}

/**
 * A file that leads to the address, of this user alone; `undefined` if none can be written. The caller removes it.
 * @why the arguments of a program can be read by everybody on this machine. Browsers in a sandbox, as Ubuntu's, read no
 * hidden folder, and not the one for temporary files.
 */
function writeRedirect(address: string, context: Context): string | undefined {
  const { files } = context;
  removeLeftRedirects(context);
  const name = `openclaw-dashboard-${context.randomBytes(6).toString("hex")}.html`;
  const path = join(context.homedir(), name);
  const text = `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>openclaw</title>
<meta http-equiv="refresh" content="0; url=${address}">
<a href="${address}">openclaw</a>
`;
  return unlessRefused(() => {
    const file = files.openSync(path, "wx", 0o600);
    try {
      files.writeSync(file, text);
    } finally {
      files.closeSync(file);
    }
    return path;
  });
}

const REDIRECT = /^openclaw-dashboard-[0-9a-f]{12}\.html$/;

/** Removes those of commands that were killed, and whose passes are over. */
function removeLeftRedirects({ files, homedir, now }: Context): void {
  const names = unlessRefused(() => files.readdirSync(homedir())) ?? [];
  for (const path of names.filter((name) => REDIRECT.test(name)).map((name) => join(homedir(), name))) {
    unlessRefused(() => {
      const stat = files.lstatSync(path);
      if (stat.isFile() && now().getTime() - stat.mtimeMs > LEFT_MS) files.unlinkSync(path);
    });
  }
}

/** @why another command may still wait for its browser. */
const LEFT_MS = 2 * PASS_MS;
