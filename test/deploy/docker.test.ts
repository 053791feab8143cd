import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { BlockList } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { backendSettings } from "../../src/adapters/index.ts";
import { loadConfiguration } from "../../src/config.ts";
import { registryMissing } from "../package/registry.ts";
import { emptyProject, finish, npm, remove } from "../package/stranger.ts";
import { freePort } from "../support/ports.ts";
import { startProcess } from "../support/processes.ts";
import { execForm, stagesOf, textsOf } from "./dockerfile.ts";

/** The image and the compose file, checked by rules like hadolint's, and by running the image's commands without Docker. */

const repository = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string): string => readFileSync(join(repository, file), "utf8");
const stages = stagesOf(read("Dockerfile"));
const [build, packages, runtime] = stages;
if (!build || !packages || !runtime) throw new Error("The Dockerfile has not its three stages.");
const compose = parse(read("compose.yaml"), { merge: true }) as Compose;

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly restart: string;
  readonly networks: readonly string[] | Readonly<Record<string, { readonly ipv4_address: string }>>;
  readonly stop_grace_period: string;
  readonly privileged?: boolean;
  readonly deploy: { readonly resources: { readonly limits: Readonly<Record<string, unknown>> } };
}

interface Network {
  readonly internal?: boolean;
  readonly ipam?: { readonly config: readonly { readonly subnet: string; readonly ip_range: string }[] };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, Network>>;
  readonly volumes: object;
  readonly secrets: object;
}

describe("the Dockerfile", () => {
  const instructions = stages.flatMap((stage) => stage.instructions);

  it("starts every stage from one version of Node, which package.json allows", () => {
    const images = stages.map(({ image }) => image.split(" ")[0]);
    expect(new Set(images).size).toBe(1);
    const [, major, minor] = /^node:(\d+)\.(\d+)\.\d+-\w+-slim$/.exec(images[0] ?? "") ?? [];
    expect([Number(major), manifest.engines.node]).toEqual([26, expect.stringContaining(">=26.1.0")]);
    expect(Number(minor)).toBeGreaterThanOrEqual(1);
  });

  it("follows hadolint's rules", () => {
    expect(instructions.filter(({ name }) => name === "ADD" || name === "MAINTAINER")).toEqual([]);
    const shell = instructions.filter(({ name }) => name === "RUN").map(({ text }) => text);
    expect(shell.filter((text) => /\b(sudo|apt|apt-get|curl|wget|cd|chmod 777)\b/.test(text))).toEqual([]);
    expect(instructions.filter(({ name, text }) => name === "WORKDIR" && !text.startsWith("/"))).toEqual([]);
    expect(instructions.filter(({ text }) => text.includes(":latest"))).toEqual([]);
    for (const stage of stages) expect(textsOf(stage, "WORKDIR")).toHaveLength(1);
    for (const name of ["USER", "CMD", "HEALTHCHECK", "STOPSIGNAL", "EXPOSE"]) expect(textsOf(runtime, name)).toHaveLength(1);
    expect(textsOf(runtime, "COPY").filter((text) => !text.startsWith("--chown="))).toEqual([]);
    expect(execForm(textsOf(runtime, "CMD")[0] ?? "")).toEqual(["node", "dist/main.js"]);
  });

  it("runs as a numeric user other than root, and is ended by SIGTERM", () => {
    expect(textsOf(runtime, "USER")).toEqual(["1000:1000"]);
    expect(textsOf(runtime, "STOPSIGNAL")).toEqual(["SIGTERM"]);
  });

  it("names no secret", () => {
    const given = instructions.filter(({ name }) => name === "ENV" || name === "ARG").map(({ text }) => text);
    expect(given.filter((text) => /password|secret|token|_key/i.test(text))).toEqual([]);
  });
});

