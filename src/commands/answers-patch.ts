import type { SecretEdit } from "../config/apply.ts";
import { GATEWAY_TOKEN_VARIABLE } from "../config/credentials.ts";
import { duplicateKeys } from "../config/json5-document.ts";
import { formatPath, valueAt } from "../config/json5-value.ts";
import type { Variables } from "../config/variables.ts";
import { scrub } from "../core/redact.ts";
import type { Problem } from "../core/result.ts";
import { unsendableKey } from "../core/sendable.ts";
import { unresolvedIn } from "../core/unresolved.ts";
import type { AnswersFile } from "../onboard/answers-file.ts";
import { isOutsideFiles } from "../onboard/current-state.ts";
import type { MergedSecret } from "../onboard/merged-secrets.ts";
import { misspeltKeys } from "../settings/key-check.ts";

/** A file that is being read, with what has been found wrong so far. */
export interface Reading {
  readonly file: AnswersFile;
  readonly variables: Variables;
  readonly problems: Problem[];
}

/** Keys of which one hides the other, and misspelt ones of ours in what is merged: nothing would come of them, unsaid. */
export function wrongKeys({ path: where, patch, placeInPatch }: AnswersFile, content: string): readonly Problem[] {
  const twice = duplicateKeys(content).map(
    ({ path, position }): Problem => ({
      where,
      position,
      message: ({ doctor }) => doctor.duplicate(scrub(formatPath(path))),
      hint: ({ doctor }) => doctor.keepOne,
    }),
  );
  const misspelt = misspeltKeys(patch).map(
    ({ path, meant }): Problem => ({
      ...placeInPatch(path),
      message: ({ settings }) => settings.misspelt(formatPath(path)),
      hint: ({ config }) => config.didYouMean(formatPath([...path.slice(0, -1), meant])),
    }),
  );
  return [...twice, ...misspelt];
}

/** What `.env` is to hold of a variable: nothing that a file sets already, nor what stays in the environment. */
export function patchSecret(
  { name, path }: MergedSecret,
  { isReferred, mustHaveValues }: { readonly isReferred: boolean; readonly mustHaveValues: boolean },
  { file, variables, problems }: Reading,
): readonly SecretEdit[] {
  const place = file.placeInPatch(path);
  const variable = variables.get(name);
  const isSetThere = typeof valueAt(file.patch, ["env", "vars", name]) === "string";
  if (variable === undefined) {
    // The program makes the local gateway's token where it has none.
    if (mustHaveValues && !isSetThere && name !== GATEWAY_TOKEN_VARIABLE)
      problems.push({
        ...place,
        message: ({ onboard }) => onboard.variableEmpty(name),
        hint: ({ onboard }) => onboard.answers.setVariable(name),
      });
    return [];
  }
  if (!isOutsideFiles(variable)) return [];
  const value = variable.value.reveal();
  const wrong = unresolvedIn(value) ?? unsendableKey(value, [name]);
  if (wrong !== undefined)
    problems.push({
      ...place,
      ...("kind" in wrong ? { message: ({ onboard }) => onboard.answers.noSecretIn(name) } : wrong),
    });
  return isReferred ? [] : [{ name, value: variable.value }];
}
