/** The folder of package.json. It is one folder up from here, and from dist, where all code of the built program lies in one folder. */
export const packageRoot = new URL("../", import.meta.url);
