import { type Sandbox, startSandbox } from "./index.ts";

/** The sandbox behind a gateway without configuration: on the usual ports if they are free, otherwise on any. */
export async function startDefaultSandbox(portBase: number | undefined): Promise<Sandbox> {
  if (portBase === undefined) return startSandbox();
  try {
    return await startSandbox({ portBase });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return startSandbox();
  }
}
