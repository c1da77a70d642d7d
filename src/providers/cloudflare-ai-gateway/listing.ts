import { isObject } from "../../core/json.ts";
import type { Secret } from "../../core/secret.ts";
import { listByPages, type ModelsPage, type PagedList, unreadable } from "../list-models.ts";
import type { ListedModel } from "../model.ts";
import type { Checks, ListModels, Setup } from "../provider.ts";
import { sanitize, validId } from "../sanitize.ts";
import { accountInUrl } from "./address.ts";
import { models } from "./discovery.ts";
import { type CarriedHeaders, type CheckedRow, checksOf, modelsRequest } from "./probe.ts";
import { type Json, parseBody } from "./response-body.ts";

/** @why a thousand models, each with its capabilities. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/** @why far longer than any real id, and short enough for one line and a URL. */
const MODEL_ID = /^[^\s\p{C}]{1,200}$/u;
const LONGEST_NAME = 100;

/**
 * Lists the models of an endpoint page by page; its check fetches the first page only.
 * @source docs.claude.com, "List models": `after_id`, at most 1000 a page; OpenAI's list has one page.
 */
export function listingOf(row: CheckedRow, label: string, carried: CarriedHeaders): ListModels {
  const request: PagedList["request"] = (setup, after, userAgent) => {
    const first = modelsRequest(row.api, setup, carried, userAgent);
    const url = after === undefined ? first.url : `${first.url}&after_id=${encodeURIComponent(after)}`;
    return { ...first, url, maxBodyBytes: MAX_PAGE_BYTES };
  };
  const { diagnose } = checksOf(row, carried);
  return (...asking) => listByPages({ label, request, read, diagnose }, ...asking);
}

/** Any field of a model may be null; one without a usable id is skipped. */
function read(body: string, setup: Setup): ModelsPage | undefined {
  const value = parseBody(body);
  if (!isObject(value) || !Array.isArray(value.data)) return undefined;
  const secrets = secretsOf(setup);
  const models = value.data.filter(isObject).flatMap((entry) => readModel(entry, secrets));
  if (models.length === 0 && value.data.length > 0) return undefined;
  if (value.has_more !== true) return { models };
  const next = validId(value.last_id, MODEL_ID, secrets) ?? models.at(-1)?.id;
  return next === undefined ? undefined : { models, next };
}

/** Secrets that a response must not echo. Aliases and switches are not secret, and a model may have the same name. */
function secretsOf({ apiKey, headers }: Setup): readonly Secret[] {
  const secret = Object.entries(headers).filter(([name]) => !/^cf-aig-(?!authorization$)|^anthropic-/i.test(name));
  return [...secret.map(([, value]) => value), ...(apiKey ? [apiKey] : [])];
}

function readModel(entry: Json, secrets: readonly Secret[]): readonly ListedModel[] {
  const id = validId(entry.id, MODEL_ID, secrets);
  if (id === undefined) return [];
  const name = typeof entry.display_name === "string" ? sanitize(entry.display_name, LONGEST_NAME, secrets) : "";
  const image = capability(entry.capabilities, "image_input");
  const contextWindow = tokens(entry.max_input_tokens);
  const maxTokens = tokens(entry.max_tokens);
  return [
    {
      id,
      ...(name !== "" && { name }),
      ...(image !== undefined && { input: image ? (["text", "image"] as const) : (["text"] as const) }),
      ...(contextWindow !== undefined && { contextWindow }),
      ...(maxTokens !== undefined && { maxTokens }),
    },
  ];
}

function capability(capabilities: unknown, name: string): boolean | undefined {
  const value = isObject(capabilities) ? capabilities[name] : undefined;
  return isObject(value) && typeof value.supported === "boolean" ? value.supported : undefined;
}

const tokens = (value: unknown) =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;

/** The gateway does not list Workers AI's models, so Cloudflare's API is asked, with the token that requests carry. */
export const listWorkersAi: ListModels = async ({ baseUrl, apiKey }, options, context) => {
  const accountId = accountInUrl(baseUrl, context.env);
  if (accountId === undefined || apiKey === undefined) {
    return unreadable((t) => t.cloudflare.noAccountInUrl);
  }
  return models({ token: apiKey, ...options }, accountId, context);
};

/**
 * Why Cloudflare's API rejects the token, if it does. An unreachable API or an unknown account says nothing about the
 * gateway.
 */
export const verifyAgainstApi: NonNullable<Checks["also"]> = async (...asking) => {
  const listed = await listWorkersAi(...asking);
  return listed.ok || listed.error.layer !== "cloudflare-api" ? undefined : { ...listed.error, field: "gatewayToken" };
};
