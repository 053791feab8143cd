/** What the program is started with, in every place that starts it: see src/main.ts. */
export const nodeFlags: readonly string[] = ["--max-semi-space-size=16"];
