export type { HostedSuiteV2Options, HostedSuiteV3Options } from "./options.ts";
export { createHostedSuiteV2 } from "./v2.ts";
export { createHostedSuiteV3 } from "./v3.ts";
