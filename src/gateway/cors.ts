/** What lets a browser hand an answer to its page; the origin has been found to be an allowed one. */
export const originHeaders = (origin: string): readonly string[] => [
  "access-control-allow-origin",
  origin,
  "access-control-expose-headers",
  "*",
  "vary",
  "origin",
];

/**
 * What else a browser wants to read that asks beforehand, which it does without any credential.
 * @source https://fetch.spec.whatwg.org/#http-cors-protocol; the last header: WICG, "Private Network Access".
 */
export const preflightHeaders = (wantedHeaders: string): readonly string[] => [
  "access-control-allow-methods",
  "GET, HEAD, POST, PUT, PATCH, DELETE",
  "access-control-allow-headers",
  wantedHeaders,
  "access-control-max-age",
  "600",
  "access-control-allow-private-network",
  "true",
];
