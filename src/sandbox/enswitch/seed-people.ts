import type { Person, Privilege, State } from "./state.ts";
import { systemOwner } from "./state.ts";

/** The rights that the contract requires of the gateway's account (guide 4.4, the privilege line of each function). */
const service: readonly Privilege[] = ["administrator", "commerce", "payment", "reports", "user"];

const roles: readonly { readonly id: number; readonly name: string; readonly privileges: readonly Privilege[] }[] = [
  { id: 1, name: "Billing service", privileges: service },
  { id: 2, name: "Reader", privileges: ["reports", "user"] },
  { id: 3, name: "Office manager", privileges: ["commerce", "reports", "user"] },
  { id: 4, name: "Operator", privileges: [...service, "callshop", "settings", "system", "wholesale"] },
];

/**
 * The service account, and people with fewer rights: "reader" gets 402, the first company's "ada" 403 and 404, "reseller" and
 * "dealer" each see only their own tree, "totp" needs a second factor. Each password is "sandbox-" and the user name.
 */
export const seedPeople = (state: State, account: { readonly username: string; readonly password: string }): void => {
  for (const { id, name, privileges } of roles) state.roles.set(id, { id, name, privileges: new Set(privileges) });
  const customers = [...state.customers.values()];
  const firstCompany = customers.find((customer) => customer.parent === systemOwner);
  const childrenOf = (reseller: number): number => customers.filter(({ parent }) => parent === reseller).length;
  const [firstReseller, ...otherResellers] = customers.filter(
    ({ id, parent }) => parent === systemOwner && id !== systemOwner && childrenOf(id) > 0,
  );
  const [largestOther] = otherResellers.toSorted((one, other) => childrenOf(other.id) - childrenOf(one.id));
  const add = (username: string, role: number, customer: number | undefined, extra: Partial<Person> = {}): void => {
    if (customer === undefined) return;
    const id = state.people.size + 1;
    const password = `sandbox-${username}`;
    const email = `${username}@sandbox-telecom.example`;
    state.people.set(id, {
      id,
      username,
      password,
      customer,
      role,
      forename: username,
      surname: "",
      email,
      totp: false,
      ...extra,
    });
  };
  add(account.username, 1, systemOwner, { password: account.password, forename: "Billing", surname: "Gateway" });
  add("reader", 2, systemOwner);
  add("operator", 4, systemOwner);
  add("totp", 1, systemOwner, { totp: true });
  add("ada", 3, firstCompany?.id, { forename: "Ada", surname: "Whitfield" });
  add("reseller", 1, firstReseller?.id);
  add("dealer", 1, largestOther?.id);
};
