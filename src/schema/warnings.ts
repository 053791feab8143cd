import { type Warning as Shape, warningCodes } from "../model/warnings.ts";
import { builder } from "./builder.ts";
import { describedEnum } from "./described-enum.ts";
import { formFieldOf } from "./errors.ts";

const WarningCode = describedEnum("WarningCode", "What should be known of a write that succeeded.", warningCodes);

export const Warning = builder.objectRef<Shape>("Warning").implement({
  description: "What a caller should know of a write that succeeded: of it, nothing is sent again.",
  fields: (t) => ({
    code: t.field({ type: WarningCode, description: "What it is about, as a code.", resolve: ({ code }) => code }),
    message: t.exposeString("message", { description: "A sentence that a person can act on; it holds no values." }),
    field: t.field({
      type: ["String"],
      nullable: true,
      description:
        'Path of the input that it is about, e.g. ["input", "charge", "amount"]. Null where it is about no single one.',
      resolve: ({ field }) => (field === null ? null : [...field]),
    }),
    formField: t.string({
      nullable: true,
      description: 'The same as forms name their fields: its path below "input", e.g. "charge.amount".',
      resolve: ({ field }) => (field === null ? null : formFieldOf(field)),
    }),
    sent: t.exposeString("sent", {
      nullable: true,
      description:
        'What was sent, as text; null where nothing was. "(left out)" of another caller\'s operation, unless one sees all of every backend.',
    }),
    stored: t.exposeString("stored", {
      nullable: true,
      description: "What the backend shows instead, as text; null where it shows nothing. Left out as `sent` is.",
    }),
  }),
});
