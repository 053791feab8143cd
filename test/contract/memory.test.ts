import { memoryDialect } from "./memory-dialect.ts";
import { contractSuite } from "./suite.ts";

contractSuite("in memory", memoryDialect);
