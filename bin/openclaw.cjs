#!/usr/bin/env node
// Plain CommonJS in old syntax: it has to run on any Node to be able to say that the Node is too old, and it answers
// `--version` before anything else is loaded.
// biome-ignore-all lint/style/useTemplate: not in old syntax.
"use strict";

// biome-ignore lint/style/useNodejsImportProtocol: an old Node does not know the prefix.
var fs = require("fs");
// Read, which takes a quarter of the time that `require` does.
var manifest = JSON.parse(fs.readFileSync(__dirname + "/../package.json", "utf8"));
var argument = process.argv[2];
var version = process.versions.node.split(".").map(Number);
var major = version[0];
var minor = version[1];
var start;

if (process.argv.length === 3 && (argument === "--version" || argument === "-v" || argument === "-V")) {
  try {
    fs.writeSync(1, manifest.version + "\n");
  } catch (error) {
    // With EPIPE, the reader has left, which is no fault.
    if (error.code !== "EPIPE") {
      process.exitCode = 1;
      try {
        fs.writeSync(2, "openclaw: Cannot write to standard output: the system says " + error.code + ".\n");
      } catch (_) {
        // Nobody is left to tell.
      }
    }
  }
} else if ((major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24) {
  // The same as `engines` in package.json.
  try {
    start = require("../dist/main.cjs").start;
  } catch (error) {
    // In a clone after `npm ci --ignore-scripts`, or with `ignore-scripts` in .npmrc, nothing is built yet.
    if (error.code !== "MODULE_NOT_FOUND" || fs.existsSync(__dirname + "/../dist/main.cjs")) {
      throw error;
    }
    process.stderr.write("openclaw is not built: dist/main.cjs is missing.\nTry: npm run build\n");
    process.exitCode = 1;
  }
  if (start) {
    start(manifest.version);
  }
} else {
  process.stderr.write(
    "openclaw needs Node " +
      manifest.engines.node +
      "; this is " +
      process.versions.node +
      ".\n" +
      "Try: install a newer Node, for example from https://nodejs.org.\n",
  );
  process.exitCode = 1;
}
