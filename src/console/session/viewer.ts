import { createContext, useContext } from "react";

/** Who looks at the console, and what the gateway grants them. */
export interface Viewer {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Null where nobody signed in, because the gateway asks for no key. */
  readonly signOut: (() => void) | null;
}

/** Scopes that make a difference to what the console offers; the gateway has the last word. */
export type Scope = "write" | "approve" | "admin";

export const ViewerContext = createContext<Viewer | null>(null);

export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error("Nobody has been let in here: this belongs below <SessionGate>.");
  return viewer;
}

/** What would be refused is left out of the page. */
export function useMay(scope: Scope): boolean {
  return useViewer().scopes.includes(scope);
}
