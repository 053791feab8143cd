import type { Caller } from "./function.ts";
import type { EnswitchOptions } from "./options.ts";
import type { RawParameters } from "./parameters.ts";
import type { State } from "./state.ts";

export const nobody: Caller = { person: 0, customer: 0, privileges: new Set() };

export interface Authentication {
  /** The person behind `auth_username` and `auth_password`, or `auth_token`; undefined if they are wrong or missing. */
  readonly authenticate: (raw: RawParameters, time: number) => Caller | undefined;
  /** The answer of user/login with `token=1` (guide 4.4, tokens). */
  readonly issueToken: (person: number, time: number) => Readonly<Record<string, string | number>>;
}

/** Keeps the tokens it has issued. They are opaque to clients, so a number and the person's id are enough here. */
export const createAuthentication = (state: State, options: Pick<EnswitchOptions, "pre40" | "tokens">): Authentication => {
  const { expirySeconds = 3600, omitExpires = false } = options.tokens ?? {};
  const tokens = new Map<string, { readonly person: number; readonly expires: number }>();

  const personOfToken = (token: string, time: number): number | undefined => {
    const issued = tokens.get(token);
    return issued !== undefined && time < issued.expires ? issued.person : undefined;
  };

  const personOfPassword = (raw: RawParameters): number | undefined => {
    const username = raw.get("auth_username");
    const password = raw.get("auth_password");
    for (const person of state.people.values()) {
      if (person.username === username && person.password === password) return person.id;
    }
    return undefined;
  };

  return {
    authenticate: (raw, time) => {
      const token = options.pre40 === true ? undefined : raw.get("auth_token");
      const person = state.people.get((token === undefined ? personOfPassword(raw) : personOfToken(token, time)) ?? 0);
      // A deleted customer can no longer use the system (guide 4.4, customers/delete).
      if (person === undefined || state.customers.get(person.customer)?.deleted !== 0) return undefined;
      const privileges = state.roles.get(person.role)?.privileges ?? nobody.privileges;
      return { person: person.id, customer: person.customer, privileges };
    },
    issueToken: (person, time) => {
      const token = `sandbox.${person}.${tokens.size + 1}.${time}`;
      const expires = time + expirySeconds;
      tokens.set(token, { person, expires });
      return { auth_token: token, auth_token_expiry: expirySeconds, ...(!omitExpires && { auth_token_expires: expires }) };
    },
  };
};
