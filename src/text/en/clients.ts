import { oneOf } from "./words.ts";

/** What `gateway env` says of the programs that use the local gateway. */
export const clients = () => ({
  protocols: {
    "anthropic-messages": "Anthropic's Messages API",
    "openai-responses": "OpenAI's Responses API",
    "openai-completions": "chat completions",
  },
  notServed: ({ client, protocols }: { client: string; protocols: readonly string[] }) =>
    `${client} needs ${oneOf(protocols)}. No provider is set up for that.`,
  setUp: (command: string) => `To set one up, run \`${command}\`.`,
  alsoSpeaks: ({ client, protocol, command }: { client: string; protocol: string; command: string }) =>
    `${client} can also use ${protocol}. No provider is set up for that. To set one up, run \`${command}\`.`,
  putIntoFile: ({ client, path }: { client: string; path: string }) => `Put this into ${path}, which ${client} reads.`,
  addToFile: ({ client, path }: { client: string; path: string }) =>
    `Add this to ${path}, which ${client} reads. The file exists, so keep what else it says.`,
  setVariable: ({ client, command }: { client: string; command: string }) =>
    `${client} reads the token from a variable. In each shell, first run \`${command}\`.`,
  writeInstead: (command: string) => `To have that done for you, run \`${command}\`.`,
  writeIntoFile: ({ path, command }: { path: string; command: string }) =>
    `To write it into ${path} instead, run \`${command}\`.`,
  otherListens: (url: string) =>
    `Another program listens at ${url}, or openclaw does not answer there in time. Clients would send the gateway token there.`,
  foreignListens: (url: string) =>
    `The gateway at ${url} does not prove that it has the token of this profile. It may belong to another profile or user.`,
  useOtherPort: ({ port, command }: { port: number; command: string }) =>
    `Stop that program, or run \`${command}\` and set OPENCLAW_GATEWAY_PORT to ${port}.`,
  startGateway: ({ url, command }: { url: string; command: string }) =>
    `Nothing listens at ${url} yet. To start the local gateway, run \`${command}\`.`,
});
