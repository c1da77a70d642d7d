declare module "*/openclaw.json" {
  const written: unknown;
  // biome-ignore lint/style/noDefaultExport: it is what a module of JSON exports.
  export default written;
}
