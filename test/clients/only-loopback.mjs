// Loaded into clients that are Node programs, whose `fetch` knows no proxy variables: connects to this machine only, and writes
// down what else was tried.
import { appendFileSync } from "node:fs";
import { Socket } from "node:net";

const { connect } = Socket.prototype;

Socket.prototype.connect = function connectHere(...args) {
  const [first] = args.flat();
  const host = typeof first === "object" ? first.host : args.flat()[1];
  const isPipe = typeof first === "object" ? first.path !== undefined : typeof first === "string";
  if (isPipe || host === undefined || /^(?:127\.|localhost$|::1$)/.test(host)) return connect.apply(this, args);
  appendFileSync(process.env.TRIED_HOSTS, `${host}\n`);
  // Where nobody listens, so that the client sees what it would see without a network.
  return connect.call(this, { host: "127.0.0.1", port: 1 });
};
