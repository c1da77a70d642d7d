export interface RequestBody {
  readonly bytes: Buffer;
  readonly model: string | undefined;
  readonly thinking: boolean;
}
export function readRequestBody(bytes: Buffer): RequestBody {
  const m = /^\s*\{\s*"model"\s*:\s*"([^"\\]*)"/.exec(bytes.toString("latin1", 0, 200));
  return { bytes, model: m?.[1], thinking: bytes.includes('"thinking"') };
}
export const withModel = (body: RequestBody, _model: string): Buffer => body.bytes;
