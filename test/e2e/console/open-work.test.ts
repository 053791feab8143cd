import { afterAll, describe, expect, it } from "vitest";
import { ask } from "../ask.ts";
import { browserMissing } from "../browser.ts";
import { type Gateways, gatewaysOf } from "../operations/gateways.ts";
import { type Sandbox, startSandbox } from "../operations/sandbox.ts";
import { accessibilityProblems, customersOf, fitsScreen, gateway, page, picture, tab, telephone, useConsole } from "./console.ts";

/** The start page: open work, and the backends' health. */

describe.skipIf(browserMissing)("open work in the console", () => {
  let sandbox: Sandbox;
  let gateways: Gateways;
  useConsole({
    start: async () => {
      sandbox = await startSandbox();
      gateways = gatewaysOf(sandbox, { operations: { settleSeconds: 3_600, reconcileSeconds: [3_600] } });
      return gateways.start();
    },
  });
  afterAll(async () => {
    await gateways?.[Symbol.asyncDispose]();
    await sandbox?.[Symbol.asyncDispose]();
  });

  const navigation = () => page.getByRole("navigation", { name: "Main" });

  it("says that nothing needs a person, and distinguishes backends of one kind", async () => {
    await tab.open("/", "Open work");
    await page.getByText("No operation needs attention").waitFor();
    expect(
      await navigation()
        .getByLabel(/need attention/)
        .count(),
    ).toBe(0);
    const backends = page.getByRole("region", { name: "Backends" });
    await backends.getByText("HostedSuite v2", { exact: true }).waitFor();
    await backends.getByText("HostedSuite v3", { exact: true }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "no-open-work");
  });

  it("lists unknown outcomes with customer, amount and reason, counts them in the navigation, and links to them", async () => {
    const [customer] = await customersOf(gateway.origin, "pbx");
    const charge = (name: string, kind: "dropBefore" | "rateLimit") => {
      sandbox.setFaults([{ kind, function: "charges/create", times: 1 }], ["pbx"]);
      return ask(
        gateway.origin,
        `mutation ($id: ID!, $name: String!) { createCharge(input: { charge: { customerId: $id, name: $name, amount: "7.25" } }) { operation { id } } }`,
        { variables: { id: customer?.id, name } },
      );
    };
    await charge("Never answered", "dropBefore");
    await charge("Refused for now", "rateLimit");
    // A dry run needs no attention.
    await ask(
      gateway.origin,
      `mutation ($id: ID!) { createCharge(input: { validateOnly: true, charge: { customerId: $id, name: "Tried", amount: "-1" } }) { operation { id } } }`,
      { variables: { id: customer?.id } },
    );
    await tab.open("/", "Open work");
    const operations = page.getByRole("region", { name: "Operations" });
    const lost = operations.getByRole("article").filter({ hasText: "Never answered" });
    await lost.getByText("Not known yet").waitFor();
    await lost.getByText(/7\.25, unknown currency · Never answered/).waitFor();
    await lost.getByText(/no understandable answer came/).waitFor();
    await operations.getByRole("article").filter({ hasText: "Refused for now" }).getByText("Failed").waitFor();
    expect(await operations.getByRole("article").count()).toBe(2);
    await navigation().getByLabel("2 operations need attention").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "open-work");
    await page.setViewportSize(telephone);
    await fitsScreen("open work");
    await picture(page, "open-work-telephone");
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "open-work-dark");
    await lost.getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: "Create a charge" }).waitFor();
  });

  it("lists the charge runs that wait for somebody, with the reason and a link, but not those that continue by themselves", async () => {
    const [customer] = await customersOf(gateway.origin, "recurring");
    const row = (customerId: string | undefined) => ({
      backend: "recurring",
      customerId,
      name: "Shelf",
      amount: "4.40",
      date: "2026-11-01",
    });
    const run = (name: string, rows: readonly object[]) =>
      ask(
        gateway.origin,
        "mutation ($name: String!, $rows: [ChargeRunRowInput!]!) { createChargeRun(input: { name: $name, rows: $rows }) { run { id } } }",
        { variables: { name, rows } },
      );
    await run("Sound 2026-11", [row(customer?.id)]);
    await run("Doubtful 2026-11", [row(customer?.id), { ...row(undefined), customerReference: "NOBODY-HAS-THIS" }]);
    await tab.open("/", "Open work");
    const waiting = page.getByRole("region", { name: "Waiting charge runs" });
    const doubtful = waiting.getByRole("article", { name: "Doubtful 2026-11" });
    await doubtful.getByText("Needs attention").waitFor();
    await doubtful.getByText(/correct, allow or skip/).waitFor();
    await navigation()
      .getByLabel(/1 charge run need attention$/)
      .waitFor();
    expect(await waiting.getByRole("article").count()).toBe(1);
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "waiting-runs");
    await doubtful.getByRole("link", { name: "Doubtful 2026-11" }).click();
    await page.getByRole("heading", { name: "One row needs attention" }).waitFor();
  });

  it("names a backend that is down, and why", async () => {
    sandbox.setFaults([{ kind: "html502" }], ["suite"]);
    await ask(gateway.origin, `{ customers(first: 1, backends: ["suite"]) { nodes { id } } }`);
    await tab.open("/", "Open work");
    await page.getByRole("alert").filter({ hasText: "is down" }).waitFor();
    await navigation()
      .getByLabel(/^2 operations, 1 charge run, and 1 backend down need attention$/)
      .waitFor();
    await picture(page, "open-work-down");
    sandbox.setFaults([], ["suite"]);
  });
});
