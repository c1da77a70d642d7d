import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { PINNED } from "./pinned.ts";

it("says of every pinned client, in its pinned version, that its claims were shown", () => {
  const page = readFileSync("docs/clients.md", "utf8");
  const rows = [...page.matchAll(/^\| (.*) \|$/gm)].map(([, row = ""]) => row.split(" | ").map((cell) => cell.trim()));
  const [, , ...shown] = rows;
  const pinned = Object.values(PINNED).map(({ name, packages }) => `${name} ${Object.values(packages)[0]}`);
  expect(new Set(shown.map(([name, version]) => `${name} ${version}`))).toEqual(new Set(pinned));
  expect(new Set(shown.map((row) => row.at(-1)))).toEqual(new Set(["shown"]));
});
