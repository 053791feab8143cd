import pLimit from "p-limit";

/** The answer to what could not be done together with others: it is done by itself. */
export const byItself = Symbol("by itself");

export interface Gathered<Asked, Answer> {
  /** Answers in the order in which it was asked; an Error is told to whom it is the answer. */
  readonly together: (asked: readonly Asked[]) => Promise<readonly (Answer | Error | typeof byItself)[]>;
  readonly alone: (asked: Asked) => Promise<Answer>;
  /** True for an error with which `together` has done nothing, and that may concern one of them only: then each is done by itself. */
  readonly mayBeOnes: (error: unknown) => boolean;
}

const mostTogether = 100;
/** A piece that takes longer than this, for example because it waits for another process, does not hold up the next one. */
const usuallyDoneMs = 50;
const piecesAtOnce = 4;
const aloneAtOnce = 4;

/**
 * Has done together what is asked for at about the same time: while a piece is under way, what comes gathers for the next one. Whoever
 * is alone waits for nobody. What may have to wait for another process is done by itself, so that no others wait with it.
 */
export function gathering<Asked, Answer>({
  together,
  alone,
  mayBeOnes,
}: Gathered<Asked, Answer>): (asked: Asked) => Promise<Answer> {
  const waiting: Waiting<Asked, Answer>[] = [];
  /** Pieces that take no longer than usual, so far. */
  const swift = new Set<object>();
  let underWay = 0;
  let isCalled = false;
  const limit = pLimit(aloneAtOnce);

  function begin(): void {
    if (isCalled || waiting.length === 0 || swift.size > 0 || underWay >= piecesAtOnce) return;
    isCalled = true;
    // Within a turn of the event loop, everybody who has become ready gets to ask.
    setImmediate(() => {
      isCalled = false;
      void carryOut(waiting.splice(0, mostTogether));
    });
  }

  /** Never rejects: every failure is told to whom it concerns. */
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
