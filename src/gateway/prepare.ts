import { refusesPrefill, stripPrefill } from "./prefill.ts";
import { type Refusal, refusal } from "./refusal.ts";
import { type RequestBody, withModel } from "./request-body.ts";
import type { StripPrefill } from "./settings.ts";
import type { Target } from "./targets.ts";

/** A body as one target gets it. */
export interface PreparedBody {
  readonly bytes: Buffer;
  /** Trailing assistant turns that were removed. */
  readonly prefillRemoved: number;
}

/** Applies the rules to a body; one that needs no change is the very same bytes. */
export function prepareBody(
  body: RequestBody,
  { upstream, model }: Target,
  strip: StripPrefill,
): { readonly ok: true; readonly value: PreparedBody } | { readonly ok: false; readonly refusal: Refusal } {
  const renamed = body.model === model ? body.bytes : withModel(body, model);
  const isStripped = body.thinking || (strip === "unsupported" && refusesPrefill(model));
  if (upstream.api !== "anthropic-messages" || !isStripped) {
    return { ok: true, value: { bytes: renamed, prefillRemoved: 0 } };
  }
  const { bytes, removed, isEmptied } = stripPrefill(renamed);
  if (isEmptied) return { ok: false, refusal: NOTHING_LEFT };
  return { ok: true, value: { bytes, prefillRemoved: removed } };
}

const NOTHING_LEFT = refusal(
  "invalid_request_error",
  "messages: the local gateway removes trailing assistant turns, which do not go with thinking, and nothing would be left. Let the conversation end with a user turn.",
);
