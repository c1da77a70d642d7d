import type { Command } from "commander";
import { EXIT } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import type { Paths } from "../core/paths.ts";
import type { Shown } from "../core/shown.ts";
import { wholeStamp } from "../gateway/log-line.ts";
import { healthOf } from "../server/health.ts";
import type { Health, WorkersState } from "../service/health.ts";
import { askState } from "../service/page-access.ts";
import type { RemoteView } from "../service/remote-status.ts";
import type { CredentialSource } from "../service/runtime.ts";
import { type GatewayStatus, gatewayStatus, type ServiceView } from "../service/status.ts";
import { labelled, listed, oneLine } from "../terminal/layout.ts";
import { loadPaint, type Paint, wantsColour } from "../terminal/paint.ts";
import { languageOf, loadTexts } from "../text/language.ts";
import { type Message, say, sentences, type Texts } from "../text/message.ts";
import { gatewayFact } from "./gateway-fact.ts";
import { healthJson } from "./gateway-service.ts";
import type { Invocation } from "./invocation.ts";
import { stateIn, type TopState } from "./top-data.ts";
import { healthLines } from "./top-view.ts";

export const defineStatus = (command: Command, invocation: Invocation): void =>
  void command
    .option("--json", invocation.context.text.commands.jsonFlag)
    .action((flags: { readonly json?: boolean }) => status(flags, invocation));

async function status({ json }: { readonly json?: boolean }, invocation: Invocation): Promise<void> {
  const { context, about, paths, providers, shown, argv, endWith } = invocation;
  const found = await gatewayStatus({ paths: paths(), providers: await providers() }, about.version, context);
  const { page } = found;
  const language = json ? "en" : languageOf(context.env, argv);
  const body = page && (await askState(page, language, { http: page.http, randomBytes: context.randomBytes }));
  const state = body === undefined ? undefined : stateIn(body);
  const paint = await loadPaint(!json && wantsColour(context.terminal.stdout, context));
  context.out(
    json
      ? statusJson(found, state, await loadTexts("en"))
      : await statusReport(found, state, paint, { shown, columns: context.columns(), paths: paths() }, context.text),
  );
  if (!found.ok) endWith(EXIT.failed);
}

async function statusReport(
  status: GatewayStatus,
  state: TopState | undefined,
  paint: Paint,
  { shown, columns, paths }: { readonly shown: Shown; readonly columns: number | undefined; readonly paths: Paths },
  text: Texts,
): Promise<string> {
  const { green, yellow, red } = paint;
  const { service, gateway, credentials, rotation, problems, notes, remote } = status;
  const { statusLabels: labels, remote: remoteText } = text.service;
  const wellRemote = gateway.isReady ? remoteText.allWell : remoteText.answers;
  const allWell = remote === undefined ? text.service.allWell : wellRemote;
  const { default: width } = await import("fast-string-width");
  const running = remote === undefined ? runningFact(service, gateway, text) : "";
  // With its place before it, a path that no text names.
  const sentence = (message: Message) => shown.text(oneLine(say(message, text)));
  const rows = [
    ...(remote === undefined || service?.isInstalled ? [[labels.service, serviceFact(service, gateway, text)]] : []),
    ...(service?.isInstalled || (service?.writtenBy && remote === undefined) ? [[labels.file, service.file]] : []),
    ...(running === "" ? [] : [[labels.running, running]]),
    ...(gateway.workers === undefined ? [] : [[labels.processes, workersFact(gateway.workers, text)]]),
    ...(remote === undefined ? [[labels.gateway, gatewayFact(gateway, text)]] : remoteRows(remote, gateway, text)),
    ...(gateway.metricsUrl === undefined ? [] : [[labels.metrics, text.service.metricsAt(gateway.metricsUrl)]]),
    ...[...credentialFacts(credentials, paths, text), ...rotation.map(text.service.keysInRotation)].map(
      (fact, index) => [index === 0 ? labels.credentials : "", fact],
    ),
    ...(service?.isInstalled ? [[labels.log, service.log]] : []),
  ];
  const isWell = state === undefined || healthOf(state, state.problems) === "works";
  // As `gateway top` shows it.
  const verdict = isWell
    ? [green(listed("✔", allWell, columns))]
    : healthLines({ state: inWords(state, shown), fault: undefined }, columns ?? Number.POSITIVE_INFINITY, paint, text);
  // Why it cannot serve is among the problems.
  const met = metBeside(state).map(({ says, hint }) => shown.text(sentences([says, hint ?? ""].filter(Boolean))));
  return `${[
    labelled(
      rows.map(([label = "", fact = ""]) => [label, shown.text(oneLine(fact))]),
      width,
      columns,
    ),
    "",
    ...problems.map((problem) => red(listed("✖", sentence(problem), columns))),
    ...notes.map((note) => yellow(listed("!", sentence(note), columns))),
    ...(problems.length === 0 ? verdict : met.map((one) => yellow(listed("!", one, columns)))),
  ].join("\n")}\n`;
}

