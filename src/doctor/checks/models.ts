import { formatPath, isList, isObject, type JsonPath } from "../../config/json5-value.ts";
import { aliasResolver, modelChoice } from "../../config/model-selection.ts";
import { parseModelRef } from "../../providers/model-ref.ts";
import { protocolOf } from "../../providers/provider.ts";
import type { Check, Finding } from "../check.ts";
import { type Facts, objectAt, providerEntries, textAt } from "../input.ts";

/** Whether the chosen models are there, and stay. */
export const MODEL_CHECKS: readonly Check[] = [
  { id: "models.known", title: "The default model and its fallbacks are known.", readsConfig: true, run: known },
  {
    id: "models.fallback-protocol",
    title: "The fallbacks speak the protocol of the default model.",
    readsConfig: true,
    run: otherProtocol,
  },
  { id: "models.retired", title: "No chosen model is retired, or will be soon.", readsConfig: true, run: retired },
];

interface Chosen {
  readonly path: JsonPath;
  readonly text: string;
  /** Said of it in a message. */
  readonly role: string;
}

const DEFAULTS = ["agents", "defaults"];

/** The default model and its fallbacks, aliases resolved. */
function chosenModels({ config: { config } }: Facts): readonly Chosen[] {
  const choice = config.agents?.defaults?.model;
  const { primary, fallbacks } = modelChoice(choice);
  const at = [...DEFAULTS, "model"];
  const first =
    primary === undefined
      ? []
      : [{ path: typeof choice === "string" ? at : [...at, "primary"], text: primary, role: "the default model" }];
  const others = fallbacks.map((text, index) => ({
    path: [...at, "fallbacks", index],
    text,
    role: "a fallback model",
  }));
  const resolve = aliasResolver(config);
  return [...first, ...others].map((chosen) => ({ ...chosen, text: resolve(chosen.text) }));
}

function known(facts: Facts): readonly Finding[] {
  if (facts.config.unjudged.includes("agents")) {
    const fix = "Mend what is not allowed in agents first, then run `openclaw doctor` again.";
    return [{ status: "warn", message: "The default model and its fallbacks were not judged.", fix }];
  }
  const chosen = chosenModels(facts);
  const noDefault = chosen.every(({ role }) => role !== "the default model");
  const none: readonly Finding[] = noDefault
    ? [
        {
          status: "warn",
          message: "No default model is chosen; the published OpenClaw then takes one of OpenAI's.",
          fix: "Run `openclaw onboard`, or set agents.defaults.model.",
          ...facts.config.placeOf([...DEFAULTS, "model"]),
        },
      ]
    : [];
  return [...none, ...chosen.flatMap((model) => unknownModel(model, facts))];
}

function unknownModel({ path, text, role }: Chosen, facts: Facts): readonly Finding[] {
  const finding = (status: "warn" | "fail", why: string, fix: string): readonly Finding[] => [
    { status, message: `'${text}', ${role}, ${why}.`, fix, ...facts.config.placeOf(path) },
  ];
  const ref = parseModelRef(text);
  if (ref === undefined) return finding("fail", "is no provider/model and no alias", "Write it as provider/model.");
  const configured = providerEntries(facts).find(({ id }) => id === ref.provider);
  const builtIn = facts.endpoints.find(({ providerId }) => providerId === ref.provider);
  if (configured === undefined) {
    return builtIn === undefined
      ? finding(
          "warn",
          `is of '${ref.provider}', which models.providers does not have`,
          "Configure that provider, unless OpenClaw brings it along.",
        )
      : finding("fail", `is of '${ref.provider}', which is not set up`, "Run `openclaw onboard`.");
  }
  const { models } = configured.entry;
  const described = isList(models) && models.some((model) => isObject(model) && model.id === ref.model);
  if (described || builtIn?.models.some(({ id }) => id === ref.model)) return [];
  const retired = builtIn !== undefined && Object.hasOwn(builtIn.retirements, ref.model);
  return retired
    ? []
    : finding("warn", "is described nowhere", `Compare it with \`openclaw models list --provider ${ref.provider}\`.`);
}

/** The local gateway passes a request on as it came, so that only a model of the same protocol can take over. */
function otherProtocol(facts: Facts): readonly Finding[] {
  const [first, ...others] = chosenModels(facts);
  const wanted = first && spokenBy(first, facts);
  if (wanted === undefined) return [];
  return others.flatMap((model) => {
    const spoken = spokenBy(model, facts);
    if (spoken === undefined || spoken === wanted) return [];
    const message = `'${model.text}', ${model.role}, speaks ${spoken} and not ${wanted}: the local gateway skips it.`;
    const fix = `Choose a model whose provider speaks ${wanted}.`;
    return [{ status: "warn" as const, message, fix, ...facts.config.placeOf(model.path) }];
  });
}

function spokenBy({ text }: Chosen, facts: Facts): string | undefined {
  const ref = parseModelRef(text);
  const entry = providerEntries(facts).find(({ id }) => id === ref?.provider);
  return entry && protocolOf(textAt(entry.entry, ["api"]), entry.ours);
}

const SOON_MS = 30 * 24 * 60 * 60 * 1000;

function retired(facts: Facts): readonly Finding[] {
  const { config, now } = facts;
  const allowed = Object.keys(objectAt(config.value, [...DEFAULTS, "models"])).map((text) => ({
    path: [...DEFAULTS, "models", text],
    text,
    role: "an allowed model",
  }));
  return [...chosenModels(facts), ...allowed].flatMap(({ path, text, role }) => {
    const ref = parseModelRef(text);
    const endpoint = facts.endpoints.find(({ providerId }) => providerId === ref?.provider);
    const date = ref === undefined ? undefined : endpoint?.retirements[ref.model];
    if (date === undefined) return [];
    const untilMs = Date.parse(date) - now.getTime();
    if (untilMs > SOON_MS) return [];
    const place = config.placeOf(path);
    const fix = `Choose another, such as ${endpoint?.providerId}/${endpoint?.defaultModel}.`;
    const fails = untilMs <= 0 && role !== "an allowed model";
    const message = `${formatPath(path)}: '${text}', ${role}, ${untilMs <= 0 ? "was" : "will be"} retired on ${date}.`;
    return [{ status: fails ? ("fail" as const) : ("warn" as const), message, fix, ...place }];
  });
}
