import { Anchor, List, Text } from "@mantine/core";
import { Fragment } from "react";
import { Link } from "wouter";
import type { WarningDetailsFragment } from "../../client/generated/graphql.ts";

interface Properties {
  /** The message of LIKELY_DUPLICATE, with ids and the name of the option, which are for programs. */
  readonly message: string;
  readonly refused: boolean;
}

/** Says for people which charge or credit looks the same, or was executed already, with links to the earlier operations. */
export function Likeness({ message, refused }: Properties) {
  const [, compared] = /\(([^()]+)\)/.exec(message) ?? [];
  const [, what, place] = /\b(charge|credit) (\d+) of this call/.exec(message) ?? [];
  const operations = Array.from(message.matchAll(/\boperation ([\w-]{16,})/g), ([, id = ""]) => id);
  return (
    <>
      {compared === undefined
        ? "The money for this charge was taken a short time ago already."
        : `It looks the same as ${place === undefined ? "an earlier one" : `${what} ${place} of this list`}: ${compared}.`}
      {refused && " Nothing was sent."}
      {operations.map((id, index) => (
        <Fragment key={id}>
          {" "}
          <Anchor component={Link} href={`/operations/${encodeURIComponent(id)}`} size="sm">
            {index === 0 ? "Show the earlier one" : "Show another one"}
          </Anchor>
        </Fragment>
      ))}
    </>
  );
}

/** The warnings of a write that succeeded: the member, what was sent and what is stored. */
export function WarningList({ warnings }: { readonly warnings: readonly WarningDetailsFragment[] }) {
  if (warnings.length === 0) return null;
  return (
    <List size="sm" aria-label="Warnings" spacing={4}>
      {warnings.map((warning) => (
        <List.Item key={`${warning.code} ${warning.field?.join(".")}`}>
          <OneWarning warning={warning} />
        </List.Item>
      ))}
    </List>
  );
}

function OneWarning({ warning: { code, message, sent, stored } }: { readonly warning: WarningDetailsFragment }) {
  return (
    <Text size="sm" component="div" style={{ overflowWrap: "anywhere", whiteSpace: "pre-line" }}>
      {code === "LIKELY_DUPLICATE" ? <Likeness message={message} refused={false} /> : message}
      {(sent !== null || stored !== null) && (
        <>
          {" "}
          Sent: {sent ?? "nothing"} · stored: {stored ?? "nothing"}
        </>
      )}
    </Text>
  );
}