describe("compose.yaml", () => {
  const services = Object.entries(compose.services);

  it("runs two gateways of one image behind one published port, on loopback", () => {
    const gateways = services.filter(([, { image }]) => image === `billing-gateway:${manifest.version}`);
    expect(gateways.map(([name]) => name)).toEqual(["gateway-1", "gateway-2"]);
    expect(services.flatMap(([, { ports = [] }]) => ports)).toEqual(["127.0.0.1:4000:4000"]);
    const caddyfile = read("deploy/compose/Caddyfile");
    for (const [name] of gateways) expect(caddyfile).toContain(`${name}:4000`);
  });

  it("pins every image, limits and restarts every service, and waits for the health of what it needs", () => {
    for (const [name, service] of services) {
      expect(service.image, name).toMatch(/^[\w/-]+:\d+\.\d+(\.\d+)?(-\w+)?$/);
      expect(service.restart, name).toBe("unless-stopped");
      expect(Object.keys(service.deploy.resources.limits), name).toEqual(["cpus", "memory", "pids"]);
      expect(service.privileged, name).toBeUndefined();
      for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
        expect([name, condition]).toEqual([name, "service_healthy"]);
        const checked = compose.services[needed]?.healthcheck ?? needed.startsWith("gateway-");
        expect(checked, `${needed} has a health check, its own or its image's`).toBeTruthy();
      }
    }
  });

  it("lets only the gateways reach the store, and the store reach nothing", () => {
    expect(compose.networks["store"]?.internal).toBe(true);
    const reaching = services
      .filter(([, { networks }]) => Array.isArray(networks) && networks.includes("store"))
      .map(([name]) => name);
    expect(reaching).toEqual(["gateway-1", "gateway-2", "store"]);
  });

  it("gives the proxy an address that nobody else gets, and the gateways trust what it says of callers' addresses", () => {
    const { networks } = compose.services["proxy"] ?? {};
    const address = networks && "front" in networks ? networks["front"].ipv4_address : "";
    const [{ subnet = "", ip_range = "" } = {}] = compose.networks["front"]?.ipam?.config ?? [];
    expect([isWithin(address, subnet), isWithin(address, ip_range)]).toEqual([true, false]);
    const { server } = configurationOf(Object.keys(compose.services["gateway-1"]?.environment ?? {}));
    expect(server.trustedProxies).toEqual([address]);
  });

  it("takes every secret from outside", () => {
    const values = services.flatMap(([, { environment = {} }]) => Object.entries(environment));
    const secret = values.filter(([name]) => /PASSWORD|SHA256/.test(name) && !name.endsWith("_FILE"));
    expect(secret.filter(([name, value]) => !value.startsWith(`\${${name}:?`))).toEqual([]);
    const listed = read("deploy/compose/example.env").match(/^\w+(?==$)/gm);
    expect(new Set(listed)).toEqual(new Set(values.map(([name]) => name).filter((name) => !name.startsWith("POSTGRES_"))));
  });

  it("gives the gateways a configuration that they accept, with a grace time shorter than Compose's", () => {
    const { environment = {}, stop_grace_period } = compose.services["gateway-1"] ?? { stop_grace_period: "" };
    const { server, auth, store } = configurationOf(Object.keys(environment));
    expect(auth.mode).not.toBe("none");
    expect(store.url).toBe(`postgres://gateway:${"0".repeat(64)}@store:5432/gateway`);
    expect(Number.parseInt(stop_grace_period, 10) * 1000).toBeGreaterThan(server.shutdownGraceMs + 5_000);
  });
});

function isWithin(address: string, network: string): boolean {
  const [base = "", bits = ""] = network.split("/");
  const list = new BlockList();
  list.addSubnet(base, Number(bits));
  return list.check(address);
}

function configurationOf(variables: readonly string[]) {
  const environment = Object.fromEntries(variables.map((name) => [name, name.startsWith("OTEL_") ? "" : "0".repeat(64)]));
  return loadConfiguration({ file: join(repository, "deploy/compose/gateway.yaml"), backendSettings, environment });
}

