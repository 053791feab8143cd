import type { Socket } from "node:net";
import { buildConnector } from "undici";

/**
 * Connects like undici, but a connection that is given up is reset (RST) instead of closed (FIN). After a close, the kernel goes on for
 * many minutes to deliver what was written: a write that a network held up would then arrive long after the gateway has settled that it
 * did not. A reset drops what was not delivered.
 */
export function resettingConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector(options);
  // Under TLS, only the socket below can be reset.
  const connectPlain = buildConnector(options);
  return (target, callback) => {
    if (target.protocol !== "https:") return connect(target, withReset(null, callback));
    const port = target.port || "443";
    connectPlain({ ...target, protocol: "http:", port }, (error, plain) => {
      if (error) callback(error, null);
      else connect({ ...target, httpSocket: plain }, withReset(plain, callback));
    });
  };
}

/** @param below the socket below a TLS one; null where there is none */
function withReset(below: Socket | null, callback: buildConnector.Callback): buildConnector.Callback {
  return (...[error, socket]) => {
    if (error) return callback(error, null);
    const { destroy } = socket;
    socket.destroy = (reason) => {
      socket.destroy = destroy;
      if (!reason) return destroy.call(socket);
      if (below) {
        below.resetAndDestroy();
        return destroy.call(socket, reason);
      }
      // It destroys the socket without a reason; undici tells by it how its requests have ended.
      socket.destroy = () => destroy.call(socket, reason);
      return socket.resetAndDestroy();
    };
    callback(null, socket);
  };
}
