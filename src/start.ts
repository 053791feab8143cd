import { pino } from "pino";
import { compose, type GatewayConfiguration } from "./composition.ts";
import { withoutCredentials } from "./server/auth/authenticate.ts";
import { withConsole } from "./server/console.ts";
import { createGateway } from "./server/gateway.ts";
import { listen } from "./server/listen.ts";
import { createTelemetry } from "./server/telemetry/telemetry.ts";

export interface RunningGateway {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** Starts the gateway that a configuration describes. Rejects when the store cannot be opened or the address cannot be had. */
export async function startGateway(configuration: GatewayConfiguration, sampleCustomerId?: string): Promise<RunningGateway> {
  const { server, limits } = configuration;
  const logger = pino({ level: configuration.telemetry.logLevel, serializers: { error: pino.stdSerializers.err } });
  const composition = await compose(configuration, logger);
  const { graphiql, introspection, debug, cors } = server;
  const gateway = createGateway({
    services: composition.services,
    logger,
    authenticate: withoutCredentials,
    telemetry: createTelemetry(configuration.telemetry, logger),
    limits,
    graphiql,
    introspection,
    debug,
    cors,
    sampleCustomerId,
  });
  try {
    await composition.announce();
    const listening = await listen(withConsole(gateway), {
      host: server.host,
      port: server.port,
      maxBodyBytes: limits.maxBodyBytes,
    });
    composition.keepHouse();
    return {
      origin: listening.origin,
      close: async () => {
        await listening.close(server.shutdownGraceMs);
        await composition.close();
      },
    };
  } catch (error) {
    await composition.close();
    throw error;
  }
}
