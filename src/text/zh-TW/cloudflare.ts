export { cloudflare } from "../en/cloudflare.ts";
