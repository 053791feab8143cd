import pLimit from "p-limit";

/** Answer of `together` for what it could not do with the others: it is done alone. */
export const byItself = Symbol("by itself");

export interface Gathered<Asked, Answer> {
  /** Answers in the order of `asked`. An Error rejects for the one at its place only. */
  readonly together: (asked: readonly Asked[]) => Promise<readonly (Answer | Error | typeof byItself)[]>;
  readonly alone: (asked: Asked) => Promise<Answer>;
  /** True for an error that left no effect and may be the fault of one of them: then each is done alone. */
  readonly mayBeOnes: (error: unknown) => boolean;
}

const mostTogether = 100;
/** A batch that takes longer, for example because it waits for another process, does not hold up the next one. */
const usuallyDoneMs = 50;
const piecesAtOnce = 4;
const aloneAtOnce = 4;

/**
 * Batches what is asked for at about the same time: while a batch is in flight, further ones gather for the next. A single one
 * never waits. What may have to wait for another process is done alone, so that no others wait with it.
 */
export function gathering<Asked, Answer>({
  together,
  alone,
  mayBeOnes,
}: Gathered<Asked, Answer>): (asked: Asked) => Promise<Answer> {
  const waiting: Waiting<Asked, Answer>[] = [];
  /** Batches in flight that have not taken longer than usual. */
  const swift = new Set<object>();
  let underWay = 0;
  let isCalled = false;
  const limit = pLimit(aloneAtOnce);

  function begin(): void {
    if (isCalled || waiting.length === 0 || swift.size > 0 || underWay >= piecesAtOnce) return;
    isCalled = true;
    // Everybody who becomes ready within this turn of the event loop joins the batch.
    setImmediate(() => {
      isCalled = false;
      void carryOut(waiting.splice(0, mostTogether));
    });
  }

  /** Never rejects: it passes each failure on to its caller. */
  async function carryOut(piece: readonly Waiting<Asked, Answer>[]): Promise<void> {
    const slow = setTimeout(() => {
      swift.delete(piece);
      begin();
    }, usuallyDoneMs);
    swift.add(piece);
    underWay += 1;
    try {
      const answers = await together(piece.map(({ asked }) => asked));
      for (const [index, { resolve, reject }] of piece.entries()) {
        const answer = answers[index] as Answer | Error | typeof byItself;
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      }
    } catch (error) {
      const isOnes = piece.length > 1 && mayBeOnes(error);
      for (const { resolve, reject } of piece) isOnes ? resolve(byItself) : reject(error);
    } finally {
      clearTimeout(slow);
      swift.delete(piece);
      underWay -= 1;
      begin();
    }
  }

  return async (asked) => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer | typeof byItself>();
    waiting.push({ asked, resolve, reject });
    begin();
    const answer = await promise;
    return answer === byItself ? limit(() => alone(asked)) : answer;
  };
}

interface Waiting<Asked, Answer> {
  readonly asked: Asked;
  readonly resolve: (answer: Answer | typeof byItself) => void;
  readonly reject: (error: unknown) => void;
}
