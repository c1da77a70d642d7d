import { count } from "./words.ts";

/** Sentences about any provider: pasted answers, findings, lists of models. */
export const providers = () => ({
  // Repairs of a pasted answer, listed after the name of the field.
  removedInvisible: "removed invisible characters",
  removedQuotes: "removed quotes",
  removedVariable: "removed the variable name",
  removedHeader: "removed the header name",
  removedBearer: 'removed "Bearer"',
  madeLowerCase: "changed to lower case",
  changedTo: (value: string) => `changed to ${value}`,

  character: ({ character, position }: { character: string; position: number }) =>
    `It contains ${character} at character ${position}.`,
  copyAgain: "Copy it again, in one piece.",
  json: "This is JSON, not a single value.",
  copyValueOnly: "Copy only the value, without quotes and braces.",
  placeholderHint: "Replace it with the value.",
  inField: ({ label, problem }: { label: string; problem: string }) => `${label}: ${problem}`,
  wrongBaseUrl: "The base URL does not point to this endpoint.",
  setBaseUrl: (url: string) => `Set it to ${url}.`,

  finding: ({ message, layer, code }: { message: string; layer: string; code: string }) =>
    `${message} (${layer}, ${code})`,
  answered: (excerpt: string) => `It answered: ${excerpt}`,
  noModelList: (label: string) => `${label} did not answer with a list of models.`,
  endlessModelList: ({ label, pages }: { label: string; pages: number }) =>
    `${label} lists models without end; stopped after ${count(pages, "page")}.`,
  noAnswer: "There was no answer.",
  listLater: "Check the base URL, or try again later. `openclaw models list` also works offline.",

  noneSetUp: "No provider is set up yet.",
  runOnboard: "Run `openclaw onboard`.",
});
