import type { HttpResponse } from "../../../src/core/http.ts";
import { answer, EDGE_HEADERS } from "../answers.ts";
import { json } from "./call.ts";

/*
 * The SQL of Workers Analytics Engine as far as it is documented, and no more: whatever else is asked is refused, as is what
 * is known to be refused. @source developers.cloudflare.com/analytics/analytics-engine/sql-reference; public code for the words
 * and for what `ORDER BY` takes.
 */

export interface StoredPoint {
  readonly timeMs: number;
  readonly indexes: readonly string[];
  readonly blobs: readonly string[];
  readonly doubles: readonly number[];
  /** How many points it stands for. */
  readonly sampleInterval?: number;
}

export type Datasets = Readonly<Record<string, readonly StoredPoint[]>>;

type Type = "string" | "double" | "integer" | "datetime" | "boolean";
type Value = string | number | boolean;

/** How to come to a value, for a row or for all rows of a group. */
interface Expression {
  readonly type: Type;
  readonly text: string;
  readonly columns: readonly string[];
  readonly isAggregate: boolean;
  readonly of: (rows: readonly StoredPoint[]) => Value;
}

class Refusal extends Error {}

const refuse = (why: string): never => {
  throw new Refusal(why);
};

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|'([^'\\]*)'|(<=|>=|<>|!=|[-+*/%(),=<>]))/y;

type Token = { readonly kind: "number" | "word" | "text" | "sign"; readonly text: string };

function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < sql.trimEnd().length) {
    const [, number, word, text, sign] = TOKEN.exec(sql) ?? refuse("sql parser error");
    if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else if (text !== undefined) tokens.push({ kind: "text", text });
    else tokens.push({ kind: "sign", text: sign ?? "" });
  }
  return tokens;
}

const columnType = (name: string): Type | undefined => {
  const [, kind, place] = /^(blob|double)([1-9]|1\d|20)$/.exec(name) ?? [];
  if (place !== undefined) return kind === "blob" ? "string" : "double";
  return ({ index1: "string", timestamp: "datetime", _sample_interval: "integer", dataset: "string" } as const)[
    name as "index1"
  ];
};

function columnValue(name: string, { timeMs, indexes, blobs, doubles, sampleInterval = 1 }: StoredPoint): Value {
  if (name === "timestamp") return Math.floor(timeMs / 1000);
  if (name === "_sample_interval") return sampleInterval;
  if (name === "index1") return indexes[0] ?? "";
  const place = Number(/\d+$/.exec(name)?.[0]) - 1;
  return name.startsWith("blob") ? (blobs[place] ?? "") : (doubles[place] ?? 0);
}

