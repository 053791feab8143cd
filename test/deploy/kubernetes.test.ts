import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { backendSettings } from "../../src/adapters/index.ts";
import { loadConfiguration } from "../../src/config.ts";
import { closingMs } from "../../src/processes/gateway-process.ts";

/** Reads the manifests as a cluster would: there is no cluster in the tests. */

// biome-ignore lint/suspicious/noExplicitAny: whatever a manifest holds
type Manifest = any;
const text = readFileSync("deploy/kubernetes/billing-gateway.yaml", "utf8");
const documents = parseAllDocuments(text);
const manifests = documents.map((document): Manifest => document.toJS());
const one = (kind: string): Manifest => manifests.find((manifest) => manifest.kind === kind);
const pod = one("Deployment").spec.template.spec;
const [container] = pod.containers;

describe("the manifests for Kubernetes", () => {
  it("are YAML, one of each kind, for one application", () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    expect(manifests.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([
      "v1 ConfigMap",
      "apps/v1 Deployment",
      "v1 Service",
      "policy/v1 PodDisruptionBudget",
    ]);
    const labels = one("Deployment").spec.template.metadata.labels;
    for (const selector of [one("Deployment").spec.selector.matchLabels, one("Service").spec.selector])
      expect(selector).toEqual(labels);
    expect(one("PodDisruptionBudget").spec.selector.matchLabels).toEqual(labels);
    expect(one("PodDisruptionBudget").spec.minAvailable).toBeLessThan(one("Deployment").spec.replicas);
  });

  it("hold a configuration that is accepted, with every secret in a file of the mounted secret", () => {
    const { data } = one("ConfigMap");
    const secrets: Record<string, string> = {
      "store-url": "postgres://gateway:s3cret@db/gateway",
      "back-office-sha256": "0a".repeat(32),
    };
    const mount = container.volumeMounts.find(({ name }: Manifest) => name === "secrets").mountPath;
    const read: string[] = [];
    const configuration = loadConfiguration({
      file: "gateway.yaml",
      read: () => data["gateway.yaml"],
      environment: {},
      backendSettings,
      readFile: (path) => {
        expect(path.startsWith(`${mount}/`)).toBe(true);
        const name = path.slice(mount.length + 1);
        read.push(name);
        return secrets[name] ?? "s3cret";
      },
    });
    const told = Array.from(text.matchAll(/--from-file=([\w-]+)/g), ([, name]) => name);
    expect([...new Set(read)].sort()).toEqual(told.toSorted());
    expect(configuration.server.host).toBe("0.0.0.0");
    expect(container.ports[0].containerPort).toBe(configuration.server.port);
    // It ends when no connection comes any more, and there is time for an orderly end before it is killed.
    const [program, pause] = container.lifecycle.preStop.exec.command;
    expect(program).toBe("sleep");
    expect(Number(pause)).toBeGreaterThanOrEqual(5);
    const needed = Number(pause) + (configuration.server.shutdownGraceMs + closingMs) / 1000;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(needed);
  });

  it("probe liveness and readiness at the right addresses", () => {
    const [port] = container.ports;
    const probes = { startupProbe: "/health", livenessProbe: "/health", readinessProbe: "/ready" };
    for (const [name, path] of Object.entries(probes)) expect(container[name].httpGet).toEqual({ path, port: port.name });
    expect(one("Service").spec.ports[0].targetPort).toBe(port.name);
  });

  it("run it as an unprivileged user, within limits, writing to memory only", () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(Object.keys(container.resources.limits).sort()).toEqual(["cpu", "memory"]);
    const mounted = container.volumeMounts.map(({ name }: Manifest) => name).sort();
    expect(mounted).toEqual(pod.volumes.map(({ name }: Manifest) => name).sort());
    const writable = container.volumeMounts
      .filter(({ readOnly }: Manifest) => !readOnly)
      .map(({ mountPath }: Manifest) => mountPath);
    expect(writable).toEqual(["/tmp"]);
  });
});
