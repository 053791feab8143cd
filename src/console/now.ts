import { useInterval } from "@mantine/hooks";
import { useState } from "react";

/** Milliseconds since 1970, anew each second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useInterval(() => setNow(Date.now()), 1_000, { autoInvoke: true });
  return now;
}
