/**
 * The largest of them, at least `least`.
 * @why `Math.max(...values)` takes its values from the stack, which has no room for a hundred thousand.
 */
export const largest = (values: readonly number[], least: number): number =>
  values.reduce((most, value) => Math.max(value, most), least);
