/** The page and the gateway share one address: nothing to configure for browsers. */
const proxy = { "/graphql": process.env.GATEWAY_ORIGIN ?? "http://127.0.0.1:4000" };

export default { server: { proxy }, preview: { proxy } };
