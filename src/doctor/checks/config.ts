import { valueAt } from "../../config/config-edit.ts";
import { formatPath, type JsonPath } from "../../config/json5-value.ts";
import type { Problem } from "../../core/result.ts";
import type { Check, Finding } from "../check.ts";
import { type Facts, objectAt, providerEntries } from "../input.ts";
import { unknownKeys } from "../known-keys.ts";
import { nearest } from "../nearest.ts";

/** Whether both files can be read, and by every version. */
export const CONFIG_CHECKS: readonly Check[] = [
  {
    id: "config.syntax",
    title: "openclaw.json is JSON5, with everything it includes.",
    readsConfig: false,
    run: ({ config }) =>
      config.faults.map((fault) => asFinding(fault, "fail", "Mend it there, or go back with `openclaw undo`.")),
  },
  {
    id: "secrets.syntax",
    title: "Every line of .env can be read.",
    readsConfig: false,
    run: ({ secrets }) =>
      secrets.faults.map((fault) => asFinding(fault, "fail", "Mend the line, or put # in front of it.")),
  },
  {
    id: "config.schema",
    title: "Every value that this program reads is allowed.",
    readsConfig: true,
    run: ({ config }) =>
      config.misfits.map((misfit) => asFinding(misfit, "fail", "Mend it there, or go back with `openclaw undo`.")),
  },
  {
    id: "config.duplicate-keys",
    title: "No key is given twice.",
    readsConfig: true,
    run: ({ config }) =>
      config.duplicates.map((duplicate) => asFinding(duplicate, "warn", "Keep one of them: the last one counts.")),
  },
  { id: "config.unknown-keys", title: "No key is unknown to OpenClaw.", readsConfig: true, run: unknown },
  { id: "config.newer-versions", title: "No key is one that newer versions reject.", readsConfig: true, run: rejected },
];

const asFinding = ({ message, hint, where, position }: Problem, status: "warn" | "fail", fix: string): Finding => ({
  status,
  message,
  fix: hint ?? fix,
  ...(where !== undefined && { where }),
  ...(position !== undefined && { position }),
});

function unknown({ config }: Facts): readonly Finding[] {
  return unknownKeys(config.value).flatMap(({ path, key, known, complete }) => {
    const meant = nearest(key, known);
    if (meant === undefined && !complete) return [];
    return [
      {
        status: "warn" as const,
        message: `${formatPath(path)} is no key that OpenClaw knows; several versions then refuse the whole file.`,
        fix: meant === undefined ? "Take it out." : `Did you mean '${meant}'?`,
        ...config.placeOf(path),
      },
    ];
  });
}

/** Ways to keys that one version wrote and a later one rejects. @source the schemas of the published OpenClaw 2026.5.28 and 2026.9.6. */
const REJECTED: readonly JsonPath[] = [
  ["meta", "lastTouchedAt"],
  ["gateway", "tailscale", "resetOnExit"],
  ["models", "pricing"],
  ["auth", "cooldowns"],
];

/** The same, inside each provider. */
const REJECTED_OF_PROVIDERS = ["contextWindow", "contextTokens"];

/** What 2026.9.6 allows directly under `env`. */
const ENV_MEMBERS = ["vars", "shellEnv", "$include"];

function rejected(facts: Facts): readonly Finding[] {
  const { config } = facts;
  const fixed = REJECTED.filter((path) => valueAt(config.value, path) !== undefined);
  const inProviders = providerEntries(facts).flatMap(({ path, entry }) =>
    REJECTED_OF_PROVIDERS.filter((key) => key in entry).map((key) => [...path, key]),
  );
  const bare = Object.keys(objectAt(config.value, ["env"])).filter((key) => !ENV_MEMBERS.includes(key));
  const finding = (path: JsonPath, fix: string): Finding => ({
    status: "warn",
    message: `${formatPath(path)} makes OpenClaw 2026.9.6 and newer refuse the whole file.`,
    fix,
    ...config.placeOf(path),
  });
  return [
    ...[...fixed, ...inProviders].map((path) => finding(path, "Take it out; older versions do without it.")),
    ...bare.map((key) => finding(["env", key], `Move it to env.vars.${key}, or to .env.`)),
  ];
}
