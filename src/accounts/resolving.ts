import type { Backends } from "../adapter/backends.ts";
import { BillingError, invalidInput, unsupported } from "../model/errors.ts";
import { decodeId, encodeId } from "../model/id.ts";
import type { Resolvers } from "../mutations/mutation.ts";
import type { BackendMutations } from "../mutations/planning.ts";
import type { ChargeSpec, OwnerSpec } from "../mutations/routing.ts";
import { sameInput } from "../mutations/same-input.ts";
import type { Reads } from "../reads/reads.ts";
import type { AccountReads } from "./account-reads.ts";
import { alignment, type DriftField, driftFields, type Profile, tells } from "./drift.ts";
import type { Account, Member } from "./model.ts";
import type { AccountMutations } from "./planning.ts";
import { acceptsOf, readUntaxedProfiles } from "./profiles.ts";

type AlignInput = AccountMutations["alignCustomers"]["input"];
/** The mutations whose inputs may name accounts. */
type Resolved = Pick<BackendMutations, "createCharge" | "createCharges" | "createCredit" | "createCredits"> &
  Pick<AccountMutations, "alignCustomers">;
type CustomerAlignment = NonNullable<AlignInput["changes"]>[number];

/** Whose customer in a backend a charge or credit is for. */
interface AccountOwner {
  readonly accountId: string;
  readonly backend: string;
}

interface ResolverSource {
  readonly backends: Backends;
  /** Reads that ask the backends themselves: what is written on the word of a cache would undo what others have changed since. */
  readonly readsNow: () => Reads;
}

/** What inputs say of accounts: which customer a charge or credit is for, and what would make customers agree. */
export function createResolvers(
  accounts: Pick<AccountReads, "byId">,
  { backends, readsNow }: ResolverSource,
): Resolvers<Resolved> {
  /** Charges or credits with their customers; those of `earlier` where it names the same. */
  async function owned<Spec extends OwnerSpec>(
    specs: readonly Spec[],
    pathOf: (index: number) => readonly string[],
    earlier: () => Promise<readonly Spec[] | null>,
  ): Promise<readonly Spec[]> {
    // Before an earlier call is looked for: what contradicts itself repeats nothing.
    const owners = specs.map((spec, index) => accountNamed(spec, pathOf(index)));
    if (owners.every((owner) => owner === null)) return specs;
    const recorded = await earlier();
    return Promise.all(
      specs.map(async (spec, index) => {
        const owner = owners[index];
        if (!owner) return spec;
        const before = recorded?.[index];
        const isSame = before && before.accountId === owner.accountId && before.backend === owner.backend;
        const customerId = isSame ? before.customerId : await customerOf(owner, pathOf(index));
        return { ...spec, customerId };
      }),
    );
  }

  async function ownedOne<Spec extends OwnerSpec>(spec: Spec, name: string, earlier: () => Promise<Spec | null>): Promise<Spec> {
    const recorded = async () => {
      const before = await earlier();
      return before && [before];
    };
    const [one] = await owned([spec], () => ["input", name], recorded);
    return one ?? spec;
  }

  async function customerOf({ accountId, backend }: AccountOwner, path: readonly string[]): Promise<string> {
    const { members } = await accountOf(accounts, accountId, [...path, "accountId"]);
    const [one, ...others] = members.filter((member) => member.backend === backend);
    if (!one) throw invalidInput([...path, "backend"], "the account has no customer in this backend");
    if (others.length > 0) {
      throw invalidInput([...path, "backend"], "the account has several customers in this backend: give the customerId");
    }
    return encodeId({ type: "Customer", ...refOnly(one) });
  }

  async function changesOf({ accountId, from, fields }: AlignInput): Promise<readonly CustomerAlignment[]> {
    checkFields(fields);
    const { members } = await accountOf(accounts, accountId, ["input", "accountId"]);
    const at = members.findIndex((member) => encodeId({ type: "Customer", ...refOnly(member) }) === from);
    if (at === -1) throw invalidInput(["input", "from"], "is not the id of a customer of the account");
    const read = await readUntaxedProfiles(members, readsNow());
    const model = read[at];
    if (model instanceof BillingError) throw model;
    if (!model) throw invalidInput(["input", "from"], "is not the id of a customer of the account");
    for (const [index, field] of fields.entries()) {
      if (!tells(field, model)) throw invalidInput(["input", "fields", String(index)], "the customer to take it from has none");
    }
    // Nobody knows whether and in what an unread customer differs: what is recorded without it would be repeated without it.
    const targets = allRead(read).filter((profile) => profile !== model);
    const accepts = acceptsOf(backends);
    return targets.flatMap((target): CustomerAlignment[] => {
      const change = alignment(fields, model, target, accepts);
      return change === null ? [] : [{ id: encodeId({ type: "Customer", ...refOnly(target.customer) }), change }];
    });
  }

  return {
    createCharge: async (input, earlier) => {
      const recorded = async () => (await earlier())?.charge ?? null;
      return { ...input, charge: await ownedOne(input.charge, "charge", recorded) };
    },
    createCharges: async (input, earlier) => {
      const recorded = async () => (await earlier())?.charges ?? null;
      return { ...input, charges: await owned(input.charges, (index) => ["input", "charges", String(index)], recorded) };
    },
    createCredit: async (input, earlier) => {
      const recorded = async () => (await earlier())?.credit ?? null;
      return { ...input, credit: await ownedOne(input.credit, "credit", recorded) };
    },
    createCredits: async (input, earlier) => {
      const recorded = async () => (await earlier())?.credits ?? null;
      return { ...input, credits: await owned(input.credits, (index) => ["input", "credits", String(index)], recorded) };
    },
    alignCustomers: async (input, earlier) => {
      const before = await earlier();
      const isSame = before && sameInput(said(before), said(input), { nullClears: true });
      return { ...input, changes: isSame ? before.changes : await changesOf(input) };
    },
  };
}

/** What the caller said, without what was found. */
function said({ accountId, from, fields }: AlignInput): Pick<AlignInput, "accountId" | "from" | "fields"> {
  return { accountId, from, fields };
}

/** Null for a charge or credit that names no account. INVALID_INPUT for one that names half of it, or another owner as well. */
function accountNamed(spec: OwnerSpec & Pick<ChargeSpec, "planId">, path: readonly string[]): AccountOwner | null {
  const { accountId, backend, customerId, planId } = spec;
  if (accountId == null && backend == null) return null;
  if (customerId == null && planId == null && accountId != null && backend != null) return { accountId, backend };
  throw invalidInput([...path, "accountId"], "give exactly one of customerId, planId, and accountId with backend");
}

function refOnly({ backend, id }: Pick<Member, "backend" | "id">): { readonly backend: string; readonly id: string } {
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

/** The customers; rejects with the first failure where one of them could not be read. */
function allRead(read: readonly (Profile | BillingError)[]): readonly Profile[] {
  return read.map((profile) => {
    if (profile instanceof BillingError) throw profile;
    return profile;
  });
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
