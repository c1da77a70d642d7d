/**
 * Anthropic's error types that the gateway itself may answer with.
 * @source https://docs.claude.com/en/api/errors
 */
export type ErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "billing_error"
  | "permission_error"
  | "not_found_error"
  | "request_too_large"
  | "rate_limit_error"
  | "timeout_error"
  | "api_error"
  | "overloaded_error";

/** What is told of a failure. */
export interface ErrorWords {
  readonly type: ErrorType;
  /** One or two sentences for the person who wrote the request, naming who refuses and what to do. */
  readonly message: string;
  /** The diagnosis, for programs: `gateway.spend-limit`. */
  readonly code?: string;
}

/**
 * A failure in the shape that Anthropic's clients understand: one JSON document.
 * @source @anthropic-ai/sdk 1.14.0 for the place of the code, which older clients ignore.
 */
export const errorBody = ({ type, message, code }: ErrorWords): string =>
  JSON.stringify({
    type: "error",
    error: { type, message, ...(code !== undefined && { details: { error_code: code } }) },
  });

/** The same as the last event of a stream. */
export const errorEvent = (words: ErrorWords): string => `event: error\ndata: ${errorBody(words)}\n\n`;

/** The statuses that stand for one kind of error. @source as above. */
const TYPES: ReadonlyMap<number, ErrorType> = new Map([
  [401, "authentication_error"],
  [402, "billing_error"],
  [403, "permission_error"],
  [404, "not_found_error"],
  [413, "request_too_large"],
  [429, "rate_limit_error"],
  [504, "timeout_error"],
  [529, "overloaded_error"],
]);

/** The kind of error that a status from 400 on stands for. */
export const errorTypeOf = (status: number): ErrorType =>
  TYPES.get(status) ?? (status < 500 ? "invalid_request_error" : "api_error");
