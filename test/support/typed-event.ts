/** An event of a stream, of Anthropic's and of the Responses API, as it is sent. */
export const typedEvent = (type: string, more: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
