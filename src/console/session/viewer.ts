import { createContext, useContext } from "react";

/** The person at the console, and what the gateway grants them. */
export interface Viewer {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Null if nobody signed in, as the gateway asks for no key. */
  readonly signOut: (() => void) | null;
}

/** Scopes that change what the console offers. The gateway enforces them. */
export type Scope = "write" | "approve" | "admin";

export const ViewerContext = createContext<Viewer | null>(null);

export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error("No user is signed in here: use this below <SessionGate>.");
  return viewer;
}

/** Hides what the gateway would refuse. */
export function useMay(scope: Scope): boolean {
  return useViewer().scopes.includes(scope);
}
