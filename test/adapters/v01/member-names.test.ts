import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memberNames } from "../../../src/adapters/v01/fields.ts";
import { settings as schema } from "../../../src/adapters/v01/index.ts";
import { scope, settings } from "./fake-connection.ts";
import { type Simulated, sendNoted, simulated } from "./simulated.ts";

/** An installation with other names for a customer's e-mail, phones and address than the contract infers. */

const renamed = {
  email: "emailAddress",
  homePhone: "phoneHome",
  workPhone: "phoneWork",
  street1: "addressLine1",
  street2: "addressLine2",
  zipCode: "postcode",
  countryCode: "country",
};
const address = { lines: ["1 Dock Street", "Yard 4"], city: "Boston", state: "MA", postalCode: "02110", country: "US" };
const input = { firstName: "Ann", lastName: "Lee", email: "ann@example.com", phone: "+1 555 0100", address };

let running: Simulated;
beforeAll(async () => {
  running = await simulated({}, { customerMembers: renamed });
  running.backend.setConditions({ membersRenamed: renamed });
});
afterAll(() => running?.close());

describe("members under other names", () => {
  it("are read, written, changed and found like those of the contract", async () => {
    const { adapter, intent } = running;
    const created = await sendNoted(adapter.customers.create?.(input), intent());
    expect(created.value).toMatchObject({ email: input.email, phone: input.phone, address });
    const id = created.id ?? "";
    const change = { email: "bea@example.com", phone: "+1 555 0199", address: { lines: ["2 Dock Street", "Yard 5"] } };
    await sendNoted(adapter.customers.update?.(id, change), intent(), id);
    const [read] = await adapter.customers.getMany([id], scope);
    expect(read).toMatchObject({
      email: change.email,
      phone: change.phone,
      address: { ...address, lines: change.address.lines },
    });
    const { items } = await adapter.customers.list({ search: "+1 555 0199" }, { first: 5, after: null }, scope);
    expect(items.map(({ value }) => value.id)).toEqual([id]);
  });

  it("have their unified field named in refusals", async () => {
    const names = memberNames(schema.parse({ ...settings, customerMembers: renamed }));
    expect(names.fields({ email: ["email"], zipCode: ["address", "postalCode"], code: ["reference"] })).toEqual({
      emailAddress: ["email"],
      postcode: ["address", "postalCode"],
      code: ["reference"],
    });
  });

  it("survive a round trip, whatever their names", () => {
    const contract = Object.keys(settings.customerMembers);
    const own = fc.uniqueArray(fc.constantFrom(...contract, "emailAddress", "mail", "tel", "line1", "zip", "land"), {
      minLength: contract.length,
      maxLength: contract.length,
    });
    const row = fc.dictionary(fc.constantFrom("id", "code", "firstName", ...contract), fc.string());
    fc.assert(
      fc.property(own, row, (names, sent) => {
        const customerMembers = Object.fromEntries(contract.map((name, index) => [name, names[index]]));
        const { read, written } = memberNames(schema.parse({ ...settings, customerMembers }));
        expect(read(written(sent))).toEqual(sent);
      }),
    );
  });

  it("must differ from each other", () => {
    expect(() => schema.parse({ ...settings, customerMembers: { email: "phone" } })).toThrow(/different members/);
    expect(schema.parse({ ...settings, customerMembers: { homePhone: "workPhone", workPhone: "homePhone" } })).toBeDefined();
  });
});
