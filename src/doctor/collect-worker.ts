import { configurationVersion } from "../config/configuration-version.ts";
import { GATEWAY_TOKEN_VARIABLE } from "../config/credentials.ts";
import { isThisMachine } from "../config/listen-address.ts";
import { allTokens, type ClientTokens } from "../config/named-tokens.ts";
import { challenge } from "../config/token-proof.ts";
import { isRemoteMode } from "../config/used-gateway.ts";
import type { Context } from "../core/context.ts";
import { parseJsonObject } from "../core/json.ts";
import type { Problem, Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { HttpResult, ProbeKind } from "../providers/provider.ts";
import { sanitize } from "../providers/sanitize.ts";
import type { DoctorInput, WorkerInput, WorkerReady } from "./input.ts";
import { workerIn } from "./worker-faults.ts";
import { askThrough, errorIn, LACKING } from "./worker-upstream.ts";

export interface WorkerOptions {
  /** Without a slash at its end, and with TLS unless it leads to this machine. */
  readonly url: string;
  /** The configuration that the Worker is to have, and where it stands; problems if there is none to compare with. */
  readonly wanted: () => Promise<Result<{ readonly document: unknown; readonly from: string }, readonly Problem[]>>;
  readonly about: string;
  readonly userAgent: string;
  /** No request goes on to a provider. */
  readonly offline: boolean;
  readonly verify: ProbeKind;
}

type WorkerContext = Pick<Context, "http" | "randomBytes" | "delay" | "env">;

/** @why a Worker far away, through a proxy, takes longer than a gateway on this machine. */
const LIMITS = { connectTimeoutMs: 10_000, idleTimeoutMs: 15_000, totalTimeoutMs: 30_000, maxBodyBytes: 256 * 1024 };

/** @why each token is a request, and a team may have two hundred. */
const AT_ONCE = 8;

/**
 * Asks a deployed Worker who it is, whom it lets in and what it has. Tokens are proved, never sent, except to one that has
 * proved that it knows them.
 */
export async function collectWorker(
  input: DoctorInput,
  options: WorkerOptions,
  context: WorkerContext,
): Promise<WorkerInput> {
  const { url, about } = options;
  const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    context.http({
      method: "GET",
      url: `${url}${path}`,
      headers: { "user-agent": options.userAgent, ...headers },
      direct: isThisMachine(new URL(url).hostname),
      ...LIMITS,
    });
  const reached = workerIn(await get("/healthz"), url);
  const unknown = { url, about, reached, refusals: [], tokens: [], lacks: [], upstream: [], credentials: [] };
  if (!reached.ok) return unknown;
  const refusals = await strangersIn(get, context);
  const tokens = ownTokens(input);
  const proofs = await inTurns(tokens, AT_ONCE, (token) => prove(token.secret, get, context));
  const trusting = proofs.find(({ ready }) => ready !== undefined);
  const token = tokens.find((_, index) => proofs[index] === trusting);
  const known = {
    ...unknown,
    refusals,
    tokens: tokens.map(({ name }, index) => ({ name, isKnown: proofs[index]?.ready !== undefined })),
  };
  if (trusting?.ready === undefined || token === undefined)
    return { ...known, lacks: proofs[0]?.problems ?? (await publicProblems(get)) };
  return {
    ...known,
    ready: trusting.ready,
    wanted: await wantedVersion(options),
    credentials: sentCredentials(input, trusting),
    upstream: await askThrough({ ...options, token: token.secret, problems: trusting.ready.problems }, input, context),
  };
}

type Get = (path: string, headers?: Readonly<Record<string, string>>) => Promise<HttpResult>;

/** What comes back to whoever has no token, or a wrong one. */
async function strangersIn(get: Get, { randomBytes }: Pick<Context, "randomBytes">): Promise<WorkerInput["refusals"]> {
  const wrong = randomBytes(24).toString("hex");
  const answers = [
    ["none", await get("/v1/models")],
    ["wrong", await get("/v1/models", { "x-api-key": wrong })],
  ] as const;
  return answers.map(([token, answer]) => ({
    token,
    status: answer.ok ? answer.value.status : 0,
    ...(answer.ok && refusalIn(answer.value.body)),
  }));
}

function refusalIn(body: string): Pick<WorkerInput["refusals"][number], "said" | "servesNobody"> {
  const { message, code } = errorIn(body);
  return {
    ...(message !== undefined && { said: sanitize(message, LONGEST_SAID, []) }),
    servesNobody: code === LACKING,
  };
}

const LONGEST_SAID = 1_000;

const problemsIn = (problems: unknown): readonly string[] =>
  Array.isArray(problems)
    ? problems.filter((one) => typeof one === "string").map((one) => sanitize(one, LONGEST_SAID, []))
    : [];

interface NamedSecret {
  /** `undefined` for the token without a name. */
  readonly name: string | undefined;
  readonly secret: Secret;
}

/** The tokens that this machine knows: those of its clients, or the one that it presents itself. */
function ownTokens({ clientTokens, remoteToken, variables, config }: DoctorInput): readonly NamedSecret[] {
  if (isRemoteMode(config.config))
    return remoteToken.ok && remoteToken.value ? [{ name: undefined, secret: remoteToken.value }] : [];
  const found: ClientTokens = clientTokens.ok ? clientTokens.value : { main: undefined, named: [] };
  // A gateway on this machine may want no token; a Worker always does.
  const spare = allTokens(found).length > 0 ? undefined : variables.get(GATEWAY_TOKEN_VARIABLE)?.value;
  const main = found.main ?? spare;
  return [
    ...(main === undefined ? [] : [{ name: undefined, secret: main }]),
    ...found.named.map(({ name, token }) => ({ name, secret: token })),
  ];
}

interface Proof {
  readonly ready?: WorkerReady;
  /** What it tells everybody, since it serves nobody. */
  readonly problems?: readonly string[];
  readonly sends: (credential: Secret) => boolean | undefined;
}

async function prove(token: Secret, get: Get, { randomBytes }: Pick<Context, "randomBytes">): Promise<Proof> {
  const asked = challenge(token, randomBytes);
  const answer = await get("/readyz", asked.headers);
  const { proof, problems, version, sends, usage } = parseJsonObject(answer.ok ? answer.value.body : "") ?? {};
  if (!asked.isProvedBy(proof)) return { problems: problemsIn(problems), sends: () => undefined };
  return {
    ready: {
      isReady: answer.ok && answer.value.status === 200,
      problems: problemsIn(problems),
      version: typeof version === "string" ? version : undefined,
      hasUsage: usage === "on",
    },
    sends: (credential) => (Array.isArray(sends) ? asked.isMarked(sends, credential) : undefined),
  };
}

async function publicProblems(get: Get): Promise<readonly string[]> {
  const answer = await get("/readyz");
  return problemsIn(answer.ok ? parseJsonObject(answer.value.body)?.problems : undefined);
}

async function inTurns<T, R>(all: readonly T[], atOnce: number, ask: (one: T) => Promise<R>): Promise<readonly R[]> {
  const answers: R[] = [];
  for (let start = 0; start < all.length; start += atOnce)
    answers.push(...(await Promise.all(all.slice(start, start + atOnce).map(ask))));
  return answers;
}

async function wantedVersion({ wanted }: WorkerOptions): Promise<NonNullable<WorkerInput["wanted"]>> {
  const found = await wanted();
  if (!found.ok) return found;
  const { document, from } = found.value;
  return { ok: true, value: { version: configurationVersion(document), from } };
}

/** Keys that are shorter than a mark can stand for are left out. */
const SHORTEST_MARKED = 20;

/** The keys of this machine's providers, and whether the Worker sends them. */
function sentCredentials(
  { credentials, endpoints }: DoctorInput,
  { sends }: Proof,
): NonNullable<WorkerInput["credentials"]> {
  return [...credentials].flatMap(([id, resolved]) => {
    const endpoint = endpoints.find(({ providerId }) => providerId === id);
    const key = resolved.ok ? resolved.value.apiKey : undefined;
    if (endpoint === undefined || key === undefined || key.reveal().length < SHORTEST_MARKED) return [];
    const isSent = sends(key);
    return isSent === undefined ? [] : [{ label: endpoint.label, isSent }];
  });
}