describe.skipIf(await registryMissing())("the image's own commands, in folders with nothing else", () => {
  const folders = { build: emptyProject(), packages: emptyProject(), runtime: emptyProject(), outside: emptyProject() };
  const folderOf = (stage: string): string => folders[stage as keyof typeof folders];

  /** Files that .dockerignore lets through: it refuses everything, and then names exceptions. */
  const allowed: readonly string[] = read(".dockerignore").match(/(?<=^!).+/gm) ?? [];

  /** Carries a COPY out: from the repository, or from another stage's folder. */
  function copy(text: string, stage: string): void {
    const words = text.split(" ").filter((word) => !word.startsWith("--chown="));
    const [from] = words.flatMap((word) => /^--from=(\w+)$/.exec(word)?.[1] ?? []);
    const paths = words.filter((word) => !word.startsWith("--from="));
    const target = join(folderOf(stage), paths.at(-1) ?? "");
    for (const path of paths.slice(0, -1)) {
      const names = path === "." ? allowed : [path];
      for (const name of names) {
        if (from === undefined && !allowed.includes(name)) throw new Error(`.dockerignore keeps ${name} out of the image.`);
        const source = from === undefined ? join(repository, name) : join(folderOf(from), name.replace(`/${from}/`, ""));
        cpSync(source, paths.at(-1)?.endsWith("./") || path === "." ? join(target, name) : target, { recursive: true });
      }
    }
  }

  beforeAll(async () => {
    for (const [name, stage] of Object.entries({ build, packages })) {
      for (const text of textsOf(stage, "COPY")) copy(text, name);
      for (const text of textsOf(stage, "RUN")) {
        // Uses the packages of the test run, which are those of the lock file: installing them all takes long.
        if (name === "build" && text.startsWith("npm ci ")) {
          symlinkSync(join(repository, "node_modules"), join(folders.build, "node_modules"));
        } else {
          const [program, ...parameters] = text.split(" ");
          expect(program, text).toBe("npm");
          await npm(text.startsWith("npm ci ") ? [...parameters, "--prefer-offline"] : parameters, folderOf(name));
        }
      }
    }
    for (const text of textsOf(runtime, "COPY")) copy(text, "runtime");
  }, 300_000);
  afterAll(() => Object.values(folders).forEach(remove));

  it("make a program that starts with its example configuration, is healthy, writes to its data only, and ends", async () => {
    const port = String(await freePort());
    const file = join(folders.outside, "gateway.yaml");
    const document = parse(read("deploy/compose/gateway.yaml")) as Readonly<Record<string, object>>;
    const data = join(folders.outside, "data");
    mkdirSync(data);
    writeFileSync(
      file,
      stringify({
        ...document,
        server: { ...document["server"], host: "127.0.0.1" },
        store: { url: `sqlite:${join(data, "gateway.db")}` },
      }),
    );
    const variables = Object.keys(compose.services["gateway-1"]?.environment ?? {}).filter((name) => !name.startsWith("OTEL_"));
    const environment = {
      ...Object.fromEntries(variables.map((name) => [name, "0".repeat(64)])),
      ...{ NODE_ENV: "production", PORT: port, BILLING_GATEWAY_CONFIG: file },
    };
    const before = readdirSync(folders.runtime, { recursive: true });
    const [, ...parameters] = execForm(textsOf(runtime, "CMD")[0] ?? "");
    const program = startProcess(process.execPath, parameters, { cwd: folders.runtime, env: environment });
    const output = Promise.all([Array.fromAsync(program.stdout), Array.fromAsync(program.stderr)]);
    try {
      expect(await healthCheck(environment)).toBe(0);
      program.kill("SIGTERM");
      const [code] = await once(program, "close");
      const [stdout, stderr] = (await output).map((chunks) => Buffer.concat(chunks as Buffer[]).toString("utf8"));
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const lines = (stdout ?? "")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as object);
      expect(lines).toContainEqual(expect.objectContaining({ msg: "listening", origin: `http://127.0.0.1:${port}` }));
    } finally {
      program.kill("SIGKILL");
    }
    expect(await healthCheck(environment, 1)).toBe(1);
    expect(readdirSync(folders.runtime, { recursive: true })).toEqual(before);
    expect(readdirSync(data)).toContain("gateway.db");
  });

  const [, , script = ""] = execForm(textsOf(runtime, "HEALTHCHECK")[0] ?? "");

  /** Probes as Docker does, until healthy or out of attempts. Returns the last exit code. */
  async function healthCheck(environment: Readonly<Record<string, string>>, times = 100): Promise<number | null> {
    let code: number | null = null;
    for (let time = 0; time < times && code !== 0; time += 1) {
      const asking = startProcess(process.execPath, ["--eval", script], { env: environment });
      asking.stdout.resume();
      asking.stderr.resume();
      [code] = (await once(asking, "close")) as [number | null];
    }
    return code;
  }

  it("leave no development dependency in the image", async () => {
    const { output } = await finish("npm", ["ls", "--all", "--parseable"], folders.packages);
    expect(output).not.toMatch(/extraneous|missing|invalid/);
    const installed = readdirSync(join(folders.runtime, "node_modules"));
    expect(installed).toContain("@opentelemetry");
    expect(readdirSync(join(folders.runtime, "node_modules/@opentelemetry"))).toContain("exporter-trace-otlp-http");
    expect(["graphql", "vite", "typescript", "vitest", "react", "node"].filter((name) => installed.includes(name))).toEqual([]);
  });
});
