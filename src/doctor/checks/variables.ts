import { GATEWAY_TOKEN_VARIABLE, variablesNeeded } from "../../config/credentials.ts";
import { formatPath, type JsonPath, type JsonValue } from "../../config/json5-value.ts";
import { NAMED_TOKENS_VARIABLE } from "../../config/named-tokens.ts";
import type { ProviderConfig } from "../../config/schema.ts";
import { emptyVariable } from "../../config/unresolved.ts";
import { missingVariables, VARIABLE_NAME, type VariableSource, variablesIn } from "../../config/variables.ts";
import { lookUp } from "../../core/context.ts";
import { type Endpoint, storedUnder } from "../../providers/provider.ts";
import type { Texts } from "../../text/message.ts";
import { type Check, type CheckResult, resultOf } from "../check.ts";
import {
  type ConfigText,
  type DoctorInput,
  inspectedProviders,
  objectAt,
  sourceName,
  storedElsewhere,
  textsIn,
} from "../input.ts";

export const VARIABLE_CHECKS: readonly Check[] = [
  {
    id: "variables.missing",
    title: (t) => t.doctor.variablesSet,
    needs: ["readableConfig"],
    run: (input) => [...missing(input), ...keyless(input)],
  },
  {
    id: "variables.source",
    title: (t) => t.doctor.noVariables,
    needs: ["readableConfig", "variable"],
    run: sources,
  },
  {
    id: "variables.login-shell",
    title: (t) => t.doctor.noLoginShell,
    needs: ["readableConfig", "service"],
    run: onlyInLoginShell,
  },
  {
    id: "variables.this-shell",
    title: (t) => t.doctor.noOwnShell,
    needs: ["readableConfig", "service"],
    run: onlyInThisShell,
  },
];

/** Must be resolved before the checks can run. */
export function neededVariables(input: Pick<DoctorInput, "config" | "endpoints">): readonly string[] {
  const keys = inspectedProviders(input).flatMap(({ endpoint }) => endpoint?.keyVariable ?? []);
  return [...new Set([...keys, ...referencesIn(input.config.value).map(({ name }) => name)])];
}

interface Reference {
  readonly name: string;
  readonly path: JsonPath;
}

/** Every variable referenced outside `env`. */
function referencesIn(value: JsonValue): readonly Reference[] {
  return textsIn(value)
    .filter(({ path }) => path[0] !== "env")
    .flatMap((found) => namesIn(found).map((name) => ({ name, path: found.path })));
}

function namesIn({ path, text, source }: ConfigText): readonly string[] {
  if (source !== undefined) return source === "env" && VARIABLE_NAME.test(text) ? [text] : [];
  const [first, second] = path;
  // In `apiKey`, a bare name is a reference too.
  const isKey = first === "models" && second === "providers" && path.length === 4 && path[3] === "apiKey";
  if (isKey) return variablesNeeded({ apiKey: text } satisfies ProviderConfig, undefined);
  return variablesIn(text);
}

/** True if the variable OpenClaw assigns to a provider has a value, which is used whatever the entry says. */
const hasTiedKey = (input: DoctorInput, { keyVariable }: Endpoint) =>
  keyVariable !== undefined && input.variables.has(keyVariable);

function missing(input: DoctorInput): readonly CheckResult[] {
  const { config, secrets, gatewayEnv } = input;
  const secretsPath = input.paths.secrets;
  // Tokens with names replace the one without.
  const isReplaced = (name: string) => name === GATEWAY_TOKEN_VARIABLE && input.variables.has(NAMED_TOKENS_VARIABLE);
  const unset = referencesIn(config.value).filter(({ name }) => !input.variables.has(name) && !isReplaced(name));
  const first = unset.filter(({ name }, index) => unset.findIndex((other) => other.name === name) === index);
  const { error } = secrets;
  if (error !== undefined && first.length > 0) {
    const names = first.map(({ name }) => name);
    return [resultOf(missingVariables(names, { secrets: { path: secretsPath, text: "", error } }), "warn")];
  }
  return first.map((reference): CheckResult => {
    const status = isEssential(reference, input) && !isKeyElsewhere(reference, input) ? "fail" : "warn";
    const { name, path } = reference;
    const empty = emptyVariable(name, config.config, [...secrets.readings, ...gatewayEnv.readings]);
    if (empty !== undefined) {
      return resultOf({ ...empty.problem, ...(empty.path && config.locate(empty.path)) }, status);
    }
    return {
      status,
      message: (t) => t.doctor.noValue({ variable: name, path: formatPath(path) }),
      fix: (t) => t.doctor.setOrExport({ variable: name, secretsPath }),
      ...config.locate(path),
    };
  });
}

