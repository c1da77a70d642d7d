/** Who answers behind the gateway. */
export type EndpointId = "anthropic" | "workers-ai" | "openai";
