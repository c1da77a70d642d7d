import { configurationVersion } from "../../../src/config/configuration-version.ts";
import { answers, asks, BY, differing, get, gets, HELLO, logs, MESSAGE, post, refuses, row, says } from "../said.ts";
import { MODEL, OTHER_KEY, OURS, PLAIN, setup, UPSTREAM } from "../setups.ts";
import { ALL_THREE } from "./paths.ts";

const named = (model: unknown) => ({ ...HELLO, model });
const by = (model: string) => ({ "x-openclaw-model": `${OURS}/${model}` });
const servedBy = (model: string) => [
  gets("/v1/messages", named(model)),
  says(200, MESSAGE),
  answers(200, MESSAGE, by(model)),
  logs({ model: `${OURS}/${model}` }),
];
const { model: _, ...unnamed } = HELLO;

const NAMED = setup({
  providers: {
    own: {
      baseUrl: `${UPSTREAM}/own`,
      api: "anthropic-messages",
      apiKey: OTHER_KEY,
      models: [
        { id: "house-model", name: "House" },
        { id: "a/b", name: "A" },
      ],
    },
  },
  aliases: { fast: `${OURS}/claude-haiku-4-5`, "Cloudflare AI Gateway": `${OURS}/${MODEL}` },
});

const byOwn = (model: string) => [
  gets("POST /own/v1/messages", named(model), {
    headers: { "x-api-key": OTHER_KEY, "cf-aig-no-wholesale": undefined },
  }),
  says(200, MESSAGE),
  answers(200, MESSAGE, { "x-openclaw-model": `own/${model}` }),
];

const NO_DEFAULT = setup({ primary: null });
const BROKEN = setup({ ours: { baseUrl: "ftp://gateway.test" } });

const notRouted = (why: string) =>
  refuses(404, "not_found_error", `The local gateway cannot route this request. ${why}`);
const unusable = refuses(
  503,
  "api_error",
  "The local gateway has no usable provider for this request. models.providers.cloudflare-ai-gateway.baseUrl is not a URL that starts with https:// and contains no placeholders.",
  {
    "x-should-retry": "false",
  },
);
const wrong = (why: string) => refuses(400, "invalid_request_error", `The local gateway refuses this request. ${why}`);
const NOT_AN_OBJECT = wrong("The body is not a JSON object, or has more than 10,000 members.");

const notReady = (more: object) =>
  answers(503, {
    ok: false,
    problems: [
      "models.providers.cloudflare-ai-gateway.baseUrl is not a URL that starts with https:// and contains no placeholders.",
    ],
    ...more,
  });

