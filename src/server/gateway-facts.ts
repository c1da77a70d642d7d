import type { Credentials } from "../config/credentials.ts";
import type { ListenAddress } from "../config/listen-address.ts";
import type { Config } from "../config/schema.ts";
import { fail, ok, type Problem, type Result, withPlace } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { accessByTokens, type ClientToken } from "../gateway/access.ts";
import { type ConfiguredGateway, type ConfigureInput, configure } from "../gateway/configure.ts";
import type { Senders } from "../gateway/run-flags.ts";
import { say, type Texts } from "../text/message.ts";

/**
 * What settings are made of once files are read and the programs of secret references have run: data alone, so that it can
 * go to another process, which then has the same settings.
 */
export interface GatewayFacts {
  readonly config: Config;
  readonly credentials: ReadonlyMap<string, Result<Credentials, readonly Problem[]>>;
  readonly listen: ListenAddress;
  readonly ownHosts: ReadonlySet<string>;
  /** What clients may present; `undefined` if they need nothing. */
  readonly clients: readonly ClientToken[] | undefined;
  /** Every token, also where none is needed: none gets into the log. */
  readonly tokens: readonly Secret[];
  readonly rules: Omit<ConfigureInput["rules"], "access" | "allowedHosts" | "allowedOrigins"> & Senders;
  readonly profile: string | undefined;
  /** For how many days requests are recorded; 0 for no record. */
  readonly usageDays: number;
}

type Rest = Pick<ConfigureInput, "endpoints" | "english" | "catalog" | "freshenCatalog">;

export const configureFrom = (
  { config, credentials, listen, ownHosts, clients, rules, profile }: GatewayFacts,
  rest: Rest,
): ConfiguredGateway =>
  configure({
    config,
    credentials,
    listen,
    ownHosts,
    rules: { ...rules, access: clients === undefined ? { mode: "none" } : accessByTokens(clients) },
    profile,
    ...rest,
  });

/** The same for the channel between two processes, with its secrets in plain text: for nothing else. */
export type PackedFacts = ReturnType<typeof pack>;

export const pack = (facts: GatewayFacts, english: Texts) => ({
  ...facts,
  credentials: [...facts.credentials].map(([id, found]) => [id, packCredentials(found, english)] as const),
  clients: facts.clients?.map(({ name, token }) => ({ name, token: token.reveal() })),
  tokens: facts.tokens.map((token) => token.reveal()),
});

/** A problem becomes its English sentence: it only appears in what goes over the wire. */
const packCredentials = (found: Result<Credentials, readonly Problem[]>, english: Texts) =>
  found.ok
    ? {
        apiKey: found.value.apiKey?.reveal(),
        moreKeys: found.value.moreKeys?.map(({ value, ...place }) => ({ ...place, value: value.reveal() })),
        headers: Object.entries(found.value.headers).map(([name, value]) => [name, value.reveal()] as const),
      }
    : { problems: found.error.map((problem) => say(withPlace(problem), english)) };

export const unpack = ({ credentials, clients, tokens, ...rest }: PackedFacts): GatewayFacts => ({
  ...rest,
  credentials: new Map(credentials.map(([id, found]) => [id, unpackCredentials(found)])),
  clients: clients?.map(({ name, token }) => ({ name, token: new Secret(token) })),
  tokens: tokens.map((token) => new Secret(token)),
});

function unpackCredentials(found: ReturnType<typeof packCredentials>): Result<Credentials, readonly Problem[]> {
  if ("problems" in found) return fail(found.problems.map((sentence) => ({ message: () => sentence })));
  const { apiKey, moreKeys, headers } = found;
  return ok({
    ...(apiKey !== undefined && { apiKey: new Secret(apiKey) }),
    ...(moreKeys && { moreKeys: moreKeys.map((key) => ({ ...key, value: new Secret(key.value) })) }),
    headers: Object.fromEntries(headers.map(([name, value]) => [name, new Secret(value)])),
  });
}
