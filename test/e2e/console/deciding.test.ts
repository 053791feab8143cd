import { afterAll, describe, expect, it } from "vitest";
import { ask } from "../ask.ts";
import { browserMissing } from "../browser.ts";
import { type Gateways, gatewaysOf } from "../operations/gateways.ts";
import { type Sandbox, startSandbox } from "../operations/sandbox.ts";
import { accessibilityProblems, customersOf, gateway, page, picture, tab, useConsole } from "./console.ts";

/** Deciding about a charge whose answer was lost, if the gateway cannot tell. */

interface Found {
  readonly charges: { readonly nodes: readonly { readonly id: string; readonly name: string | null }[] };
}

describe.skipIf(browserMissing)("deciding in the console", () => {
  let sandbox: Sandbox;
  let gateways: Gateways;
  useConsole({
    start: async () => {
      sandbox = await startSandbox();
      // No automatic look, and it stays too early to say that nothing happened.
      gateways = gatewaysOf(sandbox, { operations: { settleSeconds: 3_600, reconcileSeconds: [3_600] } });
      return gateways.start();
    },
  });
  afterAll(async () => {
    await gateways?.[Symbol.asyncDispose]();
    await sandbox?.[Symbol.asyncDispose]();
  });

  it("refuses an impossible decision, and shows who decided, when and why", async () => {
    const [customer] = await customersOf(gateway.origin, "pbx");
    const before = await ask<Found>(
      gateway.origin,
      "query ($id: ID!) { charges(customerIds: [$id], first: 1) { nodes { id name } } }",
      {
        variables: { id: customer?.id },
      },
    );
    const [known] = before.data.charges.nodes;
    // It never arrived, and until the settling time is over nobody may say so.
    sandbox.setFaults([{ kind: "dropBefore", function: "charges/create", times: 1 }], ["pbx"]);
    const lost = await ask<{ readonly createCharge: { readonly operation: { readonly id: string; readonly status: string } } }>(
      gateway.origin,
      `mutation ($id: ID!) { createCharge(input: { charge: { customerId: $id, name: "Decided by hand", amount: "3.21" } }) { operation { id status } } }`,
      { variables: { id: customer?.id } },
    );
    const { operation } = lost.data.createCharge;
    expect(operation.status).toBe("UNKNOWN");

    await tab.open(`/operations/${operation.id}`, "Create a charge");
    await page.getByRole("button", { name: "Decide", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Record the outcome" });
    await dialog.getByRole("button", { name: "Record", exact: true }).click();
    await dialog.getByText("Choose an outcome", { exact: true }).waitFor();
    await dialog.getByText("Enter a reason", { exact: true }).waitFor();

    await dialog.getByLabel("It did not happen").check();
    await dialog.getByLabel("Reason").fill("the list has none");
    await dialog.getByRole("button", { name: "Record", exact: true }).click();
    await dialog.getByText("The request may still be in flight").waitFor();
    await picture(page, "decide");
    expect(await accessibilityProblems(page)).toEqual([]);

    await dialog.getByLabel("It happened").check();
    await dialog.getByRole("button", { name: "Record", exact: true }).click();
    await dialog.getByText("ID of the new object must be the id of the object that the step created.").waitFor();
    await dialog.getByLabel("ID of the new object").fill(known?.id ?? "");
    await dialog.getByLabel("Reason").fill("booked by hand instead");
    await dialog.getByRole("button", { name: "Record", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText(/decided on .+ that it happened: booked by hand instead/).waitFor();
    await page.getByText("Done", { exact: true }).first().waitFor();
    expect(await page.getByRole("button", { name: "Decide", exact: true }).count()).toBe(0);
    await picture(page, "decided");
    expect(tab.problems).toEqual([]);
  });

  it("offers the candidates by name, with their differences", async () => {
    const [, customer] = await customersOf(gateway.origin, "pbx", 2);
    sandbox.setFaults([{ kind: "dropAfter", function: "charges/create", times: 1 }], ["pbx"]);
    const lost = await ask<{ readonly createCharge: { readonly operation: { readonly id: string } } }>(
      gateway.origin,
      `mutation ($id: ID!) { createCharge(input: { charge: { customerId: $id, name: "Corrected since", amount: "3.21" } }) { operation { id } } }`,
      { variables: { id: customer?.id } },
    );
    // A person corrects it before the gateway has looked.
    const found = await ask<Found>(
      gateway.origin,
      "query ($id: ID!) { charges(customerIds: [$id], first: 200) { nodes { id name } } }",
      {
        variables: { id: customer?.id },
      },
    );
    const made = found.data.charges.nodes.find(({ name }) => name === "Corrected since");
    await ask(gateway.origin, `mutation ($id: ID!) { updateCharge(input: { id: $id, amount: "3.12" }) { errors { code } } }`, {
      variables: { id: made?.id },
    });
    const { id } = lost.data.createCharge.operation;
    await tab.open("/operations", "Operations");
    const row = page.getByRole("table", { name: "operations" }).getByRole("row").filter({ hasText: "Corrected since" }).first();
    await row.getByText(/3\.21, unknown currency · Corrected since/).waitFor();
    await picture(page, "operations");
    await row.getByRole("link").click();
    await page.getByText(`${customer?.name} · €3.21 · Corrected since`).first().waitFor();
    await page.getByRole("button", { name: "Reconcile now" }).click();
    const candidates = page.getByRole("list", { name: "Candidates" });
    await candidates.getByText(/^Corrected since: .*3\.12.* · not as it was sent: amount$/).waitFor();
    await candidates.getByText(`As it was sent: ${customer?.name} · €3.21 · Corrected since`).waitFor();
    await page.getByText("Possible match. Check it, then decide.").waitFor();
    await picture(page, "candidates");
    await page.getByRole("button", { name: "Decide", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Record the outcome" });
    await dialog.getByLabel(/^It is Corrected since: /).check();
    await dialog.getByLabel("Reason").fill("the clerk corrected it");
    expect(await accessibilityProblems(page)).toEqual([]);
    await picture(page, "decide-candidate");
    await dialog.getByRole("button", { name: "Record", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText(/that it happened: the clerk corrected it/).waitFor();
    const settled = await ask<{ readonly operation: { readonly steps: readonly { readonly node: { readonly id: string } }[] } }>(
      gateway.origin,
      "query ($id: ID!) { operation(id: $id) { steps { node { id } } } }",
      { variables: { id } },
    );
    expect(settled.data.operation.steps[0]?.node.id).toBe(made?.id);
    expect(tab.problems).toEqual([]);
  });
});
