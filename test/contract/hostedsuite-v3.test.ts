import { hostedSuiteV3Dialect } from "./hostedsuite-v3-dialect.ts";
import { contractSuite } from "./suite.ts";

contractSuite("HostedSuite v3", hostedSuiteV3Dialect);
