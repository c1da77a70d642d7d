import { join } from "node:path";
import type { GivenLimit } from "../config/client-limits.ts";
import { type Change, changeOf } from "../config/described-edits.ts";
import { editText, type ValueEdit } from "../config/json5-document.ts";
import {
  formatPath,
  isObject,
  type JsonObject,
  type JsonValue,
  parsePlainJson,
  valueAt,
} from "../config/json5-value.ts";
import { decodeUtf8 } from "../config/utf8.ts";
import { OpenclawError } from "../core/errors.ts";
import { maskUrls, scrub } from "../core/redact.ts";
import type { Language } from "../text/language.ts";
import type { Message, Texts } from "../text/message.ts";
import { projectTexts } from "./project-texts.ts";
import type { ProjectFile, ProjectFolder } from "./read-folder.ts";
import { markOf, RECORD_FILE, recordText } from "./record.ts";
import { mergeThreeWay } from "./three-way.ts";
import { workerConfigText } from "./worker-config.ts";
import {
  CONFIG_FILE,
  customDomains,
  editedWrangler,
  newWrangler,
  openSecrets,
  parseWrangler,
  requiredSecrets,
  varsEdits,
  WORKER_FILE,
  WRANGLER_FILE,
  type WranglerWanted,
  wranglerEdits,
} from "./wrangler-file.ts";
import { limitEdits } from "./wrangler-limits.ts";

/** A file of the project that is to be written. */
export interface PlannedFile {
  readonly path: string;
  readonly name: string;
  readonly before: Buffer | undefined;
  readonly content: Buffer;
  /** The values that change, in a file of values. */
  readonly changes: readonly Change[];
}

export interface ProjectPlan {
  readonly folder: ProjectFolder;
  /** In the order in which they are written; empty if nothing has to change. */
  readonly files: readonly PlannedFile[];
  readonly warnings: readonly Message[];
  readonly name: string;
  /** The address at which the Worker is reached, as far as it is known. */
  readonly address: string;
  readonly secrets: readonly string[];
  /** What `openclaw.json` says afterwards. */
  readonly configuration: JsonValue;
}

export interface ProjectWanted {
  readonly flags: Pick<WranglerWanted, "name" | "customDomain" | "sharedCooldowns" | "usage">;
  readonly limits: readonly GivenLimit[];
  readonly date: string;
  readonly configuration: JsonObject;
  readonly secrets: readonly string[];
  /** Settings of the gateway, which are no secrets. */
  readonly vars: JsonObject;
  readonly worker: Buffer;
  /** Of the files with sentences: that of the project where there is one. */
  readonly language: Language;
  readonly texts: Texts;
  /** As a person types them, in the project's folder. */
  readonly commands: {
    readonly secrets: string;
    readonly doctor: (address: string) => string;
    readonly write: string;
    readonly usage: string;
  };
}

const WRANGLER_DOCS = "https://developers.cloudflare.com/workers/wrangler/configuration/";

/** All that has to change in a folder. Throws `project.syntax` for a file that cannot be edited. */
export function planProject(folder: ProjectFolder, wanted: ProjectWanted): ProjectPlan {
  const { record } = folder;
  const { language, texts } = wanted;
  const warnings: Message[] = [];
  const planned: PlannedFile[] = [];
  const marks = new Map(Object.entries(record?.files ?? {}));
  const plan = (name: ProjectFile, text: string | Buffer, changes: readonly Change[] = []) => {
    const before = folder.files.get(name);
    const content = Buffer.from(text);
    if (before === undefined || !before.equals(content))
      planned.push({ path: join(folder.path, name), name, before, content, changes });
  };

  const wrangler = plannedWrangler(folder, wanted, texts);
  const configuration = plannedConfiguration(folder, wanted);
  for (const [file, { kept }] of [
    [CONFIG_FILE, configuration],
    [WRANGLER_FILE, wrangler],
  ] as const)
    if (kept.length > 0)
      warnings.push((t) => t.workerProject.keptValues({ path: join(folder.path, file), names: kept }));

  if (wrangler.open.length > 0)
    warnings.push((t) => t.workerProject.openSecrets({ path: join(folder.path, WRANGLER_FILE), names: wrangler.open }));

  const worker = folder.files.get(WORKER_FILE);
  const isEdited = worker !== undefined && markOf(worker) !== record?.files[WORKER_FILE];
  if (isEdited && !worker.equals(wanted.worker))
    throw new OpenclawError((t) => t.workerProject.editedWorker(join(folder.path, WORKER_FILE)), {
      code: "project.syntax",
      hint: (t) => t.workerProject.moveEdited,
    });
  plan(WORKER_FILE, wanted.worker);
  marks.set(WORKER_FILE, markOf(wanted.worker));
  plan(CONFIG_FILE, configuration.text, configuration.changes);
  plan(WRANGLER_FILE, wrangler.text, wrangler.changes);

  const { name, domain, secrets } = wrangler;
  const address = domain === undefined ? texts.workerProject.workersDevAddress(name) : `https://${domain}`;
  const commands = { ...wanted.commands, doctor: wanted.commands.doctor(address) };
  for (const [file, text] of projectTexts({ name, address, secrets, commands }, texts)) {
    const before = folder.files.get(file);
    // Written by its user, or edited since: it stays.
    if (before !== undefined && markOf(before) !== marks.get(file) && before.toString("utf8") !== text) {
      const isIgnoring = file !== ".gitignore" || /^\/?\.dev\.vars\*?$|^\.dev\.\*$/m.test(before.toString("utf8"));
      if (!isIgnoring) warnings.push((t) => t.workerProject.notIgnored(join(folder.path, file)));
      continue;
    }
    plan(file, text);
    marks.set(file, markOf(text));
  }

  const domainWritten = wanted.flags.customDomain ?? record?.customDomain;
  const after = recordText({
    language,
    files: Object.fromEntries(marks),
    configuration: wanted.configuration,
    secrets: wanted.secrets,
    vars: wanted.vars,
    ...(domainWritten !== undefined && { customDomain: domainWritten }),
  });
  const files = withRecord(folder, planned, after);
  return { folder, files, warnings, name, address, secrets, configuration: configuration.value };
}

