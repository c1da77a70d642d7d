import { fail, ok } from "../../../src/core/result.ts";
import { repairPaste } from "../../../src/providers/paste.ts";
import type { Endpoint, Field, Provider } from "../../../src/providers/provider.ts";
import { checks, listToys, toyHeaders } from "./requests.ts";

/** A provider that has nothing in common with Cloudflare's, and brings its own sentences. */

const FIELDS: readonly Field[] = [
  {
    id: "baseUrl",
    label: () => "Toy server",
    help: () => "The address of the toy box.",
    flag: "toy-url",
    env: [],
    secret: false,
    need: "required",
    asked: "always",
    check: (raw) =>
      URL.canParse(raw)
        ? ok({ value: raw, repairs: [], warnings: [] })
        : fail({ message: () => "That is no toy box." }),
  },
  {
    id: "apiKey",
    label: () => "Toy key",
    help: () => "It is under the lid.",
    flag: "toy-api-key",
    env: ["TOY_API_KEY"],
    header: "toy-key",
    secret: true,
    need: "required",
    asked: "always",
    check: (raw) => ok({ ...repairPaste(raw, "toy-key"), warnings: [] }),
  },
];

const MODEL = {
  id: "bear-1",
  name: "Bear 1",
  reasoning: false,
  input: ["text"],
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  contextWindow: 8_000,
  maxTokens: 1_000,
} as const;

const ENDPOINT: Endpoint = {
  id: "toy",
  providerId: "toy",
  label: "Toy",
  api: "openai-completions",
  basePath: "",
  defaultModel: MODEL.id,
  alias: "Toy",
  models: [MODEL],
  catalogDate: "2026-11",
  retirements: {},
  owns: (model) => model.startsWith("bear-"),
  fields: FIELDS,
  keyField: "apiKey",
  entry: ({ baseUrl = "" }) => ({ baseUrl, api: "openai-completions", headers: {} }),
  answersIn: ({ baseUrl }) => (baseUrl === undefined ? {} : { baseUrl }),
  requestHeaders: toyHeaders,
  checks: async () => checks,
  listing: async () => listToys,
};

export const toy: Provider = {
  id: "toy",
  label: "Toy",
  authChoice: "toy-api-key",
  fields: FIELDS,
  endpoints: [ENDPOINT],
  replaces: {},
};
