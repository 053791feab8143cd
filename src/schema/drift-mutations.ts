import { decodeId } from "../model/id.ts";
import { access } from "./access.ts";
import { builder, type Mutations } from "./builder.ts";
import { cost } from "./cost.ts";
import { CustomerResult } from "./customer-mutations.ts";
import { DriftField } from "./drift.ts";
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
  description: "Which customers are to agree, and in what.",
  fields: (t) => ({
    accountId: t.id({ required: true, description: "Whose customers." }),
    from: t.id({ required: true, description: "The customer of the account that has it right." }),
    fields: t.field({
      type: [DriftField],
      required: true,
      description: "What the others are given of it. TAX_LIABILITY is set with setTaxLiability instead.",
    }),
    ...writeOptionFields(t),
  }),
});

builder.mutationFields((t) => ({
  alignCustomers: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.write,
    type: AlignCustomersPayload,
    description:
      "Gives the other customers of an account what one of them has, where they differ: one result for each that does. A backend that cannot take a field refuses at its own target, and the others go on. The values are read from the backends themselves before the call is recorded, and repeating it with its key writes the same ones. While one of the customers cannot be read, the whole call fails with the reason, and nothing is recorded or sent: repeat it later, or unlink a customer that does not exist any more.",
    args: { input: t.arg({ type: AlignCustomersInput, required: true, description: "Whose value, and for what." }) },
    resolve: (_root, { input }, { writes }) => writes.alignCustomers(input),
  }),
}));
