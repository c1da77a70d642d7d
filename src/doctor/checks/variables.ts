import { formatPath } from "../../config/json5-value.ts";
import { type Endpoint, storedUnder } from "../../providers/provider.ts";
import type { Check, Finding } from "../check.ts";
import { type Facts, objectAt, providerEntries } from "../input.ts";
import { type Reference, referencesIn } from "../references.ts";

/** Where the values of variables come from. */
export const VARIABLE_CHECKS: readonly Check[] = [
  {
    id: "variables.missing",
    title: "Every variable that is referred to has a value, and every provider of ours has a key.",
    readsConfig: true,
    run: (facts) => [...missing(facts), ...keyless(facts)],
  },
  { id: "variables.source", title: "No variable is needed.", readsConfig: true, run: sources },
  {
    id: "variables.login-shell",
    title: "No service depends on a variable that only the login shell has.",
    readsConfig: true,
    run: onlyInLoginShell,
  },
  {
    id: "variables.this-shell",
    title: "No service lacks a variable that this shell has.",
    readsConfig: true,
    run: onlyInThisShell,
  },
];

const hasValue = ({ variables }: Facts, name: string) => (variables.get(name) ?? []).length > 0;

/** Whether a provider has a key by the variable that OpenClaw ties to it, whatever its entry says. */
const hasTiedKey = (facts: Facts, { keyVariable }: Endpoint) =>
  keyVariable !== undefined && hasValue(facts, keyVariable);

function missing(facts: Facts): readonly Finding[] {
  const lacking = referencesIn(facts.config.value).filter(({ name }) => !hasValue(facts, name));
  const first = lacking.filter(({ name }, index) => lacking.findIndex((other) => other.name === name) === index);
  return first.map((reference) => ({
    status: isEssential(reference, facts) ? "fail" : "warn",
    message: `${reference.name} has no value, and ${formatPath(reference.path)} refers to it.`,
    fix: `Set ${reference.name} in ${facts.paths.secrets}, or export it.`,
    ...facts.config.placeOf(reference.path),
  }));
}

/** Whether nothing works without it: no request to a provider, or no client of the gateway. */
function isEssential({ path }: Reference, facts: Facts): boolean {
  if (path[0] === "gateway") return path[1] === "auth";
  if (path[0] !== "models" || path[1] !== "providers") return false;
  const ours = facts.endpoints.find(({ providerId }) => providerId === path[2]);
  // The provider's own variable wins over what `apiKey` says.
  return !(path[3] === "apiKey" && ours !== undefined && hasTiedKey(facts, ours));
}

function keyless(facts: Facts): readonly Finding[] {
  return providerEntries(facts).flatMap(({ path, entry, ours }) => {
    if (ours === undefined || (entry.apiKey !== undefined && entry.apiKey !== "")) return [];
    // Marked by onboard: the gateway adds a key, or Cloudflare bills.
    if (entry.auth === "token") return [];
    if (hasTiedKey(facts, ours)) return [];
    const variable = storedUnder(ours, ours.keyField);
    // A gateway that knows its callers may hold the key itself.
    const mayBeStored = Object.keys(objectAt(entry, ["headers"])).length > 0;
    return [
      {
        status: mayBeStored ? "warn" : "fail",
        message: `${formatPath(path)} has no API key.`,
        fix: `Set ${variable} in ${facts.paths.secrets} and apiKey to "\${${variable}}", or run \`openclaw onboard\`.`,
        ...facts.config.placeOf(path),
      } satisfies Finding,
    ];
  });
}

function sources({ variables, paths }: Facts): readonly Finding[] {
  return [...variables].flatMap(([name, [used, ...others]]): readonly Finding[] => {
    if (used === undefined) return [];
    const hidden = others.filter(({ value }) => !value.equals(used.value)).map(({ source }) => source);
    const message = `${name} comes from ${named(used.source, paths.secrets)}`;
    if (hidden.length === 0) return [{ status: "ok", message: `${message}.` }];
    const places = hidden.map((source) => named(source, paths.secrets)).join(" and ");
    return [
      {
        status: "warn",
        message: `${message}, which hides another value in ${places}.`,
        fix:
          used.source === "process environment"
            ? `unset ${name}, or make both the same.`
            : "Make both the same, or take one out.",
      },
    ];
  });
}

function named(source: string, secretsPath: string): string {
  if (source === ".env") return secretsPath;
  return source === "config env" ? "env in openclaw.json" : `the ${source}`;
}

function onlyInLoginShell({ variables, service, paths }: Facts): readonly Finding[] {
  if (service === undefined) return [];
  return [...variables].flatMap(([name, [used]]) =>
    used?.source === "login shell"
      ? [
          {
            status: "warn" as const,
            message: `Only the login shell has ${name}: a service does not start from one, and has to run it each time.`,
            fix: `Put ${name} into ${paths.secrets}.`,
            where: service.path,
          },
        ]
      : [],
  );
}

function onlyInThisShell({ variables, service, config, paths }: Facts): readonly Finding[] {
  const given = service?.env;
  // With that, the service may find in the login shell what this shell has from there.
  if (given === undefined || config.config.env?.shellEnv?.enabled) return [];
  return [...variables].flatMap(([name, [used, ...others]]) =>
    used?.source === "process environment" && others.length === 0 && !given[name]
      ? [
          {
            status: "warn" as const,
            message: `Only the environment of this shell has ${name}, which a service does not get.`,
            fix: `Put ${name} into ${paths.secrets}.`,
            where: service?.path ?? "",
          },
        ]
      : [],
  );
}

/** The variables that have to be resolved before the checks can run. */
export function neededVariables(facts: Pick<Facts, "config" | "endpoints">): readonly string[] {
  const keys = providerEntries(facts).flatMap(({ ours }) => ours?.keyVariable ?? []);
  return [...new Set([...keys, ...referencesIn(facts.config.value).map(({ name }) => name)])];
}
