import { useInterval } from "@mantine/hooks";
import { useState } from "react";
import { type CalendarDate, instantOf } from "../client/index.ts";

/** Milliseconds since 1970, updated each second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useInterval(() => setNow(Date.now()), 1_000, { autoInvoke: true });
  return now;
}

/** Today in the reader's time zone. */
export function today(): CalendarDate {
  const now = new Date();
  return instantOf(new Date(now.getTime() - now.getTimezoneOffset() * 60_000)).slice(0, 10) as CalendarDate;
}
