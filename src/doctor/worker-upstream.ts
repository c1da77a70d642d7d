import { CLIENT_LIMIT } from "../config/client-limits.ts";
import { isThisMachine } from "../config/listen-address.ts";
import { modelChoice, resolveAlias } from "../config/model-selection.ts";
import { providerEntry } from "../config/resolve.ts";
import type { Context } from "../core/context.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import { parseJsonObject } from "../core/json.ts";
import type { Secret } from "../core/secret.ts";
import type { Finding } from "../providers/finding.ts";
import { parseModelRef } from "../providers/model.ts";
import { withRetry } from "../providers/probe.ts";
import type { Endpoint, ProbeKind, Setup } from "../providers/provider.ts";
import { sanitize } from "../providers/sanitize.ts";
import type { Message } from "../text/message.ts";
import { NO_ADVICE } from "./check.ts";
import { type DoctorInput, inspectedProviders, textAt, type WorkerInput } from "./input.ts";

interface Through {
  readonly url: string;
  readonly token: Secret;
  readonly userAgent: string;
  readonly offline: boolean;
  readonly verify: ProbeKind;
  /** What the Worker has said that it lacks. */
  readonly problems: readonly string[];
}

/** Has the Worker send each provider a request of a client's, and judges what comes back as if it had come at once. */
export async function askThrough(
  through: Through,
  input: DoctorInput,
  context: Pick<Context, "http" | "delay">,
): Promise<WorkerInput["upstream"]> {
  const results: WorkerInput["upstream"][number][] = [];
  for (const { entry, endpoint } of inspectedProviders(input)) {
    if (endpoint === undefined) continue;
    const { label } = endpoint;
    const setup = setupOf(endpoint, textAt(entry, ["baseUrl"]) ?? "", input);
    const request = await requestOf(endpoint, setup.model, through);
    if (through.offline) results.push({ label, notAsked: "offline" });
    else if (request === undefined) results.push({ label, isOnlyByMessage: true });
    else {
      const diagnosis = await ask(request, endpoint, setup, through.problems, context);
      // The Worker has said already what it lacks.
      results.push(diagnosis?.code === LACKING ? { label, notAsked: "unusable" } : { label, diagnosis });
    }
  }
  return results;
}

/** As this machine would ask the provider itself, so that the answer is read in the same way. */
function setupOf(endpoint: Endpoint, baseUrl: string, { config: { config }, credentials }: DoctorInput): Setup {
  const entry = providerEntry(endpoint.providerId, config);
  const known = credentials.get(endpoint.providerId);
  const { primary = "" } = modelChoice(config.agents?.defaults?.model);
  const chosen = parseModelRef(resolveAlias(primary, config));
  const model =
    chosen?.provider === endpoint.providerId ? chosen.model : (entry.models?.[0]?.id ?? endpoint.defaultModel);
  const { apiKey, headers = {} } = known?.ok ? known.value : {};
  return { baseUrl, ...(apiKey && { apiKey }), headers, model, values: endpoint.answersIn(entry) };
}

/** Of an agent of OpenAI's, the gateway knows whose models are meant. */
const OPENAI_AGENT = "OpenAI/openclaw-doctor";

/** `undefined` if a message alone would reach the provider. */
async function requestOf(
  endpoint: Endpoint,
  model: string,
  { url, token, userAgent, verify }: Through,
): Promise<HttpRequest | undefined> {
  const { api, providerId, checks } = endpoint;
  const isAnthropic = api === "anthropic-messages";
  // The Worker adds the key and says who pays; a client has nothing but the Worker's token.
  const setup = {
    baseUrl: isAnthropic ? url : `${url}/v1`,
    headers: {},
    model: verify === "message" ? `${providerId}/${model}` : "",
    values: { credentials: "billing" },
  };
  const [request] = (await checks()).probes(setup, verify, userAgent);
  if (request === undefined || (verify === "models" && api === "openai-completions")) return undefined;
  return {
    ...request,
    // A list is answered by the Worker itself, one of its models by the provider.
    ...(verify === "models" && { url: `${url}/v1/models/${encodeURIComponent(model)}` }),
    headers: {
      ...request.headers,
      ...(isAnthropic ? { "x-api-key": token.reveal() } : { authorization: `Bearer ${token.reveal()}` }),
      ...(!isAnthropic && verify === "models" && { "user-agent": OPENAI_AGENT }),
    },
    direct: isThisMachine(new URL(url).hostname),
  };
}

async function ask(
  request: HttpRequest,
  { checks }: Endpoint,
  setup: Setup,
  problems: readonly string[],
  { http, delay }: Pick<Context, "http" | "delay">,
): Promise<Finding | undefined> {
  const { diagnose } = await checks();
  const judge = async () => {
    const answer = await http(request);
    const own = answer.ok ? ownFinding(answer.value, problems) : undefined;
    return own ?? diagnose(answer, setup, "message");
  };
  return withRetry(judge, (found) => found?.transient === true, undefined, { delay });
}

/** The Worker's own code for what it lacks. */
export const LACKING = "gateway.config";

/** What an error of the Worker's own says. */
export function errorIn(body: string): { readonly message: string | undefined; readonly code: unknown } {
  const { error } = parseJsonObject(body) ?? {};
  const { message, details } = (error ?? {}) as { readonly message?: unknown; readonly details?: unknown };
  const { error_code: code } = (details ?? {}) as { readonly error_code?: unknown };
  return { message: typeof message === "string" ? message : undefined, code };
}

/** @why what the Worker itself refuses must not be taken for the provider's answer. */
const OF_THE_WORKER = /^The (?:local gateway|upstream (?:answered|redirects))\b/;

/** A finding in the words of the Worker: `findingLines` in one. */
const DIAGNOSED =
  /^(?<said>.+?) \((?<layer>[\w -]{1,30}), (?<code>[a-z-]+\.[a-z-]+)\)(?: (?<fix>.*?))??(?: It answered: (?<excerpt>.*?))?(?<ids>(?:,? (?:request-id|cf-aig-log-id|cf-ray) [\w.:-]+)*)$/s;

/** What the Worker says in its own words: what it refuses itself, and what it explains to its clients. */
function ownFinding({ status, body }: HttpResponse, problems: readonly string[]): Finding | undefined {
  const { message, code: errorCode } = errorIn(body);
  if (status < 400 || message === undefined) return undefined;
  const shown = (text: string): Message => {
    const clean = sanitize(text, LONGEST_SENTENCE, []);
    return () => clean;
  };
  const { said, layer, code, fix, excerpt, ids = "" } = DIAGNOSED.exec(message)?.groups ?? {};
  if (said !== undefined && layer !== undefined && code !== undefined)
    return {
      code,
      layer,
      message: shown(said),
      fix: fix === undefined ? NO_ADVICE : shown(fix),
      transient: false,
      ...(excerpt !== undefined && { excerpt: sanitize(excerpt, LONGEST_SENTENCE, []) }),
      ids: Object.fromEntries([...ids.matchAll(/([\w-]+) ([^\s,]+)/g)].map(([, name = "", id = ""]) => [name, id])),
    };
  const isLacking = errorCode === LACKING || problems.some((problem) => message.includes(problem));
  const ownCode = isLacking ? LACKING : errorCode === CLIENT_LIMIT ? CLIENT_LIMIT : undefined;
  if (ownCode === undefined && !OF_THE_WORKER.test(message)) return undefined;
  return {
    code: ownCode ?? `http-${status}`,
    layer: "worker",
    message: shown(message),
    fix: NO_ADVICE,
    transient: false,
    ids: {},
  };
}

const LONGEST_SENTENCE = 500;
