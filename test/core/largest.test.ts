import { expect, it } from "vitest";
import { largest } from "../../src/core/largest.ts";

it.each([
  [[], 1, 1],
  [[0.5, 7, 3], 1, 7],
  // A year of sessions.
  [Array.from({ length: 500_000 }, (_, index) => index), 0, 499_999],
])("is the largest of few and of very many", (values, least, most) => {
  expect(largest(values, least)).toBe(most);
});
