import type { Backends } from "../adapter/backends.ts";
import { BillingError, invalidInput, unsupported } from "../model/errors.ts";
import { decodeId, encodeId } from "../model/id.ts";
import { sameInput } from "../mutations/idempotency.ts";
import type { Resolvers } from "../mutations/mutation.ts";
import type { BackendMutations } from "../mutations/planning.ts";
import type { ChargeSpec, OwnerSpec } from "../mutations/routing.ts";
import type { Reads } from "../reads/reads.ts";
import type { AccountReads } from "./account-reads.ts";
import { acceptsOf, alignment, type DriftField, driftFields, type Profile, readUntaxedProfiles, tells } from "./drift.ts";
import type { Account, Member } from "./model.ts";
import type { AccountMutations } from "./planning.ts";

type AlignInput = AccountMutations["alignCustomers"]["input"];
/** The mutations whose inputs may name accounts. */
type Resolved = Pick<BackendMutations, "createCharge" | "createCharges" | "createCredit" | "createCredits"> &
  Pick<AccountMutations, "alignCustomers">;
type CustomerAlignment = NonNullable<AlignInput["changes"]>[number];

/** The customer of a charge or credit, given as an account and a backend. */
interface AccountOwner {
  readonly accountId: string;
  readonly backend: string;
}

interface ResolverSource {
  readonly backends: Backends;
  /** Reads that go to the backends: a change based on a cache could undo what others have changed since. */
  readonly readsNow: () => Reads;
}

/** Resolves accounts in inputs: the customer of a charge or credit, and the changes that align customers. */
export function createResolvers(
  accounts: Pick<AccountReads, "byId">,
  { backends, readsNow }: ResolverSource,
): Resolvers<Resolved> {
  /** Charges or credits with their customers. Where `earlier` names the same account and backend, its customer is kept. */
  async function owned<Spec extends OwnerSpec>(
    specs: readonly Spec[],
    pathOf: (index: number) => readonly string[],
    earlier: () => Promise<readonly Spec[] | null>,
  ): Promise<readonly Spec[]> {
    // Checked before an earlier call is looked for: contradictory input cannot be a repetition.
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
      if (!tells(field, model))
        throw invalidInput(["input", "fields", String(index)], "the customer given as from has no such value");
    }
    // Fails if any customer could not be read: the operation would be recorded, and repeated, without it.
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

/** The caller's input without the changes found for it. */
function said({ accountId, from, fields }: AlignInput): Pick<AlignInput, "accountId" | "from" | "fields"> {
  return { accountId, from, fields };
}

/** Null if the input names no account. INVALID_INPUT if it names only account or backend, or another owner as well. */
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
      throw unsupported("", "Tax liability is not part of a customer: use setTaxLiability.", place);
    }
  }
}

/** The profiles. Throws the first failure if one of them could not be read. */
function allRead(read: readonly (Profile | BillingError)[]): readonly Profile[] {
  return read.map((profile) => {
    if (profile instanceof BillingError) throw profile;
    return profile;
  });
}

/** INVALID_INPUT at `field` for anything but an account's id, NOT_FOUND if the account does not exist for the caller. */
async function accountOf(accounts: Pick<AccountReads, "byId">, globalId: string, field: readonly string[]): Promise<Account> {
  const decoded = decodeId(globalId);
  if (!decoded) throw invalidInput(field, "is not an id of this gateway");
  if (decoded.type !== "Account") throw invalidInput(field, `is the id of a ${decoded.type}, not of an Account`);
  const account = await accounts.byId(decoded.id);
  if (!account) throw new BillingError("NOT_FOUND", "The account does not exist.", { field });
  return account;
}
