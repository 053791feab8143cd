import type { Socket } from "node:net";
import { getCACertificates } from "node:tls";
import { buildConnector } from "undici";

/** In bytes; longer than any interim answer. Anything longer is passed on as it is, and not understood. */
const longest = 65_536;

const interim = /^HTTP\/1\.[01] 1(?!01)\d\d[ \r\n]/;
const beginnings = ["HTTP/1.1 1", "HTTP/1.0 1"];
const beginningLength = "HTTP/1.1 1".length;
const one = 0x31;

/**
 * Removes interim answers (100, 102, 103) from what a socket reads. A client must be able to parse them even if it did not ask for any
 * (RFC 9110, 15.2), but undici takes a 100 for a broken connection, which would make a write's outcome unknown. They can only stand
 * before an answer: after something was written.
 */
function withoutInterimAnswers(socket: Socket): void {
  const { read, write } = socket;
  let isBeforeAnswer = true;
  let held: Buffer | null = null;

  function nextOf(chunk: Buffer): Buffer | null {
    let bytes: Buffer = held ? Buffer.concat([held, chunk]) : chunk;
    held = null;
    for (;;) {
      // Nearly all answers show at their tenth byte that they are final: "HTTP/1.1 2".
      if (bytes.length >= beginningLength && bytes[beginningLength - 1] !== one) {
        isBeforeAnswer = false;
        return bytes;
      }
      const start = bytes.toString("latin1", 0, 13);
      const isWhole = interim.test(start);
      const mayBecome = beginnings.some((beginning) => (start.length < 13 ? beginning.startsWith(start.slice(0, 10)) : false));
      if ((!isWhole && !mayBecome) || bytes.length > longest) {
        isBeforeAnswer = false;
        return bytes;
      }
      const end = bytes.indexOf("\r\n\r\n");
      if (!isWhole || end === -1) {
        held = bytes;
        return null;
      }
      bytes = bytes.subarray(end + 4);
      if (bytes.length === 0) return null;
    }
  }

  socket.write = ((...parameters: Parameters<Socket["write"]>) => {
    isBeforeAnswer = true;
    return write.apply(socket, parameters);
  }) as Socket["write"];
  socket.read = (size) => {
    for (;;) {
      const chunk = read.call(socket, size) as Buffer | null;
      if (chunk === null || !isBeforeAnswer) return chunk;
      const next = nextOf(chunk);
      if (next !== null) return next;
    }
  };
}

/**
 * Connects like undici, but resets (RST) a connection that is given up, instead of closing it (FIN). After a close, the kernel goes on for
 * many minutes to deliver what was written: a write that a network delayed could arrive long after the gateway has settled that it did
 * not. A reset drops what was not delivered.
 *
 * It speaks HTTP/1.1 only; undici would let the server choose. With HTTP/2 all calls share one connection, so one of them could not be
 * reset without the others.
 */
export function resettingConnector({ proxy, timeout, tls }: ConnectorOptions): buildConnector.connector {
  const connect = buildConnector({ timeout, ...trustOf(tls), allowH2: false });
  // Under TLS and through a proxy, only the lowest socket can be reset.
  const connectPlain = buildConnector({ timeout });
  const through = proxy ? { proxy: new URL(proxy), timeout } : null;
  return (target, callback) => {
    const isPlain = target.protocol !== "https:";
    const port = target.port || (isPlain ? "80" : "443");
    if (isPlain && !through) return connect(target, withReset(null, callback));
    const first = through
      ? { ...target, hostname: unbracketed(through.proxy.hostname), host: through.proxy.host, port: through.proxy.port || "80" }
      : target;
    connectPlain({ ...first, protocol: "http:", port: through ? first.port : port }, (error, plain) => {
      if (error) return callback(error, null);
      if (!through) return connect({ ...target, httpSocket: plain }, withReset(plain, callback));
      tunnelTo(`${bracketed(target.hostname)}:${port}`, through, plain).then(
        () => {
          if (isPlain) withReset(null, callback)(null, plain);
          else connect({ ...target, httpSocket: plain }, withReset(plain, callback));
        },
        (reason: Error) => callback(reason, null),
      );
    });
  };
}

