import { checkAnswer, type Field } from "./provider.ts";

/** True if a text is a usual answer to the field, and as a rule no other's. A secret has to show what it is. */
export function isWhole(field: Field, text: string): boolean {
  const checked = checkAnswer(field, text);
  if (!checked.ok || checked.value.warnings.length > 0) return false;
  return field.form === undefined ? !field.secret : field.form.test(checked.value.value);
}

/** True for an answer of a fixed length, which cannot go on in the next line. */
export const isComplete = ({ form }: Field, value: string): boolean =>
  form?.test(value) === true && !form.test(value + value.slice(-1));
