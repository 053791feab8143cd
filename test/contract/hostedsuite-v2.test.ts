import { hostedSuiteV2Dialect } from "./hostedsuite-v2-dialect.ts";
import { contractSuite } from "./suite.ts";

contractSuite("HostedSuite v2", hostedSuiteV2Dialect);
