/** Like those of Anthropic's answers through Cloudflare AI Gateway. */
export const COMMON_HEADERS = [
  "date: Wed, 25 Nov 2026 12:00:00 GMT",
  "connection: keep-alive",
  "cf-ray: 9a1b2c3d4e5f6789-FRA",
  "server: cloudflare",
  "cf-cache-status: DYNAMIC",
  "strict-transport-security: max-age=31536000; includeSubDomains; preload",
  "anthropic-organization-id: 0123abcd-4567-89ab-cdef-0123456789ab",
  "anthropic-ratelimit-requests-limit: 4000",
  "anthropic-ratelimit-requests-remaining: 3999",
  "anthropic-ratelimit-requests-reset: 2026-11-25T12:00:00Z",
  "anthropic-ratelimit-tokens-limit: 480000",
  "anthropic-ratelimit-tokens-remaining: 479000",
  "request-id: req_011CSHoEeqs5C35K2UUqR7Fy",
  "cf-aig-cache-status: MISS",
  "cf-aig-event-id: 01JD0000000000000000000000",
  "cf-aig-log-id: 01JD0000000000000000000001",
  "cf-aig-step: 0",
];

export const MESSAGE = {
  id: "msg_013Zva2CMHLNnXjNJJKqJ2EF",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-6",
  content: [{ type: "text", text: "It fails since nothing is there to be read. ".repeat(14) }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 210, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 160 },
};