/** An IPv6 address has brackets in an address bar and in CONNECT (RFC 3986, 3.2.2), and none where a socket is opened. */
const bracketed = (hostname: string): string => (hostname.includes(":") ? `[${unbracketed(hostname)}]` : hostname);
const unbracketed = (hostname: string): string => hostname.replace(/^\[|\]$/g, "");

interface ConnectorOptions {
  /** Time for a connection, and again for a proxy's answer, in milliseconds. */
  readonly timeout: number;
  /** "http://proxy.example.com:3128", with user and password if the proxy needs them. */
  readonly proxy?: string | undefined;
  readonly tls?: TlsTexts | undefined;
}

/** PEM texts: an authority that is trusted besides the usual ones, and the gateway's own certificate with its key. */
export interface TlsTexts {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly passphrase?: string | undefined;
}

/** Node's option `ca` replaces the default authorities, so they are added again. */
function trustOf({ ca, ...own }: TlsTexts = {}) {
  return ca === undefined ? own : { ...own, ca: [...getCACertificates("default"), ca] };
}

/** @param below the socket below a TLS socket; null if there is none */
function withReset(below: Socket | null, callback: buildConnector.Callback): buildConnector.Callback {
  return (...[error, socket]) => {
    if (error) return callback(error, null);
    const { destroy } = socket;
    socket.destroy = (reason) => {
      socket.destroy = destroy;
      if (!reason) return destroy.call(socket);
      // The functions called below destroy the socket without a reason, but undici needs the reason to fail its requests.
      socket.destroy = () => destroy.call(socket, reason);
      if (!below) return socket.resetAndDestroy();
      // Only the lower socket is reset; the TLS socket above ends when it has closed. Destroying that in the turn in which it was
      // connected crashes the process (SIGSEGV, Node 26.10).
      below.resetAndDestroy();
      return socket;
    };
    withoutInterimAnswers(socket);
    callback(null, socket);
  };
}

/** In bytes; longer than any proxy's answer to CONNECT. */
const longestHead = 65_536;

/**
 * Turns the socket to a proxy into one to the target: CONNECT (RFC 9110, 9.3.6), for http: targets as well. Done by hand, so that the
 * socket has no parser on it and can be reset like any other.
 */
function tunnelTo(target: string, { proxy, timeout }: { proxy: URL; timeout: number }, plain: Socket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { username, password } = proxy;
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
  const authorization = username === "" ? "" : `proxy-authorization: Basic ${credentials}\r\n`;
  let head = "";

  const end = (): void => {
    clearTimeout(timer);
    plain.off("readable", read).off("error", failed).off("end", ended);
  };
  const failed = (reason: Error): void => {
    end();
    plain.on("error", () => {}).destroy();
    reject(reason);
  };
  const ended = (): void => failed(new ProxyRefusedError());
  const read = (): void => {
    for (let part = plain.read(); part !== null; part = plain.read()) head += (part as Buffer).toString("latin1");
    if (!head.includes("\r\n\r\n") && head.length < longestHead) return;
    // Nobody has written to the target yet, so nothing may follow the head.
    if (/^HTTP\/1\.[01] 200[ \r]/.test(head) && head.endsWith("\r\n\r\n")) {
      end();
      resolve();
    } else failed(new ProxyRefusedError());
  };
  const timer = setTimeout(ended, timeout);
  plain.on("readable", read).on("error", failed).on("end", ended);
  plain.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n${authorization}\r\n`);
  return promise;
}

/** The proxy refuses, or does not answer: nothing has reached the backend. */
class ProxyRefusedError extends Error {
  override readonly name = "ProxyRefusedError";
  readonly code = "PROXY_REFUSED";
}
