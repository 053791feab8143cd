import { beforeAll, describe, expect, it } from "vitest";
import { ask } from "../ask.ts";
import { browserMissing } from "../browser.ts";
import { customersOf, fitsScreen, gateway, page, tab, telephone, useConsole } from "./console.ts";

/** Names that nobody would choose in good faith: the figures beside them stay as they are, and everything fits the screen. */

const names = {
  // Ends the isolate in which it stands, and turns what follows: "$1,250.00" looks like "00.052,1$".
  "that turn around what follows": "Turned \u2069\u202e",
  "of one long word": `Long${"w".repeat(100)}`,
};

/** The paragraphs in which figures stand in the reach of an override (Unicode Standard Annex 9, X1 to X8). */
const turnedFigures = `(() => {
  const isOwn = (element) => {
    const { display, unicodeBidi } = getComputedStyle(element);
    return !["inline", "contents"].includes(display) || /isolate|plaintext/.test(unicodeBidi);
  };
  const textOf = (element) =>
    [...element.childNodes].map((child) => (child.nodeType === Node.TEXT_NODE ? child.data : child.nodeType !== Node.ELEMENT_NODE || isOwn(child) ? "" : textOf(child))).join("");
  const isTurned = (text) => {
    const open = [];
    for (const sign of text) {
      if (/[\\u2066-\\u2068]/.test(sign)) open.push("isolate");
      else if (sign === "\\u202d" || sign === "\\u202e") open.push("override");
      else if (sign === "\\u202a" || sign === "\\u202b") open.push("embedding");
      else if (sign === "\\u202c" && open.at(-1) !== "isolate") open.pop();
      else if (sign === "\\u2069" && open.includes("isolate")) open.length = open.lastIndexOf("isolate");
      else if (/\\d/.test(sign) && open.includes("override")) return true;
    }
    return false;
  };
  return [...document.body.querySelectorAll("*")].filter(isOwn).map(textOf).filter(isTurned);
})()`;

describe.skipIf(browserMissing).each(Object.entries(names))("records with names %s", (_what, name) => {
  useConsole();
  let addresses: readonly string[];

  beforeAll(async () => {
    const { origin } = gateway;
    const found = await Promise.all(["recurring", "pbx"].map((backend) => customersOf(origin, backend)));
    const ids = found.map(([customer]) => customer?.id);
    const update =
      "mutation ($id: ID!, $name: String!) { updateCustomer(input: { id: $id, name: $name }) { errors { message } } }";
    for (const id of ids) {
      const { data } = await ask(origin, update, { variables: { id, name } });
      expect(data).toEqual({ updateCustomer: { errors: [] } });
    }
    await ask(
      origin,
      `mutation ($ids: [ID!]!, $id: ID!, $name: String!) {
        linkCustomers(input: { customerIds: $ids }) { operation { id } }
        createCharge(input: { charge: { customerId: $id, description: $name, amount: "1250.00" } }) { operation { id } }
      }`,
      { variables: { ids, id: ids[0], name } },
    );
    interface Made {
      readonly customer: { readonly account: { readonly id: string } };
      readonly operations: { readonly nodes: readonly { readonly id: string }[] };
    }
    const made = "query ($id: ID!) { customer(id: $id) { account { id } } operations { nodes { id } } }";
    const { customer, operations } = (await ask<Made>(origin, made, { variables: { id: ids[0] } })).data;
    const account = `/accounts/${customer.account.id}`;
    addresses = [
      "/customers",
      ...ids.map((id) => `/customers/${id}`),
      "/accounts",
      ...["", "?view=charges", "?view=statement"].map((view) => `${account}${view}`),
      "/operations",
      ...operations.nodes.map(({ id }) => `/operations/${id}`),
      `/new/charges?${ids.map((id) => `customer=${id}`).join("&")}`,
    ];
  });

  it("turn no figure around, and fit a narrow screen", async () => {
    await page.setViewportSize(telephone);
    // Without authentication there is no caller; a token's subject may be any text.
    await page.route("**/graphql", async (route) => {
      if (route.request().postData()?.includes("subscription")) return route.fallback();
      const response = await route.fetch();
      const body = (await response.text()).replaceAll('"actor":null', `"actor":${JSON.stringify(name)}`);
      return route.fulfill({ response, body });
    });
    for (const address of addresses) {
      await tab.open(address);
      await page
        .getByText(/^Loading (?!more)/)
        .first()
        .waitFor({ state: "hidden" });
      await page.getByText(name.slice(0, 6)).first().waitFor();
      expect({ [address]: await page.evaluate(turnedFigures) }).toEqual({ [address]: [] });
      await fitsScreen(address);
    }
  });
});
