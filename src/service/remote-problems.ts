import { commandLine, type Paths } from "../core/paths.ts";
import { problemText } from "../core/result.ts";
import type { Message } from "../text/message.ts";
import type { RemoteHealth } from "./remote-health.ts";

/** Why clients of this machine cannot use the remote gateway, each with what to do; `shown` is its address. */
export function remoteProblems(
  shown: string,
  health: RemoteHealth,
  { profile }: Pick<Paths, "profile">,
): readonly Message[] {
  const onboard = commandLine(profile, "onboard --mode remote");
  const said = (message: Message, hint: Message): readonly Message[] => [(t) => problemText({ message, hint }, t)];
  const address: Message = (t) => t.service.remote.changeAddress(`${onboard} --remote-url wss://gateway.example.com`);
  switch (health.answers) {
    case "nobody":
      return said(
        (t) => t.onboard.remote.silent({ url: shown, reason: t.onboard.remote.faults[health.fault] }),
        (t) => t.service.remote.startThere,
      );
    case "other":
      return said((t) => t.onboard.remote.other(shown), address);
    case "published":
      return [];
    case "gateway":
      if (health.token === "unknown" || health.token === "needed")
        return said(
          (t) => (health.token === "needed" ? t.onboard.remote.tokenNeeded : t.onboard.remote.tokenUnknown)(shown),
          (t) => t.service.remote.changeToken(`${onboard} --remote-token-file token.txt`),
        );
      return health.isReady
        ? []
        : [(t) => t.service.remote.notReady(shown), ...health.problems.map((problem) => () => problem)];
  }
}

/** What is to be known of a gateway that can be used. */
export const remoteNotes = (shown: string, { answers }: RemoteHealth): readonly Message[] =>
  answers === "published" ? [(t) => t.onboard.remote.answersPublished(shown)] : [];
