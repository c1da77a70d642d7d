import { type Command, Option } from "commander";
import { CLIENTS, type EnvFlags } from "./gateway-clients.ts";
import type { InstallFlags, ServiceFlags } from "./gateway-manage.ts";
import type { Run } from "./run.ts";
import { SHELLS } from "./shell-words.ts";

/** Adds the commands about the service and its clients; what does the work is loaded with the first that is run. */
export function defineService(gateway: Command, run: Run): void {
  const add = (name: string, summary: string, description: string) =>
    gateway.command(name).summary(summary).description(description);
  const json = (command: Command) => command.option("--json", "print one JSON document");

  json(
    add(
      "install",
      "have the system run the gateway",
      "Install the gateway as a service of this user (systemd on Linux, launchd on macOS) and start it. Run it again after " +
        "an update; nothing is touched that is as it should be. The service's file holds no secrets.",
    ).option("--force", "move another program's service of the same name aside without asking"),
  ).action(async (flags: InstallFlags) => (await commands()).install(flags, run));
  json(
    add(
      "uninstall",
      "stop it and remove the service",
      "Stop the service and remove everything that installing it made.",
    ),
  ).action(async (flags: ServiceFlags) => (await commands()).uninstall(flags, run));
  json(add("start", "start the service", "Start the service and wait until it answers.")).action(
    async (flags: ServiceFlags) => (await commands()).start(flags, run),
  );
  json(add("stop", "stop the service", "Stop the service until the next session, or until it is started.")).action(
    async (flags: ServiceFlags) => (await commands()).stop(flags, run),
  );
  json(add("restart", "stop it and start it again", "Let running requests end, and start the service afresh.")).action(
    async (flags: ServiceFlags) => (await commands()).restart(flags, run),
  );
  json(
    add(
      "status",
      "show whether it runs, and why not",
      "Show the service, what answers, and where the credentials come from. Ends with 0 when a gateway runs and can serve " +
        "requests, with 1 otherwise.",
    ),
  ).action(async (flags: ServiceFlags) => (await import("./gateway-status.ts")).status(flags, run));

  add(
    "env",
    "print the variables a client needs",
    "Print commands for a shell that lead a client to the gateway. The token is not among them: they ask for it.",
  )
    .addOption(new Option("--shell <shell>", "whose language; yours unless given").choices(SHELLS))
    .addOption(new Option("--client <client>", "who is to use them").choices(CLIENTS).default("claude-code"))
    .action(async (flags: EnvFlags) => (await import("./gateway-env.ts")).env(flags, run));
  add(
    "token",
    "print the token that clients present",
    "Print the token of the gateway's clients, for a program to read; never to a terminal.",
  ).action(async () => (await import("./gateway-env.ts")).token(run));
}

const commands = () => import("./gateway-manage.ts");
