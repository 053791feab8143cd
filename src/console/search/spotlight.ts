import { createSpotlight } from "@mantine/spotlight";

/** State of the global search, in a file of its own: the header's button needs it before the search itself is loaded. */
export const [searchStore, search] = createSpotlight();
