import { BillingError, invalidInput, unsupported } from "../billing/errors.ts";
import { decodeId, encodeId } from "../billing/id.ts";
import type { Mutations } from "../billing/planning.ts";
import type { Resolvers } from "../billing/resolving.ts";
import type { ChargeSpec } from "../billing/routing.ts";
import { alignment, type DriftField, driftFields, type Profile, tells } from "./drift.ts";
import type { Account, Member } from "./model.ts";
import { acceptsOf, readProfiles, type Source } from "./profiles.ts";
import type { AccountReads } from "./reads.ts";

type AlignInput = Mutations["alignCustomers"]["input"];
type Change = NonNullable<AlignInput["changes"]>[number];

/** What inputs say of accounts: which customer a charge is for, and what would make customers agree. */
export function createResolvers(accounts: Pick<AccountReads, "byId">, source: Source): Resolvers {
  /** The charges with their customers; those of `earlier` where it names the same. */
  async function owned(
    charges: readonly ChargeSpec[],
    pathOf: (index: number) => readonly string[],
    earlier: () => Promise<readonly ChargeSpec[] | null>,
  ): Promise<readonly ChargeSpec[]> {
    if (!charges.some(isByAccount)) return charges;
    const recorded = await earlier();
    return Promise.all(
      charges.map(async (charge, index) => {
        if (!isByAccount(charge)) return charge;
        const before = recorded?.[index];
        const isSame = before && before.accountId === charge.accountId && before.backend === charge.backend;
        const customerId = isSame ? before.customerId : await customerOf(charge, pathOf(index));
        return { ...charge, customerId };
      }),
    );
  }

  async function customerOf(charge: ChargeSpec, path: readonly string[]): Promise<string> {
    const { accountId, backend, customerId, planId } = charge;
    if (customerId != null || planId != null || accountId == null || backend == null) {
      throw invalidInput([...path, "accountId"], "give exactly one of customerId, planId, and accountId with backend");
    }
    const { members } = await accountOf(accounts, accountId, [...path, "accountId"]);
    const [one, ...others] = members.filter((member) => member.backend === backend);
    if (!one) throw invalidInput([...path, "backend"], "the account has no customer in this backend");
    if (others.length > 0) {
      throw invalidInput([...path, "backend"], "the account has several customers in this backend: give the customerId");
    }
    return encodeId({ type: "Customer", ...refOnly(one) });
  }

  async function changesOf({ accountId, from, fields }: AlignInput): Promise<readonly Change[]> {
    checkFields(fields);
    const { members } = await accountOf(accounts, accountId, ["input", "accountId"]);
    const at = members.findIndex((member) => encodeId({ type: "Customer", ...refOnly(member) }) === from);
    if (at === -1) throw invalidInput(["input", "from"], "is not the id of a customer of the account");
    const profiles = await readProfiles(members, source);
    const model = profiles[at];
    if (model instanceof BillingError) throw model;
    if (!model) throw invalidInput(["input", "from"], "is not the id of a customer of the account");
    for (const [index, field] of fields.entries()) {
      if (!tells(field, model)) throw invalidInput(["input", "fields", String(index)], "the customer to take it from has none");
    }
    const accepts = acceptsOf(source.backends);
    return members.flatMap((member, index): Change[] => {
      if (index === at) return [];
      const profile = profiles[index];
      // What cannot be read now is told everything: it fails at its own target, and a repeated call sends it again.
      const target = !profile || profile instanceof BillingError ? unread(model, member) : profile;
      const change = alignment(fields, model, target, accepts);
      return change === null ? [] : [{ id: encodeId({ type: "Customer", ...refOnly(member) }), change }];
    });
  }

  return {
    createCharge: async (input, earlier) => {
      const recorded = async () => {
        const before = await earlier();
        return before && [before.charge];
      };
      const [charge] = await owned([input.charge], () => ["input", "charge"], recorded);
      return { ...input, charge: charge ?? input.charge };
    },
    createCharges: async (input, earlier) => {
      const recorded = async () => (await earlier())?.charges ?? null;
      return { ...input, charges: await owned(input.charges, (index) => ["input", "charges", String(index)], recorded) };
    },
    alignCustomers: async (input, earlier) => {
      const before = await earlier();
      const isSame = before && said(before) === said(input);
      return { ...input, changes: isSame ? before.changes : await changesOf(input) };
    },
  };
}

function isByAccount({ accountId, backend }: ChargeSpec): boolean {
  return accountId != null || backend != null;
}

function said({ accountId, from, fields }: AlignInput): string {
  return JSON.stringify([accountId, from, fields]);
}

function refOnly({ backend, id }: Member): { readonly backend: string; readonly id: string } {
  return { backend, id };
}

function checkFields(fields: readonly DriftField[]): void {
  if (fields.length === 0) throw invalidInput(["input", "fields"], "must name at least one field");
  for (const [index, field] of fields.entries()) {
    const place = ["input", "fields", String(index)];
    if (!driftFields.includes(field)) throw invalidInput(place, "is not a field that customers are compared in");
    if (field === "TAX_LIABILITY") {
      throw unsupported("", "Who is liable for a tax is no part of a customer: use setTaxLiability.", place);
    }
  }
}

/** A customer of which nothing is known but where it is. */
function unread({ customer }: Profile, { backend, id }: Member): Profile {
  const nothing = { organizationName: null, firstName: null, lastName: null, email: null, phone: null, address: null };
  return {
    customer: { ...customer, ...nothing, backend, id, backendId: id, name: "" },
    contact: { email: null, phone: null },
    taxes: null,
  };
}

/** INVALID_INPUT at `field` for what is no id of an account, NOT_FOUND for one that does not exist for the caller. */
async function accountOf(accounts: Pick<AccountReads, "byId">, globalId: string, field: readonly string[]): Promise<Account> {
  const decoded = decodeId(globalId);
  if (!decoded) throw invalidInput(field, "is not an id of this gateway");
  if (decoded.type !== "Account") throw invalidInput(field, `is the id of a ${decoded.type}, not of an Account`);
  const account = await accounts.byId(decoded.id);
  if (!account) throw new BillingError("NOT_FOUND", "The account does not exist.", { field });
  return account;
}
