import { Alert, Text } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { useNow } from "../now.ts";
import type { Patience } from "./patience.ts";

/** Says that the gateway asks to wait. Queries are retried by themselves. */
export function WaitingNotice({ patience }: { readonly patience: Patience }) {
  const until = useSyncExternalStore(patience.subscribe, patience.until);
  return until > 0 && <Waiting key={until} until={until} />;
}

function Waiting({ until }: { readonly until: number }) {
  const seconds = Math.ceil((until - useNow()) / 1000);
  if (seconds <= 0) return null;
  return (
    <Alert color="yellow" title="Too many requests in a short time" role="status" mb="lg">
      <Text size="sm">
        The gateway asks to wait. Missing data loads automatically
        {/* Screen readers must not read it every second. */}
        <span aria-hidden> in {seconds} s</span>.
      </Text>
    </Alert>
  );
}
