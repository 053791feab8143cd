import { List, Text } from "@mantine/core";
import type { WarningDetailsFragment } from "../../client/generated/graphql.ts";
import { Likeness } from "./likeness.tsx";

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
