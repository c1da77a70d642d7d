// `npm run pictures`: prints the pictures of the page that the documentation shows, from data that never change.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { NOW } from "../support/dashboard-data.ts";
import { startStandIn, TOKEN } from "../support/dashboard-server.ts";
import { openChromium } from "./chromium.ts";
import { smallPng } from "./png.ts";

const folder = argv[2] ?? join("docs", "pictures");

const standIn = await startStandIn(join("dist", "dashboard.html"));
const browser = await openChromium();
mkdirSync(folder, { recursive: true });
for (const language of ["en", "zh-TW"] as const) {
  for (const theme of ["light", "dark"] as const) {
    for (const width of [1280, 390]) {
      const context = await browser.newContext({
        viewport: { width, height: 964 },
        deviceScaleFactor: 1,
        locale: language,
        timezoneId: "Asia/Taipei",
        colorScheme: theme,
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      await page.clock.setFixedTime(NOW);
      await page.goto(`${standIn.origin}/dashboard#token=${TOKEN}`);
      await page.locator(".requests tbody tr").first().waitFor();
      await page.locator(".uplot").nth(3).waitFor();
      await page.evaluate(() => document.fonts.ready.then(() => new Promise(requestAnimationFrame)));
      const name = `dashboard-${language}-${theme}-${width}`;
      const take = async (file: string, fullPage: boolean) => {
        let picture = await page.screenshot({ fullPage, animations: "disabled" });
        // Until nothing moves any more: fonts, charts and the first answers come one after the other.
        for (let last: Buffer = Buffer.alloc(0); !picture.equals(last); ) {
          last = picture;
          await page.waitForTimeout(400);
          picture = await page.screenshot({ fullPage, animations: "disabled" });
        }
        writeFileSync(join(folder, file), await smallPng(picture, page));
      };
      // The beginning, for a page that shows it among other things.
      if (width === 1280 && theme === "light") await take(`dashboard-${language}.png`, false);
      await take(`${name}.png`, true);
      await context.close();
    }
  }
}
await browser.close();
await standIn.stop();