export const MODELS = [
  row("a provider and its model", PLAIN, asks(post("/v1/messages", named(`${OURS}/${MODEL}`))), ...servedBy(MODEL)),
  row(
    "another model of the provider",
    PLAIN,
    asks(post("/v1/messages", named("claude-opus-4-8"))),
    ...servedBy("claude-opus-4-8"),
  ),
  row("an alias", NAMED, asks(post("/v1/messages", named("fast"))), ...servedBy("claude-haiku-4-5")),
  row("an alias with blanks", NAMED, asks(post("/v1/messages", named("Cloudflare AI Gateway"))), ...servedBy(MODEL)),
  row(
    "an alias with the mark of a window",
    NAMED,
    asks(post("/v1/messages", named("fast[1m]"))),
    ...servedBy("claude-haiku-4-5"),
  ),
  row(
    "the default's dated id",
    PLAIN,
    asks(post("/v1/messages", named("claude-sonnet-4-6-20260217"))),
    ...servedBy("claude-sonnet-4-6-20260217"),
  ),
  row("the mark of a window", PLAIN, asks(post("/v1/messages", named(`${MODEL}[1M]`))), ...servedBy(MODEL)),
  row(
    "the maker in place of the provider",
    PLAIN,
    asks(post("/v1/messages", named("anthropic/claude-opus-4-8"))),
    ...servedBy("claude-opus-4-8"),
  ),
  row(
    "the maker behind the provider",
    PLAIN,
    asks(post("/v1/messages", named(`${OURS}/anthropic/claude-opus-4-8`))),
    ...servedBy("claude-opus-4-8"),
  ),
  row(
    "a model that another provider describes",
    NAMED,
    asks(post("/v1/messages", named("house-model"))),
    ...byOwn("house-model"),
  ),
  row("a described id with a slash", NAMED, asks(post("/v1/messages", named("a/b"))), ...byOwn("a/b")),
  row(
    "any model of a provider of the user's own",
    NAMED,
    asks(post("/v1/messages", named("own/whatever"))),
    ...byOwn("whatever"),
  ),
  row(
    "no model means the default",
    PLAIN,
    asks(post("/v1/messages", unnamed)),
    gets("/v1/messages", { model: MODEL, ...unnamed }),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
  ),
  row("an empty model means the default", PLAIN, asks(post("/v1/messages", named(""))), ...servedBy(MODEL)),
  row(
    "no model in an empty object",
    PLAIN,
    asks(post("/v1/messages", "{}")),
    gets("/v1/messages", `{"model":"${MODEL}"}`),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
  ),
  row(
    "no model where there is no default",
    NO_DEFAULT,
    asks(post("/v1/messages", unnamed)),
    notRouted("No default model is set. Name a model in the request."),
  ),
  row("a model where there is no default", NO_DEFAULT, asks(post("/v1/messages", HELLO)), ...servedBy(MODEL)),
  row(
    "a model of a provider that is not set up",
    PLAIN,
    asks(post("/v1/messages", named("gpt-5.5"))),
    notRouted(
      "gpt-5.5 is a model of Cloudflare AI Gateway (OpenAI), which is not set up. Run `openclaw onboard --cloudflare-ai-gateway-endpoint openai`.",
    ),
  ),
  row(
    "a model of a provider that serves another protocol",
    ALL_THREE,
    asks(post("/v1/messages", named("gpt-5.5"))),
    notRouted(
      "gpt-5.5 is a model of Cloudflare AI Gateway (OpenAI), which does not serve /v1/messages. Send it to /v1/responses or /v1/chat/completions or /v1/embeddings or /v1/images and other paths of OpenAI.",
    ),
  ),
  row(
    "a provider that nobody knows is part of a name",
    PLAIN,
    asks(post("/v1/messages", named("nobody/model"))),
    ...servedBy("nobody/model"),
  ),
  row(
    "a name that is too long",
    PLAIN,
    asks(post("/v1/messages", named("x".repeat(201)))),
    refuses(400, "invalid_request_error", "model: the local gateway accepts names of at most 200 characters."),
  ),
  row("a model that is a number", PLAIN, asks(post("/v1/messages", named(5))), wrong("`model` is not a string.")),
  row("a model that is null means the default", PLAIN, asks(post("/v1/messages", named(null))), ...servedBy(MODEL)),
  row("a list in place of an object", PLAIN, asks(post("/v1/messages", "[]")), NOT_AN_OBJECT),
  row("half of an object", PLAIN, asks(post("/v1/messages", '{"model":"x"')), NOT_AN_OBJECT),
  row("something behind the object", PLAIN, asks(post("/v1/messages", `${JSON.stringify(HELLO)}}`)), NOT_AN_OBJECT),
  row("nothing", PLAIN, asks(post("/v1/messages", "")), NOT_AN_OBJECT),
  row("a byte order mark", PLAIN, asks(post("/v1/messages", `\ufeff${JSON.stringify(HELLO)}`)), NOT_AN_OBJECT),
  row("a provider that cannot be used", BROKEN, asks(post("/v1/messages", HELLO)), unusable),
  row("a provider that cannot be used, by its name", BROKEN, asks(post("/v1/messages", named(`${OURS}/x`))), unusable),
  differing(
    row("is not ready, and says why to those who have the token", BROKEN, asks(get("/readyz")), notReady({})),
    "who deploys a Worker wants to know which configuration it has",
    asks(get("/readyz")),
    notReady({ version: configurationVersion(JSON.parse(BROKEN.config)) }),
  ),
  row(
    "is not ready",
    BROKEN,
    asks(get("/readyz", { "x-api-key": undefined })),
    answers(503, { ok: false }),
    logs({ level: "error", path: "/readyz" }),
  ),
];
