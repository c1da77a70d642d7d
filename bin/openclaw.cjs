#!/usr/bin/env node
// Plain CommonJS in old syntax: it has to run on any Node to be able to say that the Node is too old, and it answers
// `--version` before anything else is loaded.
"use strict";

var manifest = require("../package.json");
var argument = process.argv[2];

if (process.argv.length === 3 && (argument === "--version" || argument === "-V")) {
  require("node:fs").writeSync(1, manifest.version + "\n");
} else {
  var version = process.versions.node.split(".").map(Number);
  var major = version[0];
  var minor = version[1];
  // The same as `engines` in package.json.
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24) {
    require("../dist/main.cjs").start(manifest.version);
  } else {
    process.stderr.write(
      "openclaw needs Node " + manifest.engines.node + "; this is " + process.versions.node + ".\n" +
      "Try: install a newer Node, for example from https://nodejs.org.\n"
    );
    process.exitCode = 1;
  }
}
