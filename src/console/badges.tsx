import { Badge, Box } from "@mantine/core";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { BackendSummaryFragment, ChargeStatus, CustomerStatus, HealthStatus } from "../client/index.ts";
import { useBackendsQuery } from "../client/react/index.ts";
import { systemOf } from "./backends/capabilities.ts";
import { wordsOf } from "./format.ts";
import { backendColors, chargeStatusColors, customerStatusColors, healthColors, unknownColor } from "./palette.ts";

const ColorsContext = createContext<ReadonlyMap<string, string>>(new Map());

/** Gives each backend its colour, the same in all views. */
export function BackendColors({ children }: { readonly children: ReactNode }) {
  const backends = useBackendsQuery({}).data?.backends;
  // Some pages refresh the answer every few seconds, but the set of backends hardly ever changes.
  const keys = (backends ?? []).map(({ key }) => key).join("\n");
  const colors = useMemo(() => backendColors(keys === "" ? [] : keys.split("\n")), [keys]);
  return <ColorsContext value={colors}>{children}</ColorsContext>;
}

/** Returns the function that maps a backend's key to its colour. */
export function useBackendColor(): (backend: string) => string {
  const colors = useContext(ColorsContext);
  return (backend) => colors.get(backend) ?? unknownColor;
}

/** Stands before a backend's label. Decoration: it only repeats the label. */
export function BackendDot({ backend }: { readonly backend: string }) {
  return <Box component="span" aria-hidden data-backend={backend} bg={useBackendColor()(backend)} style={dot} />;
}

const dot = { display: "inline-block", width: 8, height: 8, borderRadius: "50%", flexShrink: 0 } as const;

/** Small coloured words. The colour only repeats the word. */

export const HealthBadge = ({ status }: { readonly status: HealthStatus }) => (
  <Badge color={healthColors[status]} variant="dot">
    {wordsOf(status)}
  </Badge>
);

export const CustomerStatusBadge = ({ status }: { readonly status: CustomerStatus }) => (
  <Badge color={customerStatusColors[status]}>{wordsOf(status)}</Badge>
);

export const ChargeStatusBadge = ({ status }: { readonly status: ChargeStatus }) => (
  <Badge color={chargeStatusColors[status]}>{wordsOf(status)}</Badge>
);

export const BackendBadge = ({ backend }: { readonly backend: BackendSummaryFragment }) => (
  <Badge
    color="gray"
    variant="default"
    title={`${backend.label}: ${systemOf(backend)}`}
    leftSection={<BackendDot backend={backend.key} />}
  >
    {backend.label}
  </Badge>
);
