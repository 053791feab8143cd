import { pino } from "pino";
import { compose, type GatewayConfiguration } from "./composition.ts";
import { withConsole } from "./server/console.ts";
import { createGateway } from "./server/gateway.ts";
import { listen } from "./server/listen.ts";

export interface RunningGateway {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** Starts the gateway that a configuration describes. Rejects when the store cannot be opened or the address cannot be had. */
export async function startGateway(configuration: GatewayConfiguration, sampleCustomerId?: string): Promise<RunningGateway> {
  const { server, limits, telemetry } = configuration;
  const logger = pino({ level: telemetry.logLevel, serializers: { error: pino.stdSerializers.err } });
  const composition = await compose(configuration, logger);
  const { graphiql, introspection, debug, cors } = server;
  const gateway = createGateway({
    services: composition.services,
    logger,
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