/**
 * First where there is none, so that a run that was interrupted is known as ours; else last, so that it is done again.
 */
function withRecord(folder: ProjectFolder, planned: readonly PlannedFile[], text: string): readonly PlannedFile[] {
  const content = Buffer.from(text);
  if (folder.recordBytes?.equals(content)) return planned;
  const path = join(folder.path, RECORD_FILE);
  const record = { path, name: RECORD_FILE, before: folder.recordBytes, content, changes: [] };
  return folder.record === undefined ? [record, ...planned] : [...planned, record];
}

function plannedWrangler(folder: ProjectFolder, wanted: ProjectWanted, texts: Texts) {
  const path = join(folder.path, WRANGLER_FILE);
  const bytes = folder.files.get(WRANGLER_FILE);
  const found = bytes && parseWrangler(decodeUtf8(bytes, path, "project.syntax"), path);
  const vars = { vars: wanted.vars, varsBefore: folder.record?.vars ?? {} };
  const needed = wranglerEdits(found?.value, {
    ...wanted.flags,
    ...vars,
    date: wanted.date,
    secrets: wanted.secrets,
    secretsBefore: folder.record?.secrets ?? [],
    domainBefore: folder.record?.customDomain,
  });
  const start = found ?? newWrangler([...texts.workerProject.wranglerComments, WRANGLER_DOCS]);
  const edited = editedWrangler(start, needed, path);
  const value = edited.value as JsonObject;
  const name = typeof value.name === "string" ? value.name : "";
  const limits = limitEdits(value, wanted.limits, name, path);
  const after = editedWrangler(edited, limits, path);
  const final = after.value as JsonObject;
  const [domain] = customDomains(final);
  return {
    text: after.text,
    name,
    domain: wanted.flags.customDomain ?? domain,
    secrets: requiredSecrets(final),
    changes: changesOf([...needed, ...limits], start.value),
    kept: varsEdits(found?.value ?? {}, vars).kept.map(formatPath),
    open: openSecrets(final),
  };
}

function plannedConfiguration({ path: folder, files, record }: ProjectFolder, { configuration }: ProjectWanted) {
  const path = join(folder, CONFIG_FILE);
  const bytes = files.get(CONFIG_FILE);
  if (bytes === undefined) {
    const changes = changesOf([{ path: [], value: configuration }], {});
    return { text: workerConfigText(configuration), value: configuration, changes, kept: [] };
  }
  const text = decodeUtf8(bytes, path, "project.syntax");
  const value = parsePlainJson(text);
  if (value === undefined || !isObject(value))
    throw new OpenclawError((t) => t.workerProject.notPlain(path), {
      code: "project.syntax",
      hint: (t) => t.workerProject.fixConfiguration,
    });
  const { edits, kept } = mergeThreeWay(record?.configuration, value, configuration);
  const after = editText({ text, value }, edits);
  return { text: after.text, value: after.value, changes: changesOf(edits, value), kept: kept.map(formatPath) };
}

/** Each value for a person. There is no credential in them, and what looks like one is masked all the same. */
const changesOf = (edits: readonly ValueEdit[], before: JsonValue): readonly Change[] =>
  edits.flatMap(({ path, value }) => {
    // A new document: each of its parts.
    if (path.length === 0 && isObject(value ?? null))
      return Object.entries(value as JsonObject).map(([key, part]) => changeOf(key, undefined, shown(part)));
    return [changeOf(formatPath(path), shown(valueAt(before, path) as JsonValue | undefined), shown(value))];
  });

const shown = (value: JsonValue | undefined): string | undefined =>
  value === undefined ? undefined : maskUrls(scrub(JSON.stringify(value)));