const inWords = (state: TopState, shown: Shown): TopState => ({
  ...state,
  problems: state.problems.map(({ layer, says, hint }) => ({
    layer,
    says: shown.text(says),
    hint: hint && shown.text(hint),
  })),
});

const metBeside = (state: TopState | undefined): TopState["problems"] =>
  (state?.problems ?? []).filter(({ layer }) => layer !== "configuration");

function serviceFact(view: ServiceView | undefined, gateway: Health, { service }: Texts): string {
  if (view === undefined) return service.serviceUnavailable;
  const { isInstalled, writtenBy, isEnabled, name, manager, description: state } = view;
  if (writtenBy !== undefined) return service.serviceOfOther[writtenBy]({ name, manager, state });
  if (!isInstalled) return isOwnGateway(gateway) ? service.serviceMissingByHand : service.serviceMissing;
  return isEnabled
    ? service.serviceEnabled({ name, manager, state })
    : service.serviceDisabled({ name, manager, state });
}

const isOwnGateway = ({ answers, isOwn }: Health): boolean => answers === "gateway" && isOwn !== false;

/** As reported by the manager, else by the gateway. Says nothing about another program. */
function runningFact(view: ServiceView | undefined, gateway: Health, { service }: Texts): string {
  const own = isOwnGateway(gateway) ? gateway : undefined;
  const { since = own?.startedAt, pid = own?.pid } = view?.isInstalled && view.isRunning ? view : {};
  // As `gateway logs` and `gateway top` have it.
  const time = since === undefined ? undefined : wholeStamp(since);
  return service.runningSince({ since: time, pid });
}

function workersFact({ wanted, serving }: WorkersState, { service }: Texts): string {
  const openRequests = serving.reduce((sum, one) => sum + one.openRequests, 0);
  return service.processesServe({ wanted, pids: serving.map(({ pid }) => pid), openRequests });
}

function remoteRows(view: RemoteView, gateway: Health, text: Texts): readonly (readonly string[])[] {
  const { remote } = text.service;
  const { url, isAsked, token } = view;
  const fact = isAsked ? gatewayFact({ ...gateway, url, isOwn: true }, text) : remote.notAsked(url);
  return [[remote.label, fact], ...(token === undefined ? [] : [["", remote.token[token]]])];
}

/** One line for what several endpoints share. */
function credentialFacts(credentials: readonly CredentialSource[], paths: Paths, text: Texts): readonly string[] {
  const ownersOf = new Map<string, { readonly first: CredentialSource; readonly owners: string[] }>();
  for (const credential of credentials) {
    const { of, name, source, isOnlyInShell } = credential;
    const key = JSON.stringify([name, source, isOnlyInShell, name === "apiKey" && of]);
    const known = ownersOf.get(key) ?? { first: credential, owners: [] };
    const owner = { gateway: text.service.clientToken, remote: text.service.remote.tokenOwner }[of] ?? of;
    if (!known.owners.includes(owner)) known.owners.push(owner);
    ownersOf.set(key, known);
  }
  return [...ownersOf.values()].map(({ first, owners }) => credentialFact(first, owners.join(", "), paths, text));
}

function credentialFact(
  { name, source, isOnlyInShell, unread }: CredentialSource,
  owner: string,
  { secrets, gatewayEnv }: Paths,
  { service, config }: Texts,
): string {
  const sources = {
    ...config.variableSources,
    ...service.keySources,
    ".env": secrets,
    ...(gatewayEnv && { "gateway.env": gatewayEnv }),
  };
  if (source !== undefined) return service.credentialFrom({ name, source: sources[source], owner });
  if (unread !== undefined) return service.credentialUnread({ name, owner, path: unread });
  return isOnlyInShell ? service.credentialOnlyInShell({ name, owner }) : service.credentialMissing({ name, owner });
}

function statusJson(
  { ok, service, gateway, remote, credentials, rotation, problems, notes }: GatewayStatus,
  state: TopState | undefined,
  english: Texts,
): string {
  const document = {
    ok,
    ...(remote && { mode: "remote", remote: { url: remote.url, token: remote.token ?? null } }),
    service: service === undefined ? null : serviceViewJson(service),
    gateway: {
      answers: gateway.answers,
      ...(gateway.isPublished && { published: true }),
      ...(gateway.isOwn === false && { own: false }),
      ...healthJson(gateway),
    },
    credentials: credentials.map(({ of, name, source = null, isOnlyInShell }) => ({
      of,
      name,
      onlyHere: isOnlyInShell,
      source,
    })),
    rotation,
    ...(state && { health: healthOf(state, state.problems), attention: state.problems }),
    problems: problems.map((problem) => say(problem, english)),
    notes: notes.map((note) => say(note, english)),
  };
  return jsonDocument(document);
}

const serviceViewJson = ({
  isInstalled: installed,
  isUpToDate: upToDate,
  isEnabled: enabled,
  isRunning: running,
  description: state,
  ...rest
}: ServiceView) => ({ ...rest, installed, upToDate, enabled, running, state });
