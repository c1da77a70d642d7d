import { CODINGS } from "../core/content-coding.ts";
import { type ErrorResponse, errorResponse } from "./error-response.ts";

/*
 * Why a host does not read a body.
 */

/** @source RFC 9110, 12.5.3 and 15.5.16: the header says which codings there are. */
export const unknownCoding = (coding: string): ErrorResponse => ({
  ...errorResponse(
    "invalid_request_error",
    `The local gateway does not know the Content-Encoding ${/^[\w, -]{1,40}$/.test(coding) ? coding : "of this body"}. Send the body unencoded, or as one of ${CODINGS.join(", ")}.`,
  ),
  status: 415,
  headers: ["accept-encoding", CODINGS.join(", ")],
});

export const undecodable = (coding: string): ErrorResponse =>
  errorResponse("invalid_request_error", `The local gateway cannot decode the body: it is not complete ${coding}.`);

export const tooLarge = (mostBytes: number): ErrorResponse =>
  errorResponse(
    "request_too_large",
    `The local gateway accepts requests of at most ${mostBytes / 1024 / 1024} MB, as Anthropic does.`,
  );

export const TOO_MUCH_AT_ONCE = errorResponse(
  "overloaded_error",
  "The local gateway is holding as many large requests as it can. Try again in a moment.",
);
