/**
 * The right to send the request of one step, for a short time from the commit that recorded it as SENDING. A process that takes the
 * operation over relies on it: nothing leaves later.
 */
export interface Permit {
  /**
   * Called in the turn of the event loop in which the request is handed to a connected socket. False: the permit has expired, and the
   * request must not leave. True: from now on the request may have reached the backend.
   */
  readonly take: () => boolean;
}
