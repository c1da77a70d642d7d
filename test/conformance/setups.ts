import type { Setup } from "./host.ts";

/** What the clients of the table present. */
export const TOKEN = "CANARY-table-token-CANARY-table-token-1";
export const NAMED_TOKEN = "CANARY-named-token-CANARY-named-token-2";
/** What upstreams get. */
export const KEY = "sk-ant-api03-CANARY-table-key-CANARY-table-key-wXyZ";
export const OPENAI_KEY = "sk-proj-CANARY-openai-CANARY-openai-key";
export const OTHER_KEY = "CANARY-other-key-CANARY-other-key";

export const OURS = "cloudflare-ai-gateway";
export const MODEL = "claude-sonnet-4-6";
export const FALLBACK = "claude-haiku-4-5";

const ACCOUNT = "0123456789abcdef0123456789abcdef";

/** The paths of the upstreams, which are all one server. */
export const ANTHROPIC = `/v1/${ACCOUNT}/gw/anthropic`;
export const OPENAI = `/v1/${ACCOUNT}/gw/openai`;
export const WORKERS_AI = `/v1/${ACCOUNT}/gw/workers-ai/v1`;

/** Stand for the addresses that are known once there is an upstream, and a port where nothing listens. */
export const UPSTREAM = "http://upstream.test";
export const NOBODY = "http://nobody.test";

type Entry = Readonly<Record<string, unknown>>;

export interface SetupOptions {
  /** Beside the one for Anthropic's models, which is first. */
  readonly providers?: Readonly<Record<string, Entry>>;
  /** What the entry of that one has besides; `false` if there is none. */
  readonly ours?: Entry | false;
  readonly primary?: string | null;
  readonly fallbacks?: readonly string[];
  readonly aliases?: Readonly<Record<string, string>>;
  readonly gateway?: Entry;
  readonly variables?: Readonly<Record<string, string>>;
  readonly isImpatient?: boolean;
}

const OUR_ENTRY = {
  baseUrl: UPSTREAM + ANTHROPIC,
  api: "anthropic-messages",
  apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
  models: [],
};

/** A set-up as people have it: Claude through Cloudflare, and what else a row needs. Each call is one with its own state. */
export function setup(options: SetupOptions = {}): Setup {
  const { providers = {}, ours = {}, primary = `${OURS}/${MODEL}`, fallbacks = [], aliases = {} } = options;
  const config = {
    gateway: { mode: "local", auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" }, ...options.gateway },
    models: {
      mode: "merge",
      providers: {
        ...(ours !== false && { [OURS]: { ...OUR_ENTRY, ...ours } }),
        ...providers,
      },
    },
    agents: {
      defaults: {
        ...(primary !== null && { model: { primary, ...(fallbacks.length > 0 && { fallbacks }) } }),
        models: Object.fromEntries(Object.entries(aliases).map(([alias, ref]) => [ref, { alias }])),
      },
    },
  };
  return {
    config: JSON.stringify(config, null, 2),
    variables: { OPENCLAW_GATEWAY_TOKEN: TOKEN, CLOUDFLARE_AI_GATEWAY_API_KEY: KEY, ...options.variables },
    ...(options.isImpatient === true && { isImpatient: true }),
  };
}

/** The same for the addresses that there are. */
export const placed = (text: string, upstreamPort: number, closedPort: number): string =>
  text.replaceAll(UPSTREAM, `http://127.0.0.1:${upstreamPort}`).replaceAll(NOBODY, `http://127.0.0.1:${closedPort}`);

/** Without a state that a row could leave behind, as long as nothing fails. */
export const PLAIN = setup();
