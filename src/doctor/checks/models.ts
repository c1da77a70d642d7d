import { formatPath, isList, isObject, type JsonPath } from "../../config/json5-value.ts";
import { aliasResolver, modelChoice } from "../../config/model-selection.ts";
import { nearest } from "../../core/similar.ts";
import { parseModelRef } from "../../providers/model.ts";
import { isInCatalog, isOnlyNamed, protocolOf } from "../../providers/provider.ts";
import { retirementFor } from "../../providers/retirement.ts";
import type { Message, Texts } from "../../text/message.ts";
import type { Check, CheckResult } from "../check.ts";
import { type DoctorInput, inspectedProviders, objectAt, textAt } from "../input.ts";

export const MODEL_CHECKS: readonly Check[] = [
  { id: "models.known", title: (t) => t.doctor.modelsKnown, needs: ["readableConfig"], run: known },
  {
    id: "models.fallback-protocol",
    title: (t) => t.doctor.sameProtocol,
    needs: ["readableConfig"],
    run: otherProtocol,
  },
  { id: "models.retired", title: (t) => t.doctor.noneRetired, needs: ["readableConfig"], run: retired },
];

interface SelectedModel {
  readonly path: JsonPath;
  readonly model: string;
  readonly role: "default" | "fallback" | "allowed";
}

const DEFAULTS = ["agents", "defaults"];

const inRole = ({ model, role }: SelectedModel, { doctor }: Texts) => ({
  model,
  role: { default: doctor.defaultModel, fallback: doctor.fallbackModel, allowed: doctor.allowedModel }[role],
});

function selectedModels({ config: { config } }: DoctorInput): readonly SelectedModel[] {
  const choice = config.agents?.defaults?.model;
  const { primary, fallbacks } = modelChoice(choice);
  const at = [...DEFAULTS, "model"];
  const resolve = aliasResolver(config);
  const first: readonly SelectedModel[] =
    primary === undefined
      ? []
      : [{ path: typeof choice === "string" ? at : [...at, "primary"], model: resolve(primary), role: "default" }];
  const others = fallbacks.map(
    (text, index): SelectedModel => ({ path: [...at, "fallbacks", index], model: resolve(text), role: "fallback" }),
  );
  return [...first, ...others];
}

function known(input: DoctorInput): readonly CheckResult[] {
  if (input.config.invalidParts.includes("agents")) {
    return [{ status: "warn", message: (t) => t.doctor.notJudged, fix: (t) => t.doctor.fixAgentsFirst }];
  }
  const selected = selectedModels(input);
  const hasDefault = selected.some(({ role }) => role === "default");
  const none: CheckResult = {
    status: "warn",
    message: (t) => t.doctor.noDefaultModel,
    fix: (t) => t.doctor.setDefaultModel,
    ...input.config.locate([...DEFAULTS, "model"]),
  };
  return [...(hasDefault ? [] : [none]), ...selected.flatMap((model) => unknownModel(model, input))];
}

function unknownModel(selected: SelectedModel, input: DoctorInput): readonly CheckResult[] {
  const result = (status: "warn" | "fail", message: Message, fix: Message): readonly CheckResult[] => [
    { status, message, fix, ...input.config.locate(selected.path) },
  ];
  const ref = parseModelRef(selected.model);
  if (ref === undefined) {
    return result(
      "fail",
      (t) => t.doctor.noReference(inRole(selected, t)),
      (t) => t.doctor.writeReference,
    );
  }
  const { provider, model } = ref;
  const configured = inspectedProviders(input).find(({ id }) => id === provider);
  const builtIn = input.endpoints.find(({ providerId }) => providerId === provider);
  if (configured === undefined) {
    return builtIn === undefined
      ? result(
          "warn",
          (t) => t.doctor.unlistedProvider({ ...inRole(selected, t), provider }),
          (t) => t.doctor.addProvider,
        )
      : result(
          "fail",
          (t) => t.doctor.providerNotSetUp({ ...inRole(selected, t), provider }),
          (t) => t.providers.runOnboard,
        );
  }
  const { models } = configured.entry;
  const entry = isList(models) ? models.find((one) => isObject(one) && one.id === model) : undefined;
  if (isObject(entry) && !(builtIn !== undefined && isOnlyNamed(entry))) return [];
  if (input.listed.get(provider)?.includes(model)) return [];
  // Retired models have a check of their own.
  if (builtIn !== undefined && isInCatalog(builtIn, model)) return [];
  if (builtIn !== undefined && entry !== undefined) {
    const meant = nearest(
      model,
      builtIn.models.map(({ id }) => id),
    );
    return result(
      "warn",
      (t) => t.doctor.notInCatalog({ ...inRole(selected, t), date: builtIn.catalogDate }),
      (t) => (meant === undefined ? t.doctor.askForModels(provider) : t.config.didYouMean(`${provider}/${meant}`)),
    );
  }
  return result(
    "warn",
    (t) => t.doctor.unknownModel(inRole(selected, t)),
    (t) => t.doctor.compareModel(provider),
  );
}

/** @why the local gateway forwards a request in the protocol it came in. */
function otherProtocol(input: DoctorInput): readonly CheckResult[] {
  const [first, ...others] = selectedModels(input);
  const wanted = first && apiOf(first, input);
  if (wanted === undefined) return [];
  return others.flatMap((selected): readonly CheckResult[] => {
    const api = apiOf(selected, input);
    if (api === undefined || api === wanted) return [];
    return [
      {
        status: "warn",
        message: (t) => t.doctor.otherProtocol({ ...inRole(selected, t), api, wanted }),
        fix: (t) => t.doctor.chooseProtocol(wanted),
        ...input.config.locate(selected.path),
      },
    ];
  });
}

function apiOf({ model }: SelectedModel, input: DoctorInput): string | undefined {
  const ref = parseModelRef(model);
  const configured = inspectedProviders(input).find(({ id }) => id === ref?.provider);
  return configured && protocolOf(textAt(configured.entry, ["api"]), configured.endpoint);
}

function retired(input: DoctorInput): readonly CheckResult[] {
  const { config, now, endpoints } = input;
  const allowed = Object.keys(objectAt(config.value, [...DEFAULTS, "models"])).map(
    (model): SelectedModel => ({ path: [...DEFAULTS, "models", model], model, role: "allowed" }),
  );
  return [...selectedModels(input), ...allowed].flatMap((selected): readonly CheckResult[] => {
    const ref = parseModelRef(selected.model);
    const endpoint = endpoints.find(({ providerId }) => providerId === ref?.provider);
    const found = ref && endpoint && retirementFor(ref.model, endpoint, undefined, now);
    if (endpoint === undefined || found === undefined || found.state === "later") return [];
    const { date, state, successor = endpoint.defaultModel } = found;
    const isOver = state === "over";
    const path = formatPath(selected.path);
    return [
      {
        status: isOver && selected.role !== "allowed" ? "fail" : "warn",
        message: (t) => t.doctor[isOver ? "wasRetired" : "willRetire"]({ ...inRole(selected, t), path, date }),
        fix: (t) => t.doctor.chooseModel(`${endpoint.providerId}/${successor}`),
        ...config.locate(selected.path),
      },
    ];
  });
}
