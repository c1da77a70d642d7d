export const cloudflare = {};
