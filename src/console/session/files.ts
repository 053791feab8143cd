import { createContext, useContext } from "react";
import type { Session } from "./session.ts";

/** Sends and reads files, which do not go through GraphQL, with the session's key. */
export interface Files {
  /** Sends a file. Fails with the gateway's message. */
  readonly upload: (path: string, file: Blob, type: string) => Promise<{ readonly id: string }>;
  readonly read: (path: string) => Promise<string>;
}

export function createFiles({ headers }: Pick<Session, "headers">, send: typeof globalThis.fetch): Files {
  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await send(path, { ...init, headers: { ...headers(), ...init.headers } });
    if (response.ok) return response;
    const answer = (await response.json().catch(() => ({}))) as { readonly errors?: readonly { readonly message: string }[] };
    throw new Error(answer.errors?.map(({ message }) => message).join(" ") ?? `The gateway answers with ${response.status}.`);
  }
  return {
    upload: async (path, file, type) =>
      (await (await ask(path, { method: "POST", body: file, headers: { "content-type": type } })).json()) as { id: string },
    read: async (path) => (await ask(path)).text(),
  };
}

export const FilesContext = createContext<Files | null>(null);

export function useFiles(): Files {
  const files = useContext(FilesContext);
  if (!files) throw new Error("No <FilesContext> was found: use this below it.");
  return files;
}
