import { grouped, shownMs } from "../numbers.ts";
import { count, inBrackets } from "./words.ts";

/** `openclaw models status`. */
export const modelStatus = () => ({
  checkFlag: "exit with 0 if usable, 1 if something is missing, 2 if a model retires within 30 days",
  plainFlag: "print the default model, nothing else",
  probeFlag: "ask each provider now whether it accepts the credentials",
  probeProviderFlag: "ask only this provider",
  probeTimeoutFlag: "milliseconds that each provider has to answer",
  probeConcurrencyFlag: "how many providers are asked at the same time",
  verifyFlag: "ask for the list of models, which is free, or for a message, which is billed",
  asking: (number: number) => `Asking ${count(number, "provider")}...`,
  messageIsBilled: "Each provider generates one token, which is billed.",

  // Models.
  defaultModel: "Default model",
  fallbacks: "Fallbacks",
  imageModel: "Image model",
  imageFallbacks: "Image fallbacks",
  aliases: "Aliases",
  configured: "Models",
  none: "none",
  fromAlias: ({ ref, alias }: { ref: string; alias: string }) => `${ref} (alias ${alias})`,
  place: ({ number, ref }: { number: number; ref: string }) => `${number}. ${ref}`,
  alias: ({ alias, ref }: { alias: string; ref: string }) => `${alias} -> ${ref}`,
  more: (number: number) => `${grouped(number)} more: \`openclaw models list\``,

  // Providers.
  provider: ({ label, id }: { label: string | undefined; id: string }) =>
    label === undefined ? id : `${label}${inBrackets(id)}`,
  baseUrl: "Base URL",
  endpoint: "Endpoint",
  endpointIs: ({ endpoint, api }: { endpoint: string | undefined; api: string }) =>
    endpoint === undefined ? api : `${endpoint}, ${api}`,
  payment: "Payment",
  payments: {
    key: "your own API key",
    stored: "a key stored at the gateway",
    billing: "Unified Billing",
    account: "the account of the token",
  },
  withPaidFallback: (payment: string) => `${payment}; Unified Billing where that fails`,
  apiKey: "API key",
  from: ({ value, sources }: { value: string; sources: readonly string[] }) => `${value} from ${sources.join(" and ")}`,
  noValue: "no value",
  inVariable: ({ name, place }: { name: string; place: string }) => `${name} in ${place}`,
  inConfiguration: ({ path, file }: { path: string; file: string }) => `${path} in ${file}`,
  inSecretProvider: (name: string) => `secrets.providers.${name}`,
  hidesOther: (place: string) => `hides another value: ${place}`,
  hidesSame: (place: string) => `hides the same value: ${place}`,
  moreKeys: (number: number) => `and ${count(number, "further key")}, of which the next is taken where one is limited`,
  usable: "Usable",
  probe: "Probe",
  store: (path: string) => `The published OpenClaw uses a key of its own: ${path}`,
  probed: ({ status, latency }: { status: string; latency: number | undefined }) =>
    latency === undefined ? status : `${status}, ${shownMs(latency)}`,

  // Retirements.
  wasRetired: ({ model, date, successor }: Retires) =>
    `${model} was retired on ${date}; requests for it fail.${offer(successor)}`,
  willRetire: ({ model, date, successor }: Retires) => `${model} retires on ${date}.${offer(successor)}`,

  // Faults.
  noDefault: "No default model is set. To choose one, run `openclaw models set`.",
  noReference: (text: string) =>
    `"${text}" is in use and is no provider/model. To choose another, run \`openclaw models set\`.`,
  noBaseUrl: "It has no base URL.",
  notChecked: "This program cannot check this provider.",
  notNumber: (flag: string) => `${flag} must be a whole number above 0.`,
});

const offer = (successor: string | undefined): string =>
  successor === undefined ? "" : ` Its successor: ${successor}.`;

interface Retires {
  readonly model: string;
  readonly date: string;
  readonly successor: string | undefined;
}
