import { isObject, parseJsonObject } from "../../core/json.ts";
import { scrub } from "../../core/redact.ts";
import { escapedJson } from "../../core/sendable.ts";
import type { Asker, Attribute, Attribution } from "../provider.ts";

/*
 * Headers by which the gateway's logs and traces tell who asks.
 * @source developers.cloudflare.com/ai-gateway, seen on 28 November 2026: observability/custom-metadata (five entries of
 * text, number or boolean) and observability/otel-integration.
 */

const METADATA = "cf-aig-metadata";
const TRACE_ID = "cf-aig-otel-trace-id";
const PARENT_SPAN_ID = "cf-aig-otel-parent-span-id";

const MOST_ENTRIES = 5;
const LONGEST_SESSION = 64;

type Entry = readonly [key: string, value: unknown];

const isEntry = ([key, value]: Entry) =>
  ["string", "number", "boolean"].includes(typeof value) && !key.startsWith("cf.");

/** `undefined` if the gateway would lose it all, which nothing added to it mends. */
function configuredEntries(text: string | undefined): readonly Entry[] | undefined {
  const entries = text === undefined ? [] : Object.entries(parseJsonObject(text) ?? { "": null });
  return entries.every(isEntry) ? entries : undefined;
}

/** What a client says of itself, in bytes that Node reads one by one; `undefined` if that is no object. */
function ownEntries(header: string | undefined): readonly Entry[] | undefined {
  const text = header === undefined ? "{}" : Buffer.from(header, "latin1").toString("utf8");
  const metadata = parseJsonObject(text);
  return isObject(metadata) ? Object.entries(metadata).filter(isEntry) : undefined;
}

/** The first entries that have room, of each key the first. */
function asJson(entries: readonly Entry[]): string {
  const first = new Map(entries.toReversed());
  const keys = [...new Set(entries.map(([key]) => key))].slice(0, MOST_ENTRIES);
  return escapedJson(Object.fromEntries(keys.map((key) => [key, first.get(key)])));
}

/**
 * The configuration's entries, then the name of the client's token, which the client cannot change or crowd out, then what
 * the client says of itself, then its session. `undefined` if there is nothing to add.
 */
function metadataFor(configured: string | undefined): (asker: Asker, own: string | undefined) => string | undefined {
  const fixed = configuredEntries(configured);
  if (fixed === undefined) return () => undefined;
  const build = ({ client, session }: Asker, own: readonly Entry[]) => {
    const shown = scrub(session)
      .replace(/[^\w.:*-]/g, "")
      .slice(0, LONGEST_SESSION);
    return asJson([
      ...fixed,
      ...(client === undefined ? [] : [["client", client] as const]),
      ...own,
      ...(shown === "" ? [] : [["session", shown] as const]),
    ]);
  };
  /** The last one of each client. @why a session sends hundreds of requests. */
  const last = new Map<string | undefined, { readonly session: string; readonly text: string }>();
  return (asker, own) => {
    const { client, session } = asker;
    const isSilent = client === undefined && session === "";
    if (own === undefined) {
      if (isSilent) return undefined;
      const known = last.get(client);
      if (known?.session === session) return known.text;
      const text = build(asker, []);
      last.set(client, { session, text });
      return text;
    }
    // Passed on as it came where there is nothing beside it.
    return isSilent && fixed.length === 0 ? undefined : build(asker, ownEntries(own) ?? []);
  };
}

/** @source https://www.w3.org/TR/trace-context/, section 3.2: later versions may append fields, and zeros are no ids. */
const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}(-.*)?$/;

function traceIn(traceparent: string): readonly [traceId: string, parentId: string] | undefined {
  const [, version, traceId, parentId, more] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || parentId === undefined) return undefined;
  return version === "00" && more !== undefined ? undefined : [traceId, parentId];
}

/** `namesClients`: false to leave metadata as the configuration or else the client has it. */
function attributeFor(configured: Readonly<Record<string, string>>, namesClients: boolean): Attribute {
  const metadata = namesClients ? metadataFor(configured[METADATA]) : () => undefined;
  const isTraced = [TRACE_ID, PARENT_SPAN_ID].every((name) => configured[name] === undefined);
  return (asker, own) => {
    const headers: string[] = [];
    const text = metadata(asker, own(METADATA));
    if (text !== undefined) headers.push(METADATA, text);
    const isOurs =
      isTraced && asker.traceparent !== "" && own(TRACE_ID) === undefined && own(PARENT_SPAN_ID) === undefined;
    const trace = isOurs ? traceIn(asker.traceparent) : undefined;
    if (trace !== undefined) headers.push(TRACE_ID, trace[0], PARENT_SPAN_ID, trace[1]);
    return headers;
  };
}

export const ATTRIBUTION: Attribution = { names: [METADATA, TRACE_ID, PARENT_SPAN_ID], attributeFor };
