import type { Fault } from "./simulated.ts";
import { backendKeys } from "./world.ts";

/** What a fault can be aimed at, by backend: the functions that it is called for. A test makes the calls and compares. */

type Key = (typeof backendKeys)[number];

interface Functions {
  readonly listsCharges: string;
  readonly createsCharge: string;
  /** Null where charges cannot be changed. */
  readonly changesCharge: string | null;
  readonly listsCustomers: string;
  readonly createsCustomer: string;
  readonly changesCustomer: string;
}

export const faultFunctions: Readonly<Record<Key, Functions>> = {
  pbx: {
    listsCharges: "charges/list",
    createsCharge: "charges/create",
    changesCharge: "charges/update",
    listsCustomers: "customers/list",
    createsCustomer: "customers/create",
    changesCustomer: "customers/update",
  },
  suite: {
    listsCharges: "charges/all",
    createsCharge: "charges/new",
    changesCharge: null,
    listsCustomers: "clients",
    createsCustomer: "clients/save",
    changesCustomer: "clients/update",
  },
  offices: {
    listsCharges: "GET /charges",
    createsCharge: "POST /charges",
    changesCharge: "PATCH /charges/{id}",
    listsCustomers: "GET /clients",
    createsCustomer: "POST /clients",
    changesCustomer: "PATCH /clients/{id}",
  },
  recurring: {
    listsCharges: "transactions/~find",
    createsCharge: "transactions/~create",
    changesCharge: null,
    listsCustomers: "customers/~find",
    createsCustomer: "customers/~create",
    changesCustomer: "customers/~modify",
  },
};

/**
 * Faults after which the next new charge stays of unknown outcome until they are taken away: the request is lost, and from then on what
 * would show so cannot be listed.
 */
export const lastingUnknown: Readonly<Record<Key, readonly Fault[]>> = {
  pbx: lost("pbx"),
  suite: lost("suite"),
  offices: lost("offices"),
  recurring: lost("recurring"),
};

function lost(key: Key): readonly Fault[] {
  const { createsCharge, listsCharges } = faultFunctions[key];
  return [
    { kind: "dropBefore", function: createsCharge, times: 1 },
    { kind: "html502", function: listsCharges, after: createsCharge },
  ];
}

/** The part of docs/sandbox.md about them. */
export function describeFaultFunctions(): string {
  const cells = ({ listsCharges, createsCharge, changesCharge, listsCustomers, createsCustomer, changesCustomer }: Functions) =>
    [listsCharges, createsCharge, changesCharge, listsCustomers, createsCustomer, changesCustomer].map((name) =>
      name === null ? "none" : `\`${name}\``,
    );
  return `## What a fault can be aimed at

A fault's \`function\` is a part of a function's name, as \`/_sandbox/calls\` shows it. These are called for the usual things:

| backend | lists charges | creates a charge | changes a charge | lists customers | creates a customer | changes a customer |
|---|---|---|---|---|---|---|
${backendKeys.map((key) => `| \`${key}\` | ${cells(faultFunctions[key]).join(" | ")} |`).join("\n")}

## An outcome that stays unknown

The request of the next charge is lost, and from then on what would show so cannot be listed. Create a charge for a customer of the backend
afterwards: its operation stays \`UNKNOWN\`, however often the gateway looks, until a person decides or \`DELETE\` ends the faults.

\`\`\`sh
${backendKeys.map((key, place) => `curl -X PUT http://127.0.0.1:${4101 + place}/_sandbox/faults -d '${JSON.stringify(lastingUnknown[key])}'`).join("\n")}
curl -X DELETE http://127.0.0.1:4101/_sandbox/faults
\`\`\`
`;
}
