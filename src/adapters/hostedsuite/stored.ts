import type { Members } from "../../adapter/kit/looking.ts";
import { isRow } from "../../adapter/kit/reading.ts";
import { isStoredAmount } from "../../adapter/kit/stored-amount.ts";
import { isStoredCode, isStoredText } from "../../adapter/kit/stored-text.ts";

/**
 * How a write is recognised. HostedSuite takes no mark of ours along and knows no idempotency key (contract 2.10), so what was sent
 * is compared with what is stored: by the names of the unified input, each member in one form.
 */
export type IsStored = (member: string, sent: unknown, stored: unknown) => boolean;

const kinds: Readonly<Record<string, "text" | "code" | "amount" | "address">> = {
  name: "text",
  firstName: "text",
  lastName: "text",
  phone: "text",
  notes: "text",
  description: "text",
  email: "code",
  reference: "code",
  amount: "amount",
  fixedAmount: "amount",
  address: "address",
};

/** Whether a member is what a backend may have made of the one that was sent. What has no text in it is as it was sent, or it is not. */
export function isStoredIn(currency: string): IsStored {
  return (member, sent, stored) => {
    switch (kinds[member]) {
      case "text":
        return isStoredText(textIn(sent), textIn(stored));
      case "code":
        return isStoredCode(textIn(sent), textIn(stored));
      case "amount":
        return isStoredAmount(textIn(sent), typeof stored === "string" ? stored : null, currency);
      case "address":
        return isStoredAddress(sent, stored);
      default:
        return sent === stored;
    }
  };
}

/** The members in which a record is not as it was sent. */
export function differing(sent: Members, stored: Members, isStored: IsStored): string[] {
  return Object.keys(sent).filter((member) => !isStored(member, sent[member], stored[member]));
}

/** Without the members that are not given. */
export function given(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** Of an address, the parts that were sent. */
function isStoredAddress(sent: unknown, stored: unknown): boolean {
  if (!isRow(sent)) return false;
  const parts = isRow(stored) ? stored : {};
  return Object.entries(sent).every(([part, value]) => isStoredText(textIn(value), textIn(parts[part])));
}

/** A text that was sent empty is shown as none. */
function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}
