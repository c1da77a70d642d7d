import { grouped } from "../numbers.ts";
import { allOf, count } from "./words.ts";

interface Commands {
  readonly secrets: string;
  readonly doctor: string;
  readonly write: string;
  readonly usage: string;
}

/** The project of a gateway on Cloudflare Workers: `gateway worker`. */
export const workerProject = () => ({
  // Flags.
  nameFlag: "name of the Worker (default: openclaw-gateway)",
  domainFlag: "host in a zone of your account at which to serve, instead of workers.dev",
  limitFlag:
    "requests that a token may send: 120/minute for each, alice=60/minute for one, ci=none for no limit; can be repeated",
  cooldownsFlag: "share cooldowns between all isolates of the Worker, through a Durable Object",
  noCooldownsFlag: "stop sharing them: each isolate keeps its own",
  usageFlag: "record requests in Workers Analytics Engine, which `openclaw usage --worker` reads",
  noUsageFlag: "stop recording; what Cloudflare has stays there for three months",

  // Names and hosts.
  badName: "This is not a valid Worker name.",
  nameForm: "Use lower-case letters, digits and dashes, at most 63, with a letter or digit at both ends.",
  badDomain: "This is not a host name.",
  domainNoUrl: "A custom domain is a host name only, without a scheme, a port or a path.",
  domainNoWildcard: "A custom domain cannot have a wildcard.",
  domainOfWorkers: "A host of workers.dev is not a custom domain. To use workers.dev, leave the flag out.",
  domainForm: "Give a host of a zone in your Cloudflare account, such as llm.example.com.",

  // The folder.
  noFolder: "The name of the folder is empty.",
  notAFolder: (path: string) => `${path} is not a folder.`,
  danglingLink: (path: string) => `${path} is a link that leads nowhere.`,
  nameAFolder: "Name a folder for the project. It is created if it is missing.",
  inOwnFolder: ({ path, folder }: { path: string; folder: string }) =>
    `${path} is inside ${folder}, which \`openclaw uninstall\` removes with everything in it.`,
  nameOutside: (folder: string) => `Name a folder outside ${folder}.`,
  limitOfNobody: ({ name, add }: { name: string; add: string }) =>
    `No token is named "${name}", so its \`--limit\` applies to nobody. Correct the name, or make the token: \`${add}\`.`,
  ownFolder: (path: string) => `${path} holds openclaw's own configuration.`,
  foreign: ({ path, files }: { path: string; files: readonly string[] }) =>
    `${path} holds another project: ${allOf(files)}.`,
  nameAnother: "Name another folder, or an empty one.",
  recordUnreadable: (path: string) => `${path} cannot be read, so your edits cannot be told from what openclaw wrote.`,
  restoreRecord: "Restore the file, for example with `git checkout`, or name another folder.",
  noProject: (path: string) => `${path} holds no project of \`openclaw gateway worker\`.`,
  writeFirst: (command: string) => `Write one first: \`${command}\``,
  editedWorker: (path: string) => `${path} was changed by hand.`,
  moveEdited: "Move the file away and run the command again, which writes it anew.",
  notPlain: (path: string) => `${path} is not plain JSON, which the Worker reads.`,
  fixConfiguration: "Correct it, or remove the file and run the command again.",
  noBuild: (path: string) => `The built Worker is missing: ${path}`,
  reinstall: "Install openclaw again. In its repository, run `npm run build`.",

  // wrangler.jsonc.
  wranglerUnreadable: (path: string) => `${path} cannot be edited.`,
  wranglerNoObject: "The file has to be an object.",
  fixWrangler: "Correct the file and run the command again.",
  routeInTheWay: "wrangler.jsonc has `route`, which excludes `routes`.",
  moveRoute: "Move it into the list `routes`, and run the command again.",
  limitsUnreadable: (path: string) => `The limits in ${path} cannot be read.`,
  fixLimits: "Correct `vars.OPENCLAW_GATEWAY_LIMITS`, or remove it.",

  // The configuration.
  cannotWrite: "The configuration does not work on a Worker:",
  ownLeftOut: (id: string) =>
    `models.providers.${id} points to the gateway of this machine, and is left out. Other providers serve its models.`,
  leftOut: (sentence: string) => `Left out: ${sentence}`,
  localProvider: ({ id, host }: { id: string; host: string }) =>
    `models.providers.${id} leads to ${host}, on this machine or its network, which a Worker cannot reach.`,
  useReachable: "Use an address on the internet, or remove the provider from the configuration that you deploy.",
  secretInFile: "The configuration for the Worker would contain a credential.",
  useVariable: "Refer to a variable in its place, as in ${NAME}.",

  // What was done.
  willWrite: (path: string) => `This writes ${path}:`,
  willCreateFile: (name: string) => `  + ${name}`,
  willReplaceFile: (name: string) => `  ~ ${name}`,
  wroteFile: (path: string) => `Wrote ${path}`,
  keptValues: ({ path, names }: { path: string; names: readonly string[] }) =>
    `Kept ${allOf(names)} in ${path}, which you edited. Delete it there to have it written anew.`,
  upToDate: (path: string) => `${path} is up to date.`,
  notIgnored: (path: string) => `${path} does not keep .dev.vars out of git. Add the line \`.dev.vars\`.`,
  openSecrets: ({ path, names }: { path: string; names: readonly string[] }) =>
    `${path} has ${allOf(names)} in \`vars\`, where everybody can read it. List it in \`secrets.required\` instead.`,
  nextIn: (path: string) => `In ${path}:`,
  nextLogin: "sign in to Cloudflare",
  nextSecrets: (number: number) => `upload ${count(number, "secret")}`,
  nextDeploy: "deploy; it prints the Worker's address",
  nextDoctor: "check the deployed Worker",

  // Secrets.
  secretsOnTerminal: "Secrets are not printed to a terminal.",
  secretsIntoFile: "Secrets go through a pipe only, never into a file.",
  pipeThem: (command: string) => `Pipe them: \`${command}\``,
  secretsMissing: "Not every secret of the Worker has a usable value:",
  noSecretNames: (path: string) => `${path} lists no secrets in \`secrets.required\`.`,
  writeAgain: (command: string) => `Write the project again: \`${command}\``,
  noToken: "No gateway token is set, and a Worker without one refuses every request.",
  makeToken: ({ add, again }: { add: string; again: string }) => `Make one with \`${add}\`, then run \`${again}\`.`,
  notNeeded: (name: string) => `${name} has no value here, and is not needed any more.`,
  noOrigin: ({ name, path }: { name: string; path: string }) => `${name} has no value here. Add it to ${path}.`,
  tooLong: ({ name, bytes, most }: { name: string; bytes: number; most: number }) =>
    `${name} has ${grouped(bytes)} bytes; Workers take at most ${grouped(most)} in a secret.`,
  shortenTokens: "Remove tokens that nobody uses: `openclaw gateway token list`.",
  shortenValue: "Use a shorter value.",
  notListed: ({ names, command }: { names: readonly string[]; command: string }) =>
    `The project does not list ${allOf(names)}, which the configuration needs now. Run \`${command}\`, then upload the secrets again.`,
  handedOver: ({ names, worker }: { names: readonly string[]; worker: string }) =>
    `Passed ${count(names.length, "secret")} for ${worker} to the pipe: ${allOf(names)}.`,

  // Files of the project.
  wranglerComments: [
    "Yours to edit: `openclaw gateway worker` changes only what has to change, and keeps the rest.",
  ] as readonly string[],
  devVarsComments: ({ secrets }: Commands) => [
    "For `npx wrangler dev` only: copy this file to .dev.vars and fill in the values. Never commit .dev.vars.",
    `The deployed Worker gets its values by: ${secrets} | npx wrangler secret bulk`,
  ],
  ignoreComments: "Secrets for `wrangler dev`, and what wrangler writes.",
  readme: ({ name, address, secrets, commands }: ReadmeValues) => `# ${name}

The openclaw gateway as a Cloudflare Worker: clients of Anthropic and OpenAI send their requests to it with a token of
yours, and it adds the provider's credentials.

## Deploy

Run these in this folder, on the machine with openclaw's configuration. They need \`openclaw\` on the path: in a clone of
it, \`npm link\` puts it there.

\`\`\`sh
npx wrangler login
${commands.secrets} | npx wrangler secret bulk
npx wrangler deploy
${commands.doctor}
\`\`\`

- The second uploads ${secrets.map((secret) => `\`${secret}\``).join(", ")}. They go through the pipe, and into no file. If
  wrangler asks whether to create the Worker, say yes. Run it again after a key or token has changed; no deploy is needed.
- The last checks the deployed Worker. Its address is ${address}.

## Use

\`\`\`sh
curl ${address}/v1/models -H "Authorization: Bearer $OPENCLAW_GATEWAY_TOKEN"
\`\`\`

## Change

- After a change of openclaw's configuration or version: \`${commands.write}\`, then \`npx wrangler deploy\`.
- \`wrangler.jsonc\` and this file are yours to edit: what you change stays. \`openclaw.json\` is made from openclaw's own
  configuration and has no credential; change it there. \`worker.mjs\` is the program.
- To record what it serves and what that costs: \`${commands.write} --usage\`, then \`npx wrangler deploy\`. \`${commands.usage}\`
  shows it.
- To try it here: copy \`.dev.vars.example\` to \`.dev.vars\`, fill it in, and run \`npx wrangler dev\`.
- To take it back: \`npx wrangler delete\`, then delete this folder.
`,
  workersDevAddress: (name: string) => `https://${name}.<your-subdomain>.workers.dev`,
});

export interface ReadmeValues {
  readonly name: string;
  readonly address: string;
  readonly secrets: readonly string[];
  readonly commands: Commands;
}
