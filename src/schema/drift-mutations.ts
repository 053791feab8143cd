import { decodeId } from "../model/id.ts";
import { builder, type Mutations } from "./builder.ts";
import { cost } from "./cost.ts";
import { CustomerResult } from "./customer-mutations.ts";
import { DriftField } from "./drift.ts";
import { mutation } from "./mutation.ts";
import { fanOutPayloadType } from "./payloads.ts";
import { accountRef } from "./refs.ts";
import { writeOptionFields } from "./values.ts";

const AlignCustomersPayload = fanOutPayloadType("AlignCustomersPayload", CustomerResult);

builder.objectField(AlignCustomersPayload, "account", (t) =>
  t.field({
    extensions: cost({ counts: "lookup" }),
    type: accountRef,
    nullable: true,
    description: "The account whose customers were aligned.",
    resolve: ({ operation }, _arguments, { accounts }) => {
      const { accountId } = operation.input as Mutations["alignCustomers"]["input"];
      const decoded = decodeId(accountId);
      return decoded && accounts.byId(decoded.id);
    },
  }),
);

const AlignCustomersInput = builder.inputType("AlignCustomersInput", {
  description: "The customers to align, and the fields.",
  fields: (t) => ({
    accountId: t.id({ required: true, description: "Global id of the account." }),
    from: t.id({ required: true, description: "Global id of the customer of the account whose values are right." }),
    fields: t.field({
      type: [DriftField],
      required: true,
      description: "The fields that the other customers get from it. TAX_LIABILITY is refused: use setTaxLiability.",
    }),
    ...writeOptionFields(t),
  }),
});

mutation("alignCustomers", {
  type: AlignCustomersPayload,
  description:
    "Gives the values of one customer of an account to the others, where they differ. There is one result for each customer that differs. If a backend cannot take a field, its target fails and the others go on. The values are read from the backends before the call is recorded; repeating the call with its key writes the same values. If a customer cannot be read, the whole call fails with the reason, and nothing is recorded or sent: repeat it later, or unlink a customer that does not exist any more.",
  input: AlignCustomersInput,
  about: "The account, the customer whose values are right, and the fields.",
  resolve: (input, { writes }) => writes.alignCustomers(input),
});
