import { type Warning as Shape, warningCodes } from "../model/warnings.ts";
import { builder } from "./builder.ts";
import { describedEnum } from "./described-enum.ts";
import { formFieldOf } from "./errors.ts";

const WarningCode = describedEnum("WarningCode", "Kind of a warning.", warningCodes);

export const Warning = builder.objectRef<Shape>("Warning").implement({
  description: "What a caller should know about a write that succeeded. Nothing is sent again because of it.",
  fields: (t) => ({
    code: t.field({ type: WarningCode, description: "The kind as a code.", resolve: ({ code }) => code }),
    message: t.exposeString("message", { description: "A sentence that a person can act on. It contains no values." }),
    field: t.field({
      type: ["String"],
      nullable: true,
      description:
        'Path of the input member that it is about, e.g. ["input", "charge", "amount"]. Null if it is about no single member.',
      resolve: ({ field }) => (field === null ? null : [...field]),
    }),
    formField: t.string({
      nullable: true,
      description: 'The same member as a form names its fields: the path below "input", e.g. "charge.amount".',
      resolve: ({ field }) => (field === null ? null : formFieldOf(field)),
    }),
    sent: t.exposeString("sent", {
      nullable: true,
      description:
        'The value that was sent, as text; null if none was. "(left out)" if the operation is another caller\'s, unless this caller sees everything in all backends.',
    }),
    stored: t.exposeString("stored", {
      nullable: true,
      description: "The value that the backend shows instead, as text; null if it shows none. Left out as `sent` is.",
    }),
  }),
});
