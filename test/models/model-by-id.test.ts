import { expect, it } from "vitest";
import { listedId, modelById } from "../../src/models/catalog.ts";

it("finds the first model with an id, and reads a long list once", () => {
  let reads = 0;
  const counted = (id: string, name: string) => ({
    name,
    get id() {
      reads += 1;
      return id;
    },
  });
  const models = Array.from({ length: 1000 }, (_, index) => counted(`m${index}`, ""));
  const list = [counted("b", "first"), ...models, counted("b", "second")];
  expect(modelById(list, "b")?.name).toBe("first");
  expect(modelById(list, "none")).toBeUndefined();
  for (let index = 0; index < 1000; index += 1) expect(listedId(`m${index}`, list)).toBe(`m${index}`);
  expect(reads).toBeLessThan(4 * list.length);
});
