import type { ErrorType, ErrorWords } from "./error-response.ts";

/** An answer of the gateway's own to a request that goes nowhere, or came back with nothing that the client could read. */
export interface Refusal extends ErrorWords {
  readonly status: number;
  /** Whether sending the same once more may help; left to the client where it is not said. */
  readonly isWorthRetrying?: boolean;
}

/** Status of each kind of error. @source https://docs.claude.com/en/api/errors; 502 is what a gateway adds. */
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

/** A refusal with the status that belongs to its kind. */
export const refusal = (type: ErrorType, message: string): Refusal => ({ status: STATUS[type], type, message });