/** True if requests of a provider, or of the gateway's clients, fail without the variable. */
function isEssential({ path }: Reference, input: DoctorInput): boolean {
  if (path[0] === "gateway") return path[1] === "auth";
  if (path[0] !== "models" || path[1] !== "providers") return false;
  const endpoint = input.endpoints.find(({ providerId }) => providerId === path[2]);
  // The provider's own variable takes precedence over `apiKey`.
  return !(path[3] === "apiKey" && endpoint !== undefined && hasTiedKey(input, endpoint));
}

const isKeyElsewhere = ({ path }: Reference, input: DoctorInput): boolean =>
  path[1] === "providers" && path[3] === "apiKey" && storedElsewhere(String(path[2]), input) !== undefined;

function keyless(input: DoctorInput): readonly CheckResult[] {
  const secretsPath = input.paths.secrets;
  return inspectedProviders(input).flatMap(({ path, entry, endpoint }): readonly CheckResult[] => {
    if (endpoint === undefined || (entry.apiKey !== undefined && entry.apiKey !== "")) return [];
    // Set by onboarding if the provider adds a stored key, or bills the user.
    if (entry.auth === "token") return [];
    // The key may be in what could not be read.
    if (hasTiedKey(input, endpoint) || input.secrets.error !== undefined) return [];
    const variable = storedUnder(endpoint, endpoint.keyField);
    const store = storedElsewhere(endpoint.providerId, input);
    if (store !== undefined) {
      return [
        {
          status: "warn",
          message: (t) => t.doctor.onlyStored({ label: endpoint.label }),
          fix: (t) => t.doctor.giveKey({ variable, secretsPath }),
          where: store.path,
        },
      ];
    }
    // A gateway that authenticates its callers may store the key itself.
    const mayBeStored = Object.keys(objectAt(entry, ["headers"])).length > 0;
    return [
      {
        status: mayBeStored ? "warn" : "fail",
        message: (t) => t.doctor.noApiKey(formatPath(path)),
        fix: (t) => t.doctor.setApiKey({ variable, secretsPath }),
        ...input.config.locate(path),
      },
    ];
  });
}

function sources(input: DoctorInput): readonly CheckResult[] {
  const { needed, variables } = input;
  const named = (source: VariableSource, t: Texts) => sourceName(source, input, t);
  return needed.flatMap((name): readonly CheckResult[] => {
    const used = variables.get(name);
    if (used === undefined) return [];
    const { source } = used;
    const others = used.hides.filter(({ value }) => !value.equals(used.value));
    if (others.length === 0) {
      return [{ status: "ok", message: (t) => t.doctor.comesFrom({ variable: name, source: named(source, t) }) }];
    }
    return [
      {
        status: "warn",
        message: (t) =>
          t.doctor.overrides({
            variable: name,
            source: named(source, t),
            overridden: others.map((other) => named(other.source, t)),
          }),
        fix: (t) => (source === "process environment" ? t.doctor.unsetOrMatch(name) : t.doctor.matchOrRemove),
      },
    ];
  });
}

function onlyInLoginShell({ needed, variables, service, paths }: DoctorInput): readonly CheckResult[] {
  if (service === undefined) return [];
  return needed
    .filter((name) => variables.get(name)?.source === "login shell")
    .map((variable) => ({
      status: "warn",
      message: (t) => t.doctor.onlyLoginShell(variable),
      fix: (t) => t.doctor.addToSecrets({ variable, secretsPath: paths.secrets }),
      where: service.path,
    }));
}

function onlyInThisShell({ needed, variables, service, config, paths }: DoctorInput): readonly CheckResult[] {
  // With `shellEnv`, the service may find in the login shell what this shell got from there.
  if (service?.env === undefined || config.config.env?.shellEnv?.enabled) return [];
  const { path, env: given } = service;
  return needed
    .filter((name) => {
      const used = variables.get(name);
      return used?.source === "process environment" && used.hides.length === 0 && !lookUp(name, given);
    })
    .map((variable) => ({
      status: "warn",
      message: (t) => t.doctor.onlyThisShell(variable),
      fix: (t) => t.doctor.addToSecrets({ variable, secretsPath: paths.secrets }),
      where: path,
    }));
}
