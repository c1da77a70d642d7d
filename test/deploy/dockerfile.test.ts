import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { validate } from "dockerfile-utils";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../src/server/limits.ts";
import { DOCKERFILE, execForm, letIn, ROOT, stagesOf } from "../support/dockerfile.ts";

const { before, stages } = stagesOf(DOCKERFILE);
const image = stages.at(-1);
const steps = [...before, ...stages.flatMap((stage) => stage.steps)];
const last = (keyword: string) => image?.steps.filter((step) => step.keyword === keyword).at(-1);

describe("the Dockerfile", () => {
  it("has no fault that its linter knows", () => {
    expect(validate(DOCKERFILE).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
    expect(validate("FROM node:\nRUN\nENTRYPOINT ['node']")).not.toEqual([]);
  });

  it("stands on an official Node image by its digest, which has no default, in every stage", () => {
    const args = Object.fromEntries(before.map(({ text }) => text.split("=")));
    expect(args.NODE_IMAGE).toMatch(/^docker\.io\/library\/node:(\d+)-[\w-]+$/);
    expect([...before.map(({ keyword }) => keyword), args.NODE_DIGEST]).toEqual(["ARG", "ARG", undefined]);
    for (const { base } of stages) expect(base).toBe("${NODE_IMAGE}@${NODE_DIGEST}");
    const { engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const major = Number(/:(\d+)/.exec(args.NODE_IMAGE ?? "")?.[1]);
    expect(major % 2 === 0 && (major >= 24 || engines.node.includes(`^${major}.`))).toBe(true);
  });

  it("refuses a digest in any other form: what the linter says of it, filled in", () => {
    const filledIn = (digest: string) =>
      validate(`FROM docker.io/library/node:24-bookworm-slim@${digest}`).map(({ message }) => message);
    expect(filledIn(`sha256:${"a1".repeat(32)}`)).toEqual([]);
    for (const wrong of ["", "latest"])
      expect(filledIn(wrong)).toEqual([expect.stringContaining("invalid reference format")]);
  });

  it("starts everything in exec form, as a user given by a number that is not root", () => {
    for (const keyword of ["ENTRYPOINT", "CMD", "HEALTHCHECK"]) {
      const found = steps.filter((step) => step.keyword === keyword);
      expect([keyword, found.length, image?.steps.includes(found[0] as never)]).toEqual([keyword, 1, true]);
    }
    expect(execForm(last("ENTRYPOINT") as never)[0]).toBe("node");
    expect(execForm(last("CMD") as never)).toEqual(["gateway", "run"]);
    expect(last("HEALTHCHECK")?.text).toMatch(/CMD \["node", .*"gateway", "health"\]$/);
    expect(last("USER")?.text).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(last("STOPSIGNAL")?.text).toBe("SIGTERM");
  });

  it("gives its check longer than the program waits for an answer", () => {
    // Two requests of at most 10 s.
    expect(last("HEALTHCHECK")?.flags.get("timeout")).toBe("20s");
    expect(LIMITS.drainMs).toBe(30_000);
  });

  it("runs nothing in the image itself, fetches nothing but packages, and holds no secret", () => {
    expect(
      image?.steps.filter(({ keyword }) => keyword === "RUN" || keyword === "ADD" || keyword === "VOLUME"),
    ).toEqual([]);
    expect(steps.filter(({ keyword }) => keyword === "ADD")).toEqual([]);
    const run = steps.filter(({ keyword }) => keyword === "RUN").map(({ text }) => text);
    expect(run.join("\n")).not.toMatch(/curl|wget|https?:|npm (?:i|install)\b|sudo/);
    expect(run[0]).toMatch(/^npm ci --ignore-scripts/);
    const named = steps.filter(({ keyword }) => keyword === "ARG" || keyword === "ENV").map(({ text }) => text);
    expect(named.join("\n")).not.toMatch(/KEY|TOKEN|SECRET|PASS/i);
    // Of the build, only what is run.
    const copied = image?.steps.filter(({ keyword }) => keyword === "COPY").flatMap(({ args }) => args.slice(0, -1));
    expect(copied).toEqual(["package.json", "LICENSE", "bin", "dist", "state"].map((name) => `/build/${name}`));
  });

  it("lets nothing into the build but what it needs", () => {
    const here = readdirSync(ROOT);
    expect(letIn().filter((name) => !here.includes(name))).toEqual([]);
    expect(letIn()).not.toContain("deploy");
    expect(letIn().join("\n")).not.toMatch(/\.env|\.git$|node_modules|test/);
  });
});
