import { contractSuite } from "./suite.ts";
import { v01Dialect } from "./v01-dialect.ts";

contractSuite("v01", v01Dialect);