const isNumber = ({ type }: Expression) => type === "double" || type === "integer";

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string) {
    this.#tokens = tokensOf(sql);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** True, and goes on, if the next words are these. */
  takes(...words: readonly string[]): boolean {
    const isThere = words.every((word, index) => this.#tokens[this.#at + index]?.text.toUpperCase() === word);
    if (isThere) this.#at += words.length;
    return isThere;
  }

  needs(...words: readonly string[]): void {
    if (!this.takes(...words)) refuse(`sql parser error: expected ${words.join(" ")} at ${this.#at}`);
  }

  word(): string {
    const token = this.#tokens[this.#at++];
    return token?.kind === "word" ? token.text : refuse("sql parser error: expected identifier");
  }

  whole(): number {
    const token = this.#tokens[this.#at++];
    return token?.kind === "number" && /^\d+$/.test(token.text) ? Number(token.text) : refuse("expected a number");
  }

  list<T>(one: () => T): readonly T[] {
    const found = [one()];
    while (this.takes(",")) found.push(one());
    return found;
  }

  expression(): Expression {
    let left = this.#comparison();
    while (this.takes("AND")) left = both("AND", left, this.#comparison());
    return left;
  }

  #comparison(): Expression {
    const left = this.#sum();
    const sign = [">=", "<=", "=", "<", ">"].find((one) => this.takes(one));
    return sign === undefined ? left : compared(sign, left, this.#sum());
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      if (this.takes("+")) left = calculated("+", left, this.#product());
      else if (this.takes("-")) left = calculated("-", left, this.#product());
      else return left;
    }
  }

  #product(): Expression {
    let left = this.#unary();
    while (this.takes("*")) left = calculated("*", left, this.#unary());
    return left;
  }

  #unary(): Expression {
    if (this.takes("-")) return calculated("*", literal(-1, "integer"), this.#unary());
    if (this.takes("(")) {
      const inner = this.expression();
      this.needs(")");
      return inner;
    }
    const { kind = "", text = "" } = this.#tokens[this.#at++] ?? {};
    if (kind === "number") return literal(Number(text), text.includes(".") ? "double" : "integer");
    if (kind === "text") return literal(text, "string");
    if (kind !== "word") return refuse(`sql parser error: unexpected ${text}`);
    return this.takes("(") ? this.#call(text) : column(text);
  }

  #call(name: string): Expression {
    const given = this.takes(")") ? [] : this.list(() => this.expression());
    if (given.length > 0) this.needs(")");
    const [first, second, third] = given;
    const is = (...types: readonly (Type | "number")[]) =>
      given.length === types.length &&
      given.every((one, index) => (types[index] === "number" ? isNumber(one) : one.type === types[index]));
    const columns = given.flatMap((one) => one.columns);
    const text = `${name}(${given.map((one) => one.text).join(",")})`;
    const isAggregate = given.some((one) => one.isAggregate);
    const row = { text, columns, isAggregate };
    const of = (one: Expression | undefined, rows: readonly StoredPoint[]) => one?.of(rows) ?? 0;
    const each = (one: Expression | undefined, rows: readonly StoredPoint[]) =>
      rows.map((point) => Number(one?.of([point])));
    switch (name) {
      case "count":
        if (!is()) break;
        return { ...row, type: "integer", isAggregate: true, of: (rows) => rows.length };
      case "sum":
        if (!is("number") || isAggregate) break;
        return {
          ...row,
          type: first?.type ?? "double",
          isAggregate: true,
          of: (rows) => each(first, rows).reduce((sum, value) => sum + value, 0),
        };
      case "if":
        if (!is("boolean", "number", "number")) break;
        return {
          ...row,
          type: second?.type === third?.type ? (second?.type ?? "double") : "double",
          of: (rows) => (of(first, rows) === true ? of(second, rows) : of(third, rows)),
        };
      case "intDiv":
        if (!is("number", "number")) break;
        return {
          ...row,
          type: "integer",
          of: (rows) => Math.floor(Number(of(first, rows)) / Number(of(second, rows))),
        };
      case "toUInt32":
        if (!is("datetime")) break;
        return { ...row, type: "integer", of: (rows) => of(first, rows) };
      case "toDateTime":
        if (!is("integer")) break;
        return { ...row, type: "datetime", of: (rows) => of(first, rows) };
      case "quantileExactWeighted": {
        this.needs("(");
        const [value, weight] = this.list(() => this.expression());
        this.needs(")");
        if (!is("double") || value === undefined || weight === undefined || !isNumber(value)) break;
        const share = Number(of(first, []));
        return {
          text: `${text}(${value.text},${weight.text})`,
          type: "double",
          columns: [...value.columns, ...weight.columns],
          isAggregate: true,
          of: (rows) => quantile(share, each(value, rows), each(weight, rows)),
        };
      }
    }
    return refuse(`unknown function call or wrong arguments: ${text}`);
  }
}

const literal = (value: Value, type: Type): Expression => ({
  type,
  text: String(value),
  columns: [],
  isAggregate: false,
  of: () => value,
});

function column(name: string): Expression {
  const type = columnType(name) ?? refuse(`unable to find type of column: ${name}`);
  const of = ([first]: readonly StoredPoint[]) => (first === undefined ? 0 : columnValue(name, first));
  return { type, text: name, columns: [name], isAggregate: false, of };
}

const joined = (sign: string, left: Expression, right: Expression) => ({
  text: `(${left.text}${sign}${right.text})`,
  columns: [...left.columns, ...right.columns],
  isAggregate: left.isAggregate || right.isAggregate,
});

function both(sign: string, left: Expression, right: Expression): Expression {
  if (left.type !== "boolean" || right.type !== "boolean") refuse(`${sign} takes booleans`);
  const of = (rows: readonly StoredPoint[]) => left.of(rows) === true && right.of(rows) === true;
  return { ...joined(sign, left, right), type: "boolean", of };
}

function compared(sign: string, left: Expression, right: Expression): Expression {
  if (left.type !== right.type && !(isNumber(left) && isNumber(right))) refuse(`cannot compare ${left.text}`);
  const of = (rows: readonly StoredPoint[]) => {
    const [a, b] = [left.of(rows), right.of(rows)];
    if (sign === "=") return a === b;
    if (sign === "<" || sign === "<=") return a < b || (sign === "<=" && a === b);
    return a > b || (sign === ">=" && a === b);
  };
  return { ...joined(sign, left, right), type: "boolean", of };
}

function calculated(sign: "+" | "-" | "*", left: Expression, right: Expression): Expression {
  if (!isNumber(left) || !isNumber(right)) refuse(`${sign} takes numbers`);
  const type = left.type === "integer" && right.type === "integer" ? "integer" : "double";
  const of = (rows: readonly StoredPoint[]) => {
    const [a, b] = [Number(left.of(rows)), Number(right.of(rows))];
    return sign === "+" ? a + b : sign === "-" ? a - b : a * b;
  };
  return { ...joined(sign, left, right), type, of };
}

/** @source clickhouse.com, `quantileExactWeighted`: as if each value were there as often as its weight says. */
function quantile(share: number, values: readonly number[], weights: readonly number[]): number {
  const sorted = values.map((value, index) => [value, weights[index] ?? 0] as const).sort(([a], [b]) => a - b);
  let left = Math.ceil(share * sorted.reduce((sum, [, weight]) => sum + weight, 0));
  for (const [value, weight] of sorted) {
    left -= weight;
    if (left <= 0) return value;
  }
  return Number.NaN;
}

/** Answers a question, or refuses it in plain text as the API does. */
export function answerSql(sql: string, datasets: Datasets): HttpResponse {
  try {
    const { types, rows } = select(sql, datasets);
    // 64-bit numbers do not fit into JSON's.
    const shown = rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, types.get(name) === "integer" ? String(value) : value]),
      ),
    );
    const meta = [...types].map(([name, type]) => ({ name, type: NAMES[type] }));
    return json(200, { meta, data: shown, rows: shown.length, rows_before_limit_at_least: shown.length });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return answer(422, `Input was not valid. '${error.message}'\n`, { ...EDGE_HEADERS, "content-type": "text/plain" });
  }
}

