import { hash } from "node:crypto";
import type { Description, DirectoryType, Source } from "../../src/directory/model.ts";
import { wordsOfRecord } from "../../src/directory/words.ts";

export const customers: Source = { type: "Customer", backend: "pbx" };

/** A customer of `customers`, unless the changes say otherwise. */
export function description(
  id: string,
  changes: Partial<Description> & { readonly others?: readonly string[] } = {},
): Description {
  const { others = [], ...members } = changes;
  const name = members.name ?? `Customer ${id}`;
  return {
    type: "Customer" satisfies DirectoryType,
    backend: "pbx",
    id,
    name,
    ...wordsOfRecord({ name, exact: [], others }),
    data: {
      organizationName: name,
      firstName: null,
      lastName: null,
      email: others[0] ?? null,
      phone: null,
      reference: null,
      postalCode: null,
      city: null,
      country: null,
      status: "ACTIVE",
    },
    // Of any text, like a real one.
    fingerprint: hash("sha256", `${name} ${others.join(" ")}`),
    createdAt: null,
    updatedAt: null,
    ...members,
  };
}
