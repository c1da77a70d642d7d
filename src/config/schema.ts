import { BINDS, meantBind } from "./bind.ts";
import {
  anyText,
  either,
  type Infer,
  listOf,
  mapOf,
  needing,
  object,
  oneOf,
  positive,
  type ShapeProblem,
  text,
  violationsIn,
  wholeNumber,
  yesOrNo,
} from "./shape.ts";

/**
 * A credential stored elsewhere: in a variable, a file, or a program's output.
 * @source the published OpenClaw's schema, 2026.5.28 (all three keys required).
 */
const secretReference = object({ source: text, provider: text, id: text }, ["source", "provider", "id"]);

const secretInput = either(anyText, secretReference);

const tokens = wholeNumber(1, Number.POSITIVE_INFINITY);

const model = object(
  {
    id: text,
    name: text,
    input: listOf(text),
    contextWindow: tokens,
    contextTokens: tokens,
    maxTokens: tokens,
  },
  ["id", "name"],
);

const provider = object({
  baseUrl: text,
  api: text,
  apiKey: secretInput,
  auth: text,
  headers: mapOf(secretInput),
  models: listOf(model),
});

const secretProviderFields = object(
  {
    source: text,
    allowlist: listOf(text),
    path: text,
    mode: oneOf("singleValue", "json"),
    command: text,
    args: listOf(anyText),
    timeoutMs: positive,
    noOutputTimeoutMs: positive,
    maxBytes: positive,
    maxOutputBytes: positive,
    jsonOnly: yesOrNo,
    env: mapOf(anyText),
    passEnv: listOf(text),
    allowInsecurePath: yesOrNo,
    trustedDirs: listOf(text),
    pluginIntegration: object({}),
  },
  ["source"],
);

const secretProvider = needing(secretProviderFields, "source", {
  exec: ["command", "pluginIntegration"],
  file: ["path"],
});

const modelChoice = either(anyText, object({ primary: anyText, fallbacks: listOf(text) }));

/**
 * The parts of `openclaw.json` this program reads. Everything else belongs to the published OpenClaw and is not
 * validated, so a newer file never breaks an older program.
 */
export const CONFIG_SHAPE = object({
  models: object({ mode: oneOf("merge", "replace"), providers: mapOf(provider) }),
  agents: object({
    defaults: object({
      model: modelChoice,
      imageModel: modelChoice,
      models: mapOf(object({ alias: text })),
    }),
  }),
  gateway: object({
    mode: oneOf("local", "remote"),
    port: wholeNumber(1, 65_535),
    bind: { ...oneOf(...BINDS), meant: meantBind },
    customBindHost: text,
    auth: object({
      mode: oneOf("none", "token", "password", "trusted-proxy"),
      token: secretInput,
      password: secretInput,
    }),
    remote: object({ url: text, token: secretInput, password: secretInput }),
  }),
  env: object({
    vars: mapOf(anyText),
    shellEnv: object({ enabled: yesOrNo, timeoutMs: wholeNumber(0, Number.POSITIVE_INFINITY) }),
  }),
  secrets: object({ providers: mapOf(secretProvider), defaults: object({ env: text }) }),
  wizard: object({}),
});

export type Config = Infer<typeof CONFIG_SHAPE>;
export type ProviderConfig = Infer<typeof provider>;
export type SecretInput = Infer<typeof secretInput>;
export type SecretReference = Infer<typeof secretReference>;

/** Everything in `value` that OpenClaw would reject, in schema order. */
export function schemaProblems(value: unknown): readonly ShapeProblem[] {
  return violationsIn(CONFIG_SHAPE, value);
}
