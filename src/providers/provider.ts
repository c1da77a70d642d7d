import type { Context } from "../core/context.ts";
import type { HttpRequest, HttpResponse, NetworkFault } from "../core/http.ts";
import type { Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { Message } from "../text/message.ts";
import type { Discovery } from "./discovery.ts";
import type { Finding } from "./finding.ts";
import type { ListedModel, Model } from "./model.ts";

/** A raw answer, cleaned. */
export interface CheckedAnswer {
  readonly value: string;
  /** Each change that was made, in a few words: "removed quotes". */
  readonly repairs: readonly Message[];
  /** Oddities that are accepted, each a sentence. */
  readonly warnings: readonly Message[];
  /** Answers to other fields that the same text held, by field id. */
  readonly also?: Readonly<Record<string, string>>;
}

/** Answers of fields that are no secrets, by field id. */
export type Values = Readonly<Record<string, string>>;

export type Need = "required" | "optional" | "none";

/** The need for a field's answer, given the other answers. */
export const needOf = ({ need }: Field, values: Values): Need => (typeof need === "function" ? need(values) : need);

/**
 * One answer that a provider needs. The wizard's questions, the command-line flags, the errors about missing answers,
 * the place where the answer is stored and the table in `docs/providers.md` all come from it.
 */
export interface Field {
  readonly id: string;
  /** A noun: "API key". */
  readonly label: Message;
  /** The question, where a noun does not make one. */
  readonly question?: Message;
  /** One line: where the answer is found. */
  readonly help: Message;
  /** The offer to answer again after a failed check, as in "Change the API key". */
  readonly correction?: Message;
  /** Long flag without its dashes; a secret also has `<flag>-file` and `<flag>-env`. */
  readonly flag: string;
  /** Variables it may be found in, best first. A secret is stored under the first. */
  readonly env: readonly string[];
  /** HTTP header that carries it; a pasted header line is recognised by it. */
  readonly header?: string;
  /** The header's value begins with this word and one blank. */
  readonly scheme?: "Bearer";
  /** Set for an answer that is not secret but must not be published: a report shows its ends only. */
  readonly privacy?: Privacy;
  /** Goes to `.env` and is never shown. */
  readonly secret: boolean;
  /** False for an answer that only helps to look others up, and is written nowhere. */
  readonly stored?: false;
  /** The kind of thing that the provider looks up with a token, where it can look this up. */
  readonly lookup?: "account" | "gateway";
  /** The id of the field whose answer may do for this one as well: offered, never taken unasked. */
  readonly fallbackField?: string;
  /** Recognises an answer to this field that was given as the answer to another one that it helps to look up. */
  readonly matches?: (raw: string) => boolean;
  /** May depend on the other answers. With `none`, an answer is refused. */
  readonly need: Need | ((values: Values) => Need);
  /** Answers to other fields that this one implies unless they are given, by their ids. */
  readonly implies?: Values;
  /** The id of the field that can make this one needless: it is asked if this one has no answer. */
  readonly alternative?: string;
  /** The possible answers, where it is not free text. */
  readonly choices?: readonly { readonly value: string; readonly label: Message }[];
  /** Several of the choices may be given; the answer is their values with commas between. */
  readonly several?: boolean;
  /** The wizard asks always, in the advanced flow, or never (flag only). */
  readonly asked: "always" | "advanced" | "never";
  /** Cleans and judges a raw answer. The problem never repeats the answer of a secret field. */
  readonly check: (raw: string) => Result<CheckedAnswer>;
}

/** Finds a private value in a report. */
export interface Privacy {
  /** Matches it wherever it stands. */
  readonly shape: RegExp;
  /** Variables that hold one, of other programs as well. */
  readonly env: readonly string[];
}

/** OpenClaw's names of the protocols that this program speaks. */
export type Api = "anthropic-messages" | "openai-completions" | "openai-responses";

/**
 * The protocol of an entry: the one it names, else its endpoint's.
 * @source the published OpenClaw's default for entries that say none, seen in 2026.5.28.
 */
export const protocolOf = (named: string | undefined, endpoint: Pick<Endpoint, "api"> | undefined): string =>
  named ?? endpoint?.api ?? "openai-completions";

/** The entry of an endpoint in `models.providers`. */
interface ProviderEntry {
  readonly baseUrl: string;
  readonly api: Api;
  /** Written where requests carry no key of a provider; undefined where they do. */
  readonly auth?: "token";
  /** Those that are undefined must not be there. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** A provider ready to be asked: every reference is resolved. */
export interface Setup {
  readonly baseUrl: string;
  readonly apiKey?: Secret;
  readonly headers: Readonly<Record<string, Secret>>;
  readonly model: string;
  readonly values: Values;
}

/**
 * The API key where none is needed, since clients refuse to start without one.
 * @source the published OpenClaw, which sends it to addresses on this machine, seen in 2026.5.28.
 */
export const PLACEHOLDER_KEY = "custom-local";

/** `models` is free; `message` generates one token, and alone proves credit and access to the model. */
export type ProbeKind = "models" | "message";

/** An answer, or the fault that prevented it. */
export type HttpResult = Result<HttpResponse, NetworkFault>;

export interface Checks {
  /** The requests that prove a setup, with exactly the headers of a real one. */
  readonly probes: (setup: Setup, kind: ProbeKind, userAgent: string) => readonly HttpRequest[];
  /** The finding about the answer to one of them, or undefined when it is good. */
  readonly diagnose: (answer: HttpResult, setup: Setup, kind: ProbeKind) => Finding | undefined;
  /** A further check, where the list of models proves little: a finding, or undefined when all is well. */
  readonly also?: (...asking: Parameters<ListModels>) => Promise<Finding | undefined>;
}

export interface ListOptions {
  readonly userAgent: string;
  readonly signal?: AbortSignal;
}

/** Returns every model for these credentials, in the provider's order, or a finding. */
export type ListModels = (
  setup: Setup,
  options: ListOptions,
  context: Pick<Context, "http" | "delay" | "env">,
) => Promise<Result<readonly ListedModel[], Finding>>;

/** An entry of `models.providers`, as far as answers are read from it. */
export interface ExistingEntry {
  readonly baseUrl?: string;
  readonly auth?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** An address on a provider's own host, taken apart. */
export interface OwnUrl {
  /** The part that every endpoint of the same gateway has. */
  readonly root: string;
  /** The rest, possibly empty, which should be an endpoint's `basePath`. */
  readonly path: string;
  /** The answers that it holds, by field id. */
  readonly answers: Values;
}

/** One API behind a provider, which becomes one entry of `models.providers`. */
export interface Endpoint {
  /** Its name among the provider's: `anthropic`. */
  readonly id: string;
  /** Key under `models.providers`. */
  readonly providerId: string;
  /** A product name, the same in every language. */
  readonly label: string;
  readonly api: Api;
  /** The end of its base URL: `/anthropic`. */
  readonly basePath: string;
  readonly defaultModel: string;
  /** The alias of its default model. */
  readonly alias: string;
  readonly models: readonly Model[];
  /** The month in which that catalog was made, as `2026-10`. */
  readonly catalogDate: string;
  /** The day on which requests for a model begin to fail, as an ISO date by the model's id: in the past or to come. */
  readonly retirements: Readonly<Record<string, string>>;
  /** True when a model's id shows that it is served here and nowhere else. */
  readonly owns: (model: string) => boolean;
  /** Those of the provider's fields that its requests depend on. */
  readonly fields: readonly Field[];
  /** Field whose secret is the entry's `apiKey`. */
  readonly keyField: string;
  /** The variable that OpenClaw ties to `providerId`, whatever the configuration says. */
  readonly keyVariable?: string;
  /** `variables` names the variable that each secret field is referenced by; a field absent from it is not used. */
  readonly entry: (values: Values, variables: Readonly<Record<string, string>>) => ProviderEntry;
  /** The answers that an existing entry holds: the reverse of `entry`. */
  readonly answersIn: (entry: ExistingEntry) => Values;
  /** Takes apart an address on one of the provider's own hosts; undefined for any other. */
  readonly ownUrl?: (url: string) => OwnUrl | undefined;
  /** Headers, by lower-case name, that only the entry may set: the local gateway drops a client's. */
  readonly reservedHeaders?: readonly string[];
  /** The header, by lower-case name, of the id under which the provider's own log has an answer. */
  readonly logIdHeader?: string;
  /** Headers of every request, by lower-case name: the key, the entry's own headers and the provider's rules. */
  readonly requestHeaders: (setup: Setup) => Readonly<Record<string, string>>;
  /** Loaded only when a setup is to be checked. */
  readonly checks: () => Promise<Checks>;
  /** Loaded only when models are to be listed. */
  readonly listing: () => Promise<ListModels>;
}

export interface Provider {
  readonly id: string;
  /** A product name, the same in every language. */
  readonly label: string;
  readonly authChoice: string;
  readonly fields: readonly Field[];
  /** The first is set up unless others are asked for, by the answer to the field `endpoint`. */
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
  /** Looks answers up with a token; loaded only when there is one. */
  readonly discovery?: () => Promise<Discovery>;
  /** The answers in the first URL of this provider's in a text, by field id; placeholders included. */
  readonly answersInUrl?: (text: string) => Values | undefined;
  /** The fields that an answer to another one makes needless, by that one's id. */
  readonly replaces: Readonly<Record<string, readonly string[]>>;
}

/** Every endpoint of these providers. */
export const endpointsOf = (providers: readonly Provider[]): readonly Endpoint[] =>
  providers.flatMap(({ endpoints }) => endpoints);

/** The endpoints that the answers ask for. */
export function chosenEndpoints({ endpoints }: Provider, { endpoint }: Values): readonly Endpoint[] {
  const ids = endpoint?.split(",") ?? [endpoints[0].id];
  return endpoints.filter(({ id }) => ids.includes(id));
}

/** The day on which requests for a model begin to fail: by the catalog, or as the provider lists it. */
export const retirementOf = (
  { retirements }: Pick<Endpoint, "retirements">,
  { id, retiresOn }: Pick<ListedModel, "id" | "retiresOn">,
): string | undefined => (Object.hasOwn(retirements, id) ? retirements[id] : retiresOn);

/** The field whose answer helps to look others up. */
export const lookupField = ({ fields }: Pick<Provider, "fields">): Field | undefined =>
  fields.find(({ matches }) => matches !== undefined);

/** The variable under which the answer to a secret field is stored. */
export const storedUnder = ({ fields }: Pick<Endpoint, "fields">, fieldId: string): string =>
  fields.find(({ id }) => id === fieldId)?.env[0] ?? "";
