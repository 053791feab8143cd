import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { request } from "undici";
import { describe, expect, it, onTestFinished } from "vitest";
import { startSandbox } from "../../src/sandbox/index.ts";
import { backendKeys } from "../../src/sandbox/world.ts";
import { freePortBase } from "../support/ports.ts";
import { startProcess } from "../support/processes.ts";

describe("startSandbox", () => {
  it("gives the same records the same ids on another day, as documents and files name them", async () => {
    const idsOf = async (now: string): Promise<unknown> => {
      const sandbox = await startSandbox({ customers: 3, now: new Date(now) });
      await sandbox.close();
      const { pbx, suite, offices, recurring } = sandbox.backends;
      const ofTenant = ({ clients, services, taxes }: typeof suite.simulated.state): unknown =>
        [clients, services, taxes].map((records) => [...records.keys()]);
      return [
        [...pbx.simulated.state.customers.keys()],
        ofTenant(suite.simulated.state),
        ofTenant(offices.simulated.state),
        [...recurring.simulated.state.customers.keys()],
      ];
    };
    expect(await idsOf("2027-03-14T00:00:00Z")).toEqual(await idsOf("2026-11-29T00:00:00Z"));
  });

  it("starts four backends that know the same companies, and says how to reach them", async () => {
    const sandbox = await startSandbox({ customers: 5, pbx: { password: "another" } });
    onTestFinished(sandbox.close);
    expect(Object.keys(sandbox.backends)).toEqual(backendKeys);
    for (const key of backendKeys) expect(sandbox.configuration[key]).toMatchObject({ url: sandbox.backends[key].url });
    const { pbx, suite, offices, recurring } = sandbox.configuration;

    const enswitch = await request(
      `${pbx["url"]}customers/get/?auth_username=${pbx["username"]};auth_password=${pbx["password"]};id=101`,
    );
    expect(await enswitch.body.text()).toContain("Ada's Bakery");

    const v2 = await request(`${suite["url"]}clients`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ CustomerName: suite["tenant"], UserName: suite["username"], Password: suite["password"] }),
    });
    expect(await v2.body.text()).toContain("Ada's Bakery");

    const authorized = (scheme: unknown, user: unknown, password: unknown) => ({
      headers: {
        authorization: `${scheme} ${Buffer.from(`${user}:${password}`).toString("base64")}`,
        accept: "application/json",
      },
    });
    const v3 = await request(`${offices["url"]}clients`, authorized(offices["tenant"], offices["username"], offices["password"]));
    expect(await v3.body.json()).toMatchObject({ totalCount: 5 });

    const v01 = await request(`${recurring["url"]}customers`, authorized("Basic", recurring["username"], recurring["password"]));
    expect(await v01.body.text()).toContain("Ada's Bakery");
  });

  it("listens above the port base, and frees its ports when one of them is taken", async () => {
    const portBase = await freePortBase(4);
    const first = await startSandbox({ customers: 1, portBase });
    onTestFinished(first.close);
    expect(first.backends.recurring.origin).toBe(`http://127.0.0.1:${portBase + 4}`);
    await first.backends.pbx.close();
    await expect(startSandbox({ customers: 1, portBase })).rejects.toThrow("EADDRINUSE");
    await first.close();
    const second = await startSandbox({ customers: 1, portBase });
    await second.close();
  });
});

describe("npm run sandbox", () => {
  const run = (...options: string[]) => {
    const command = fileURLToPath(new URL("../../src/sandbox/command.ts", import.meta.url));
    return startProcess(process.execPath, [command, ...options], { env: {} });
  };

  it("prints its backends and faults, and ends with 0 when interrupted", async () => {
    const portBase = await freePortBase(4);
    const child = run(
      "--port-base",
      String(portBase),
      "--customers",
      "2",
      "--fault",
      "pbx:rateLimit:times=1,function=customers/get,retryAfterSeconds=9",
    );
    const [printed] = await once(child.stdout, "data");
    expect(String(printed)).toContain(`http://127.0.0.1:${portBase + 1}/api/json/`);
    const response = await request(`http://127.0.0.1:${portBase + 1}/api/json/customers/get/`);
    expect([response.statusCode, response.headers["retry-after"]]).toEqual([429, "9"]);
    await response.body.dump();
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it.each([
    ["--fault", "pbx:explode"],
    ["--fault", "fax:delay"],
    ["--customers", "0"],
  ])("refuses %s %s", async (...options) => {
    const child = run(...options);
    const [printed] = await once(child.stderr, "data");
    expect(String(printed)).toContain("error: option");
    expect(await once(child, "exit")).toEqual([1, null]);
  });
});
