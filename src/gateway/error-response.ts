/**
 * Anthropic's error types, as far as the gateway uses them.
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

/** An error of the gateway's own, for a request it does not forward or an upstream that returned nothing readable. */
export interface ErrorResponse {
  readonly status: number;
  readonly type: ErrorType;
  /** One or two English sentences for whoever wrote the request: who rejects it, and what to do. */
  readonly message: string;
  /** The diagnosis, for programs: `gateway.spend-limit`. */
  readonly code?: string;
  /** The value of `x-should-retry`; if absent, the client decides. */
  readonly isWorthRetrying?: boolean;
  /** Headers that belong to the status, such as `Allow`. */
  readonly headers?: readonly string[];
}

/** @source https://docs.claude.com/en/api/errors; 502 is added for gateways. */
const STATUS: Readonly<Record<ErrorType, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 502,
  timeout_error: 504,
  overloaded_error: 529,
};

const TYPES: ReadonlyMap<number, ErrorType> = new Map(
  Object.entries(STATUS).map(([type, status]) => [status, type as ErrorType]),
);

export const errorResponse = (type: ErrorType, message: string): ErrorResponse => ({
  status: STATUS[type],
  type,
  message,
});

export const errorTypeOf = (status: number): ErrorType =>
  TYPES.get(status) ?? (status < 500 ? "invalid_request_error" : "api_error");

/**
 * A JSON document as Anthropic's clients expect it. @source @anthropic-ai/sdk 1.14.0 for the place of the code, which
 * older clients ignore.
 */
export const errorBody = ({ type, message, code }: ErrorResponse): string =>
  JSON.stringify({
    type: "error",
    error: { type, message, ...(code !== undefined && { details: { error_code: code } }) },
  });

/** The same error as the last event of a stream. */
export const errorEvent = (error: ErrorResponse): string => `event: error\ndata: ${errorBody(error)}\n\n`;

export const OWN_FAULT: ErrorResponse = {
  ...errorResponse("api_error", "The local gateway failed because of a bug. Its log contains what to report."),
  status: 500,
};
