import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  calendarOf,
  dayOf,
  daysBefore,
  fileOf,
  filesBefore,
  filesWithin,
  periodSince,
} from "../../src/usage/period.ts";

const TODAY = "2026-11-28";

it.each([
  ["7d", "2026-11-22"],
  ["1d", TODAY],
  [" 30D ", "2026-10-30"],
  ["1w", "2026-11-22"],
  ["2 W", "2026-11-15"],
  ["today", TODAY],
  ["Yesterday", "2026-11-27"],
  ["2026-11-01", "2026-11-01"],
  [TODAY, TODAY],
  ["2024-02-29", "2024-02-29"],
])("--since %j begins on %s", (text, since) => {
  expect(periodSince(text, TODAY)).toEqual({ ok: true, value: { since, until: TODAY } });
});

it.each([
  ["0d", "unreadable"],
  ["9999d", "unreadable"],
  ["999w", "unreadable"],
  ["-1d", "unreadable"],
  ["7", "unreadable"],
  ["2026-1-1", "unreadable"],
  ["", "unreadable"],
  ["7h", "parts of a day"],
  ["24h", "parts of a day"],
  ["18:29", "parts of a day"],
  ["9:30:05", "parts of a day"],
  ["2026-11-20 09:30", "parts of a day"],
  ["2026-11-20T09:30Z", "parts of a day"],
  ["2026-11-29", "future"],
  ["2026-02-30", "no such day"],
  ["2026-02-29", "no such day"],
  ["2026-13-01", "no such day"],
  ["2026-00-10", "no such day"],
])("--since %j begins on no day: %s", (text, why) => {
  expect(periodSince(text, TODAY)).toMatchObject({ ok: false, error: { why } });
});

describe("a calendar", () => {
  it.each([
    ["Asia/Taipei", "2026-11-27T16:00:00Z", "2026-11-28"],
    ["Asia/Taipei", "2026-11-27T15:59:59.999Z", "2026-11-27"],
    ["America/New_York", "2026-11-28T04:59:59Z", "2026-11-27"],
    ["UTC", "2026-11-28T00:00:00Z", "2026-11-28"],
    // Summer time ends: that day has 25 hours.
    ["Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25"],
    ["Europe/Berlin", "2026-10-25T22:59:59Z", "2026-10-25"],
    ["Europe/Berlin", "2026-10-25T23:00:00Z", "2026-10-26"],
    ["Asia/Kathmandu", "2026-11-27T18:15:00Z", "2026-11-28"],
    ["Asia/Kathmandu", "2026-11-27T18:14:59Z", "2026-11-27"],
    ["Pacific/Kiritimati", "2026-11-27T10:00:00Z", "2026-11-28"],
  ])("of %s says of %s that it is %s", (zone, time, day) => {
    expect(calendarOf(zone)(Date.parse(time))).toBe(day);
  });

  it("agrees with the system's at every moment", () => {
    const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Taipei");
    const ms = fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2027-12-31") });
    fc.assert(
      fc.property(zones, ms, (timeZone, at) => {
        expect(calendarOf(timeZone)(at)).toBe(new Date(at).toLocaleDateString("sv-SE", { timeZone }));
      }),
    );
  });
});

describe("the files", () => {
  const zones = fc.constantFrom("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC", "Europe/Berlin");
  const moment = fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2027-01-01") });

  it("of a period have every line whose day is within it, in any zone", () => {
    fc.assert(
      fc.property(zones, moment, (zone, at) => {
        const day = calendarOf(zone)(at);
        const name = fileOf(dayOf(new Date(at).toISOString()));
        expect(filesWithin([name], { since: day, until: day })).toEqual([name]);
      }),
    );
  });

  it("are in the order of time, and others are left alone", () => {
    const names = ["2026-11-28.jsonl", "notes.txt", "2026-11-27.jsonl", "2026-11-28.jsonl.gz", "2020-01-01.jsonl"];
    expect(filesWithin(names, { since: "2026-11-27", until: TODAY })).toEqual(["2026-11-27.jsonl", "2026-11-28.jsonl"]);
    expect(filesBefore(names, new Date(`${TODAY}T12:00:00Z`), 90)).toEqual(["2020-01-01.jsonl"]);
    expect(filesBefore(names, new Date(`${TODAY}T12:00:00Z`), 1)).toEqual(["2026-11-27.jsonl", "2020-01-01.jsonl"]);
  });

  it("are kept for exactly so many days", () => {
    const kept = Array.from({ length: 100 }, (_, days) => `${daysBefore(TODAY, days)}.jsonl`);
    expect(filesBefore(kept, new Date(`${TODAY}T00:00:00Z`), 90)).toEqual(kept.slice(90));
  });

  it("stay where a clock is years ahead, or goes back", () => {
    const names = ["2026-11-26.jsonl", "2026-11-27.jsonl"];
    expect(filesBefore(names, new Date("2099-01-01T00:00:00Z"), 90)).toEqual([]);
    expect(filesBefore([...names, "2099-01-01.jsonl"], new Date(`${TODAY}T00:00:00Z`), 90)).toEqual([]);
    expect(filesBefore(names, new Date("1970-01-01T00:00:00Z"), 90)).toEqual([]);
    // After a pause, as long as there is any reason to believe the clock.
    expect(filesBefore(names, new Date("2027-10-01T00:00:00Z"), 1)).toEqual(names);
  });
});
