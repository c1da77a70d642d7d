/** Proxies that know no rule: no contender at all, nginx, haproxy, and the smallest gateway on Node. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, start, untilListening } from "../children.ts";
import { type Contender, type ContenderKind, NOTHING_MORE, type Place } from "./contender.ts";

export const DIRECT: ContenderKind = {
  name: "direct",
  carriesStreams: true,
  spreads: false,
  isInstalled: () => true,
  start: async ({ upstreamPort }) => ({ port: upstreamPort, child: undefined, ...NOTHING_MORE }),
};

export const NGINX: ContenderKind = {
  name: "nginx",
  carriesStreams: true,
  spreads: true,
  isInstalled: () => spawnSync("nginx", ["-v"]).status === 0,
  start: async (place) => {
    const { folder, core } = place;
    const port = await freePort();
    const config = join(folder, "nginx.conf");
    writeFileSync(config, nginxConfig(place, port));
    const child = start("nginx", ["-p", folder, "-c", config, "-e", join(folder, "error.log")], { core });
    await untilListening(child, port);
    return { port, child, ...NOTHING_MORE };
  },
};

/** Logs nothing and buffers no body: the least that a proxy can do. */
const nginxConfig = ({ folder, upstreamPort, workers }: Place, port: number) => `
daemon off;
worker_processes ${workers};
pid ${folder}/nginx.pid;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_max_body_size 64m;
  keepalive_requests 100000000;
  upstream mock {
    server 127.0.0.1:${upstreamPort};
    keepalive 1024;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port}${workers > 1 ? " reuseport" : ""};
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_read_timeout 600s;
    }
  }
}
`;

export const HAPROXY: ContenderKind = {
  name: "haproxy",
  carriesStreams: true,
  spreads: true,
  isInstalled: () => spawnSync("haproxy", ["-v"]).status === 0,
  start: (place) => haproxy(place, haproxyConfig(place)),
};

/** Starts haproxy with a configuration for the port that it is to listen on. */
export async function haproxy(
  { folder, core }: Pick<Place, "folder" | "core">,
  configAt: (port: number) => string,
): Promise<Contender> {
  const port = await freePort();
  const config = join(folder, "haproxy.cfg");
  writeFileSync(config, configAt(port));
  const child = start("haproxy", ["-db", "-q", "-f", config], { core });
  await untilListening(child, port);
  return { port, child, ...NOTHING_MORE };
}

/** As nginx: no log, events passed on at once, connections to the upstream kept. */
const haproxyConfig =
  ({ upstreamPort, workers }: Place) =>
  (port: number) =>
    `
global
  nbthread ${workers}
  maxconn 8192
defaults
  mode http
  option http-no-delay
  http-reuse always
  timeout connect 5s
  timeout client 600s
  timeout server 600s
frontend clients
  bind 127.0.0.1:${port}
  default_backend mock
backend mock
  server mock 127.0.0.1:${upstreamPort}
`;

export const BARE: ContenderKind = {
  name: "bare",
  carriesStreams: true,
  spreads: false,
  isInstalled: () => true,
  start: async ({ upstreamPort, core }) => {
    const port = await freePort();
    const file = fileURLToPath(new URL("./bare.mjs", import.meta.url));
    const child = start(process.execPath, [file, `http://127.0.0.1:${upstreamPort}`, String(port)], { core });
    await untilListening(child, port);
    return { port, child, ...NOTHING_MORE };
  },
};
