/** The headers of a request as the gateway reads them: names and values in turns. A body without a length is in chunks. */
export function rawHeaders({ headers, body }: Pick<Request, "headers" | "body">): readonly string[] {
  const raw: string[] = [];
  for (const [name, value] of headers) raw.push(name, value);
  if (body !== null && !headers.has("content-length") && !headers.has("transfer-encoding"))
    raw.push("transfer-encoding", "chunked");
  return raw;
}

/** The other way. Headers that occur more than once stay apart. */
export function headersFrom(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < raw.length; index += 2) headers.append(raw[index] ?? "", raw[index + 1] ?? "");
  return headers;
}
