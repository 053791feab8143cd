import { Box } from "@mantine/core";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useBackendsQuery } from "../../client/react/index.ts";
import { backendColors, unknownColor } from "./palette.ts";

const ColorsContext = createContext<ReadonlyMap<string, string>>(new Map());

/** Gives every backend its colour, the same in every view. */
export function BackendColors({ children }: { readonly children: ReactNode }) {
  const backends = useBackendsQuery({}).data?.backends;
  // The answer changes every few seconds on some pages; who is in it hardly ever.
  const keys = (backends ?? []).map(({ key }) => key).join("\n");
  const colors = useMemo(() => backendColors(keys === "" ? [] : keys.split("\n")), [keys]);
  return <ColorsContext value={colors}>{children}</ColorsContext>;
}

/** The colour of a backend, by its key. */
export function useBackendColor(): (backend: string) => string {
  const colors = useContext(ColorsContext);
  return (backend) => colors.get(backend) ?? unknownColor;
}

/** Stands before a backend's label, and repeats only what that says. */
export function BackendDot({ backend }: { readonly backend: string }) {
  return <Box component="span" aria-hidden data-backend={backend} bg={useBackendColor()(backend)} style={dot} />;
}

const dot = { display: "inline-block", width: 8, height: 8, borderRadius: "50%", flexShrink: 0 } as const;
