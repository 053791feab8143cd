import { inventedDialect, readOnlyDialect } from "./invented-dialect.ts";
import { contractSuite } from "./suite.ts";

contractSuite("a kind that creates charges only", inventedDialect);
contractSuite("a kind that only reads", readOnlyDialect);