const NAMES = {
  string: "String",
  double: "Float64",
  integer: "UInt64",
  datetime: "DateTime",
  boolean: "UInt8",
} as const;

interface Selected {
  readonly types: ReadonlyMap<string, Type>;
  readonly rows: readonly Readonly<Record<string, Value>>[];
}

function select(sql: string, datasets: Datasets): Selected {
  const parser = new Parser(sql);
  if (parser.takes("SHOW", "TABLES") && parser.isAtEnd) {
    const rows = Object.keys(datasets).map((dataset) => ({ dataset, type: "default" }));
    return { types: new Map([["dataset", "string"] as const, ["type", "string"] as const]), rows };
  }
  parser.needs("SELECT");
  const selected = parser.list(() => {
    const expression = parser.expression();
    parser.needs("AS");
    return [parser.word(), expression] as const;
  });
  parser.needs("FROM");
  const name = parser.word();
  const points = datasets[name] ?? refuse(`unknown table: ${name}`);
  const where = parser.takes("WHERE") ? parser.expression() : undefined;
  if (where !== undefined && where.type !== "boolean") refuse("WHERE takes a boolean");
  const aliases = new Map(selected);
  const aliased = () => {
    const alias = parser.word();
    return [alias, aliases.get(alias) ?? refuse(`unable to find type of column: ${alias}`)] as const;
  };
  const groups = parser.takes("GROUP", "BY") ? parser.list(aliased) : [];
  const order = parser.takes("ORDER", "BY") ? parser.list(aliased) : [];
  const limit = parser.takes("LIMIT") ? parser.whole() : Number.POSITIVE_INFINITY;
  const offset = parser.takes("OFFSET") ? parser.whole() : 0;
  if (!parser.isAtEnd) refuse("sql parser error: expected end of statement");
  for (const [alias, { isAggregate }] of selected)
    if (!isAggregate && !groups.some(([group]) => group === alias)) refuse(`${alias} is not under GROUP BY`);

  const found = points.filter((point) => where === undefined || where.of([point]) === true);
  if (found.length === 0) {
    // Columns have their types from the rows that are found.
    const own = selected.flatMap(([, { columns }]) => columns).find((one) => /^(?:blob|double)/.test(one));
    if (own !== undefined) refuse(`unable to find type of column: ${own}`);
  }
  const byKey = new Map<string, StoredPoint[]>();
  if (groups.length === 0) byKey.set("", found);
  else
    for (const point of found) {
      const key = JSON.stringify(groups.map(([, one]) => one.of([point])));
      const others = byKey.get(key);
      if (others === undefined) byKey.set(key, [point]);
      else others.push(point);
    }
  const rows = [...byKey.values()].map((group) =>
    Object.fromEntries(selected.map(([alias, one]) => [alias, one.of(group)])),
  );
  rows.sort((a, b) => {
    const [alias] = order.find(([one]) => a[one] !== b[one]) ?? [];
    return alias === undefined ? 0 : (a[alias] ?? 0) < (b[alias] ?? 0) ? -1 : 1;
  });
  const types = new Map(selected.map(([alias, { type }]) => [alias, type]));
  return { types, rows: rows.slice(offset, offset + limit) };
}
