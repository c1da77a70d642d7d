import { describe, expect, test } from "vitest";
import { ask } from "../support/client.ts";
import { HELLO, OURS } from "../support/local-gateway.ts";
import { startWorkerBoth } from "../support/worker.ts";

describe("the gateway on Workers", () => {
  test("serves a request with its own credentials, and logs it", async () => {
    const { worker, standIn } = await startWorkerBoth();

    const answer = await ask(`${worker.url}/v1/messages`, { body: HELLO });

    expect(answer).toMatchObject({ status: 200, headers: { "x-openclaw-model": `${OURS}/${HELLO.model}` } });
    expect(JSON.parse(answer.body)).toMatchObject({ content: [{ text: "Hello there!" }] });
    expect(standIn.requests.at(-1)).toMatchObject({ body: JSON.stringify(HELLO) });
    await expect.poll(worker.records).toMatchObject([{ status: 200, path: "/v1/messages", inputTokens: 8 }]);
  });

  test("refuses whoever has no token", async () => {
    const { worker, standIn } = await startWorkerBoth();

    const answer = await ask(`${worker.url}/v1/messages`, { body: HELLO, headers: { "x-api-key": "another" } });

    expect(answer).toMatchObject({ status: 401 });
    expect(standIn.requests).toEqual([]);
  });
});
