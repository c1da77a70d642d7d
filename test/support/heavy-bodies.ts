/** As in the gateway that they are sent to. */
const MODEL = "claude-sonnet-4-6";

/** Bodies of about that many bytes, each of as many pieces as fit. */
export function heavyBodies(size: number) {
  const start = `{"model":"${MODEL}","thinking":{"type":"enabled"},"messages":[{"role":"user","content":"x"}`;
  const many = (piece: string, times = 1) => piece.repeat(Math.floor(size / piece.length / times));
  return [
    ["thinking that is a list", 200, `{"model":"${MODEL}","thinking":[${many("{},")}{}]}`],
    ["thinking of many members", 200, `{"model":"${MODEL}","thinking":{${many('"a":1,')}"a":1}}`],
    ["brackets within brackets", 200, `{"model":"${MODEL}","messages":${many("[", 2)}${many("]", 2)}}`],
    ["brackets that do not close", 400, `{"model":"${MODEL}","messages":${many("[")}`],
    ["a turn of many blocks", 200, `${start},{"role":"assistant","content":[${many("{},")}{}]}]}`],
    ["a turn of many members", 200, `${start},{"role":"assistant"${many(',"a":{}')}}]}`],
    ["many turns", 200, `${start}${many(',{"role":"assistant","content":""}')}]}`],
    ["many members", 400, `{"model":"${MODEL}"${many(',"a":1')}}`],
    ["a model that is a list", 400, `{"model":[${many("{},")}{}]}`],
    ["a model with a long name", 400, `{"model":"${many("a")}"}`],
    ["a long key", 200, `{"model":"${MODEL}","${many("\\u0061")}":1}`],
    ["a credit that is a list", 200, `{"model":"${MODEL}","fallback_credit_token":[${many("[],")}[]]}`],
    ["quotes in a string", 200, `${start},"${many('\\"')}"]}`],
    ["backslashes in a string", 200, `{"model":"${MODEL}","system":"${many("\\\\")}"}`],
    [
      "backslashes before each of many quotes",
      200,
      `{"model":"${MODEL}","system":"${many(`${"\\".repeat(5_001)}"`)}"}`,
    ],
    ["a string that does not end", 400, `${start},"${many('\\"')}`],
    ["blanks around everything", 200, `${many(" ", 2)}{"model":"${MODEL}"}${many("\t", 2)}`],
    ["blanks between turns", 200, `${start}${many("\n", 2)},${many("\r", 2)}{"role":"assistant","content":"x"}]}`],
    ["a number of many digits", 200, `{"model":"${MODEL}","temperature":${many("1")}}`],
    ["short strings", 200, `{"model":"${MODEL}","stop_sequences":[${many('"a",')}"a"]}`],
    ["a list that does not close", 400, `{"model":"${MODEL}","messages":[${many('"a",')}`],
    [
      "turns that are just short enough to be parsed",
      200,
      `${start}${many(`,{"role":"assistant","content":"${"x".repeat(16_000)}"}`)}]}`,
    ],
  ] as const;
}
