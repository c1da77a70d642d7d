import type { Context } from "../core/context.ts";
import type { HttpRequest, HttpResponse, NetworkFault } from "../core/http.ts";
import { commandLine } from "../core/paths.ts";
import { CREDENTIAL_HERE, looksLikeCredential } from "../core/redact.ts";
import { fail, type Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { Message } from "../text/message.ts";
import type { Discovery } from "./discovery.ts";
import type { Finding, ProbeBucket } from "./finding.ts";
import { isAliasOf, type ListedModel, type Model } from "./model.ts";
import type { PriceTable } from "./price.ts";

export interface CheckedAnswer {
  readonly value: string;
  /** The repairs made, in a few words each: "removed quotes". */
  readonly repairs: readonly Message[];
  /** Unusual but accepted, one sentence each. */
  readonly warnings: readonly Message[];
  /** Answers to other fields found in the same text, by field id. */
  readonly also?: Readonly<Record<string, string>>;
}

/** Non-secret answers, by field id. */
export type Values = Readonly<Record<string, string>>;

export type Need = "required" | "optional" | "none";

export const needOf = ({ need }: Field, values: Values): Need => (typeof need === "function" ? need(values) : need);

/**
 * One answer that a provider needs. The wizard's questions, command-line flags, errors about missing answers, the place
 * where the answer is stored and the table in `docs/providers.md` are all derived from it.
 */
export interface Field {
  readonly id: string;
  /** A noun: "API key". */
  readonly label: Message;
  /** Used if the label does not make a good question. */
  readonly question?: Message;
  /** One line on where to find the answer. */
  readonly help: Message;
  /** The page to find or create the answer; opened on request. */
  readonly page?: string;
  /** The menu item to change the answer after a failed check, as in "Change the API key". */
  readonly correction?: Message;
  /** Long flag without dashes; a secret also gets `<flag>-file` and `<flag>-env`. */
  readonly flag: string;
  /** Variables to look in, in order of preference. A secret is stored under the first. */
  readonly env: readonly string[];
  /** Names that other programs have for it, known in a pasted block only. */
  readonly otherNames?: readonly string[];
  /** Matches every usual answer, by which several pasted lines are told apart. */
  readonly form?: RegExp;
  /** The HTTP header that carries it; a pasted header line is recognised by it. */
  readonly header?: string;
  readonly scheme?: "Bearer";
  /** For an answer that is not secret but must not be published: reports show only its ends. */
  readonly privacy?: Privacy;
  readonly secret: boolean;
  /** False for an answer that only helps to look others up and is never written. */
  readonly stored?: false;
  /** The kind of thing the provider can look up with a token, if it can. */
  readonly lookup?: "account" | "gateway";
  /** The id of the field whose answer may also fit here: offered, never used unasked. */
  readonly fallbackField?: string;
  /** Recognises an answer to this field when it was given for another one that it helps to look up. */
  readonly matches?: (raw: string) => boolean;
  /** May depend on the other answers. With `none`, giving an answer is an error. */
  readonly need: Need | ((values: Values) => Need);
  /** Answers to other fields, by id, that follow from this one unless given. */
  readonly implies?: Values;
  /** The id of the field that can replace this one: it is asked if this one is left unanswered. */
  readonly alternative?: string;
  /** The allowed answers, unless it is free text. */
  readonly choices?: readonly { readonly value: string; readonly label: Message }[];
  /** Several choices may be given, separated by commas. */
  readonly several?: boolean;
  /** When the wizard asks: always, in the advanced flow, or never (flag only). */
  readonly asked: "always" | "advanced" | "never";
  /** Cleans and validates a raw answer. The problem never repeats a secret. */
  readonly check: (raw: string) => Result<CheckedAnswer>;
}

/** The field's own check; what looks like a credential is no answer to a field that takes none. */
export function checkAnswer({ check, secret }: Field, raw: string): Result<CheckedAnswer> {
  const checked = check(raw);
  return checked.ok && !secret && looksLikeCredential(checked.value.value) ? fail(CREDENTIAL_HERE) : checked;
}

/** True if a text is a usual answer to the field, and as a rule no other's. A secret has to show what it is. */
export function isWhole(field: Field, text: string): boolean {
  const checked = checkAnswer(field, text);
  if (!checked.ok || checked.value.warnings.length > 0) return false;
  return field.form === undefined ? !field.secret : field.form.test(checked.value.value);
}

/** True for an answer of a fixed length, which cannot go on in the next line. */
export const isComplete = ({ form }: Field, value: string): boolean =>
  form?.test(value) === true && !form.test(value + value.slice(-1));

interface Privacy {
  readonly shape: RegExp;
  /** Variables that may hold one, including those of other programs. */
  readonly env: readonly string[];
}

export type Api = "anthropic-messages" | "openai-completions" | "openai-responses";

/**
 * Kinds of paths below `/v1/`: Anthropic's API, chat completions, responses and what belongs to them, embeddings, and
 * everything else of OpenAI's API.
 */
export type PathKind = "anthropic" | "chat" | "responses" | "embeddings" | "openai";

/** What is served in a protocol unless the provider knows better. */
const KINDS_BY_PROTOCOL: Readonly<Record<Api, readonly PathKind[]>> = {
  "anthropic-messages": ["anthropic"],
  "openai-completions": ["chat", "embeddings", "openai"],
  "openai-responses": ["responses", "chat", "embeddings", "openai"],
};

/** @source https://docs.claude.com/en/api/versioning: the only version there is. */
export const ANTHROPIC_VERSION = "2023-06-01";

/**
 * The protocol an entry names, else its endpoint's.
 * @source the published OpenClaw's default for entries that say none, seen in 2026.5.28.
 */
export const protocolOf = (named: string | undefined, endpoint: Pick<Endpoint, "api"> | undefined): string =>
  named ?? endpoint?.api ?? "openai-completions";

const APIS = Object.keys(KINDS_BY_PROTOCOL) as readonly Api[];

/** The protocol that a provider's entry names or means; `undefined` if the local gateway does not support it. */
export function apiOf(
  providerId: string,
  named: string | undefined,
  endpoints: readonly Pick<Endpoint, "api" | "providerId">[],
): Api | undefined {
  const endpoint = endpoints.find((candidate) => candidate.providerId === providerId);
  const spoken = protocolOf(named, endpoint);
  return APIS.find((known) => known === spoken);
}

/** The paths that an entry serves: its endpoint's if it keeps to the endpoint's protocol. */
export const pathKindsOf = (api: Api, endpoint: Pick<Endpoint, "api" | "paths"> | undefined): readonly PathKind[] =>
  (endpoint?.api === api ? endpoint.paths : undefined) ?? KINDS_BY_PROTOCOL[api];

interface ProviderEntry {
  readonly baseUrl: string;
  readonly api: Api;
  /** Marks an entry whose requests carry no provider key. */
  readonly auth?: "token";
  /** Headers that are `undefined` must be absent. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** A provider ready for requests, with every reference resolved. */
export interface Setup {
  readonly baseUrl: string;
  readonly apiKey?: Secret;
  readonly headers: Readonly<Record<string, Secret>>;
  readonly model: string;
  readonly values: Values;
}

/**
 * Sent as the API key where none is needed, since clients refuse to start without one.
 * @source the published OpenClaw, which sends it to addresses on this machine, seen in 2026.5.28.
 */
export const PLACEHOLDER_KEY = "custom-local";

/** `models` is free; `message` generates one token, and is the only proof of credit and access to the model. */
export type ProbeKind = "models" | "message";

export type HttpResult = Result<HttpResponse, NetworkFault>;

/** Judges a header's value, by lower-case name; `undefined` if there is nothing to say. */
export type HeaderAdvice = (name: string, value: string) => { readonly message: Message } | undefined;

export interface Checks {
  /** Requests that prove a setup works, with exactly the headers of real ones. */
  readonly probes: (setup: Setup, kind: ProbeKind, userAgent: string) => readonly HttpRequest[];
  /** Diagnoses the answer to a probe; `undefined` if it is good. */
  readonly diagnose: (response: HttpResult, setup: Setup, kind: ProbeKind) => Finding | undefined;
  /** Sorts a finding as the published OpenClaw sorts its own. */
  readonly bucketOf?: (finding: Finding) => ProbeBucket;
  /** An additional check where listing models proves little; `undefined` if all is well. */
  readonly also?: (...asking: Parameters<ListModels>) => Promise<Finding | undefined>;
  /** Names of headers belong to one provider only, so it judges them in any entry. */
  readonly headerAdvice?: HeaderAdvice;
}

export interface ListOptions {
  readonly userAgent: string;
  readonly signal?: AbortSignal;
}

/** Every model for these credentials, in the provider's order, or a finding. */
export type ListModels = (
  setup: Setup,
  options: ListOptions,
  context: Pick<Context, "http" | "delay" | "env">,
) => Promise<Result<readonly ListedModel[], Finding>>;

/** The parts of a `models.providers` entry that answers are read from. */
export interface ExistingEntry {
  readonly baseUrl?: string;
  readonly auth?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** A URL on a provider's own host, taken apart. */
export interface OwnUrl {
  /** The part shared by all endpoints of the same gateway. */
  readonly root: string;
  /** The rest, possibly empty; should be an endpoint's `basePath`. */
  readonly path: string;
  readonly answers: Values;
}

/** Who sends a request through the local gateway, each empty if it is not known. */
export interface Asker {
  /** The name of the client's token. */
  readonly client: string | undefined;
  /** The client's own name of its session, as it came. */
  readonly session: string;
  /** The client's W3C trace context, as it came. */
  readonly traceparent: string;
}

/** Names and values of headers to send in place of those of the configuration and of the client; `own` are the client's. */
export type Attribute = (asker: Asker, own: (name: string) => string | undefined) => readonly string[];

export interface Attribution {
  /** Lower-case names of all headers that it may send. */
  readonly names: readonly string[];
  /** `configured`: the headers of every request. */
  readonly attributeFor: (configured: Readonly<Record<string, string>>, namesClients: boolean) => Attribute;
}

/** One API of a provider; becomes one entry of `models.providers`. */
export interface Endpoint {
  /** Its name within the provider: `anthropic`. */
  readonly id: string;
  readonly providerId: string;
  /** A product name, not translated. */
  readonly label: string;
  readonly api: Api;
  readonly basePath: string;
  readonly defaultModel: string;
  readonly alias: string;
  readonly models: readonly Model[];
  /** When the catalog was compiled: `2026-10`. */
  readonly catalogDate: string;
  /** ISO dates, past or future, on which requests for a model begin to fail, by model id. */
  readonly retirements: Readonly<Record<string, string>>;
  /** The ids of the models that the provider recommends in place of retired ones. */
  readonly successors?: Readonly<Record<string, string>>;
  /** True if a model's id shows that it is served here and nowhere else. */
  readonly owns: (model: string) => boolean;
  /** True if a model's id shows that it is one of those served here, though others may serve it too. */
  readonly names?: (model: string) => boolean;
  /** Nothing is served here but what `owns` recognises. */
  readonly isClosed?: true;
  /** The paths that the local gateway may send here, unless they follow from the protocol. */
  readonly paths?: readonly PathKind[];
  readonly fields: readonly Field[];
  /** The field whose secret is the entry's `apiKey`. */
  readonly keyField: string;
  /** The variable that OpenClaw assigns to `providerId`, whatever the configuration says. */
  readonly keyVariable?: string;
  /** Flags that `onboard` needs besides to set up this endpoint, such as `--x-endpoint openai`. */
  readonly setUpFlags?: string;
  /** `variables` names the variable that each secret field is referenced by; absent fields are not used. */
  readonly entry: (values: Values, variables: Readonly<Record<string, string>>) => ProviderEntry;
  /** The reverse of `entry`. */
  readonly answersIn: (entry: ExistingEntry) => Values;
  /** Takes apart a URL on one of the provider's own hosts; `undefined` for any other. */
  readonly ownUrl?: (url: string) => OwnUrl | undefined;
  /** Lower-case names of headers that only the entry may set; the local gateway drops a client's. */
  readonly reservedHeaders?: readonly string[];
  /** How the provider is told who asks. */
  readonly attribution?: Attribution;
  /** The lower-case name of the response header with the id of the provider's own log entry. */
  readonly logIdHeader?: string;
  /** The lower-case name of the response header that says whether the answer came from the provider's own cache. */
  readonly cacheStatusHeader?: string;
  /** True if the provider pays for the models, and charges a fee for it. */
  readonly hasFee?: (setup: Setup) => boolean;
  /** The headers of every request, by lower-case name: the key, the entry's own headers and the provider's rules. */
  readonly requestHeaders: (setup: Setup) => Readonly<Record<string, string>>;
  /** Loaded only when a setup is checked. */
  readonly checks: () => Promise<Checks>;
  /** Loaded only when models are listed. */
  readonly listing: () => Promise<ListModels>;
  /** Loaded only when usage is summed. */
  readonly prices?: () => Promise<PriceTable>;
}

/** True if the built-in list has the model, or once had it. */
export const isInCatalog = (
  { models, retirements }: Pick<Endpoint, "models" | "retirements">,
  model: string,
): boolean => Object.hasOwn(retirements, model) || models.some(({ id }) => id === model || isAliasOf(model, id));

/** True if an entry of `models` says no more than the name, as onboarding writes one that it does not know. */
export const isOnlyNamed = (entry: object): boolean =>
  Object.keys(entry).every((key) => key === "id" || key === "name");

/** OpenClaw requires all four prices. */
const NO_COST = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** The entry of `models` for a model: by the provider's list, else by the catalog, else its id alone. */
export function describedModel(
  id: string,
  { models }: Pick<Endpoint, "models">,
  listed: readonly ListedModel[] = [],
): Partial<Model> & Pick<Model, "id" | "name"> {
  const isIt = (candidate: { readonly id: string }) => candidate.id === id;
  const known = models.find(isIt);
  const { retiresOn: _, cost, ...said }: Partial<ListedModel> = listed.find(isIt) ?? {};
  const prices = cost === undefined ? known?.cost : { ...NO_COST, ...cost };
  return { id, name: id, ...known, ...said, ...(prices && { cost: prices }) };
}

export interface Provider {
  readonly id: string;
  /** A product name, not translated. */
  readonly label: string;
  readonly authChoice: string;
  readonly fields: readonly Field[];
  /** The first is the default; the `endpoint` field selects others. */
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
  /** Loaded only when there is a token to look things up with. */
  readonly discovery?: () => Promise<Discovery>;
  /** The answers in the text's first URL of this provider, by field id, including placeholders. */
  readonly answersInUrl?: (text: string) => Values | undefined;
  /** By field id, the fields that an answer to it makes unnecessary. */
  readonly replaces: Readonly<Record<string, readonly string[]>>;
}

/** The command that sets up an endpoint; without one, whatever the user chooses. */
export const setUpCommand = (endpoint: Pick<Endpoint, "setUpFlags"> | undefined, profile: string | undefined): string =>
  commandLine(profile, ["onboard", ...(endpoint?.setUpFlags === undefined ? [] : [endpoint.setUpFlags])].join(" "));

export const endpointsOf = (providers: readonly Provider[]): readonly Endpoint[] =>
  providers.flatMap(({ endpoints }) => endpoints);

export function chosenEndpoints({ endpoints }: Provider, { endpoint }: Values): readonly Endpoint[] {
  const ids = endpoint?.split(",") ?? [endpoints[0].id];
  return endpoints.filter(({ id }) => ids.includes(id));
}

export const retirementOf = (
  { retirements }: Pick<Endpoint, "retirements">,
  { id, retiresOn }: Pick<ListedModel, "id" | "retiresOn">,
): string | undefined => (Object.hasOwn(retirements, id) ? retirements[id] : retiresOn);

/** The field whose answer helps to look others up. */
export const lookupField = ({ fields }: Pick<Provider, "fields">): Field | undefined =>
  fields.find(({ matches }) => matches !== undefined);

export const storedUnder = ({ fields }: Pick<Endpoint, "fields">, fieldId: string): string =>
  fields.find(({ id }) => id === fieldId)?.env[0] ?? "";
