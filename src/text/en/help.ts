/** The purposes of the examples on the help pages; the commands themselves stand in `src/commands/help.ts`. */
export const help = () => ({
  examplesTitle: "Examples:",
  docs: (url: string) => `Docs: ${url}`,

  setUpAnything: "set everything up with questions",
  listModels: "list the models that you can use",
  findFaults: "find out what is wrong",
  flagsOf: "show the flags of a command",

  setUp: "set up Cloudflare AI Gateway with questions",
  fromScript: "set it up from a script, with the key in a file",
  oneAnswer: "change one answer and keep the rest",

  configuredModels: "list the configured models",
  offeredModels: "also list what providers offer",
  oneProvider: "list everything that one provider offers",
  askNow: "ask the providers now",
  searchNames: "search the names",
  refresh: "ask every configured provider, and save the answers",

  runHere: "run the local gateway in this terminal",
  asService: "run it as a service",
  seeStatus: "see if it runs, and what it lacks",
  configuredPort: "listen on the configured port",
  letOthersIn: "let other machines in, on another port",
  install: "install the service, or update it",
  uninstall: "remove the service",
  start: "start the installed service",
  stop: "stop the installed service",
  restart: "restart the installed service",
  status: "show the service, the gateway and the credentials",
  asJson: "print the same for a program",
  startClient: "start Claude Code through the local gateway",
  inFish: "set the variables in fish",
  forSdks: "print the variables of Anthropic's SDKs",
  giveToken: "give the token to a program",

  showFaults: "show what is wrong",
  repair: "repair what is safe to repair",
  everyCheck: "show every check, and contact nobody",
  lastChange: "show the last change",
  undoIt: "undo it after asking",
});
