import { enswitchDialect } from "./enswitch-dialect.ts";
import { contractSuite } from "./suite.ts";

contractSuite("Enswitch", enswitchDialect);
