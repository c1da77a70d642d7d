import type { SecretReference } from "../config/schema.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Problem } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import { unsendableKey } from "../core/sendable.ts";
import { unresolvedIn } from "../core/unresolved.ts";
import type { Answers } from "./answers.ts";
import { type CurrentState, referenceValues } from "./current-state.ts";

/** Secrets that are written as references must have a value now. Throws `credentials.missing`. */
export async function assertReferences(answers: Answers, current: CurrentState, context: Context): Promise<void> {
  const problems: Problem[] = [];
  for (const answer of Object.values(answers)) {
    if (answer.kind !== "keep" || answer.input === undefined) continue;
    const { readReference } = await import("../config/secret-reference.ts");
    const known = { ...referenceValues(current), variables: current.variables };
    const resolved = await readReference(answer.input, known, context);
    const where = answer.source.kind === "flag" ? answer.source.name : "";
    if (!resolved.ok) problems.push({ ...resolved.error, where });
    else problems.push(...faultsOfSecret(resolved.value, answer.input).map((fault) => ({ ...fault, where })));
  }
  if (problems.length === 0) return;
  throw new OpenclawError(({ onboard }) => onboard.answersUnusable(problems.length), {
    code: "credentials.missing",
    problems,
  });
}

/** A file or program may give no credential, or one that cannot be sent. */
function faultsOfSecret(value: Secret, { source, provider, id }: SecretReference): readonly Pick<Problem, "message">[] {
  const text = value.reveal();
  const unsendable = unsendableKey(text, []);
  if (unsendable !== undefined) return [unsendable];
  const shown = source === "env" ? id : `secrets.providers.${provider}`;
  return unresolvedIn(text) === undefined ? [] : [{ message: ({ onboard }) => onboard.answers.noSecretIn(shown) }];
}
