import DataLoader from "dataloader";
import pLimit from "p-limit";

/** The answer to what could not be done together with others: it is done by itself. */
export const byItself = Symbol("by itself");

export interface Gathered<Asked, Answer> {
  /** Answers in the order in which it was asked; an Error is told to whom it is the answer. Where it rejects, it has done nothing. */
  readonly together: (asked: readonly Asked[]) => Promise<readonly (Answer | Error | typeof byItself)[]>;
  readonly alone: (asked: Asked) => Promise<Answer>;
  /** True for an error of `together` that may concern one of them only: then each is done by itself. */
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
export function gathering<Asked extends object, Answer>({
  together,
  alone,
  mayBeOnes,
}: Gathered<Asked, Answer>): (asked: Asked) => Promise<Answer> {
  const waiting: (() => void)[] = [];
  /** Those that take no longer than usual, so far. */
  const swift = new Set<object>();
  let underWay = 0;
  let isCalled = false;
  const limit = pLimit(aloneAtOnce);

  function begin(): void {
    if (isCalled || swift.size > 0 || underWay >= piecesAtOnce) return;
    const dispatch = waiting.shift();
    if (!dispatch) return;
    isCalled = true;
    // Within a turn of the event loop, everybody who has become ready gets to ask.
    setImmediate(() => {
      isCalled = false;
      dispatch();
    });
  }

  async function carryOut(asked: readonly Asked[]): Promise<readonly (Answer | Error | typeof byItself)[]> {
    const slows = setTimeout(() => {
      swift.delete(asked);
      begin();
    }, usuallyDoneMs);
    swift.add(asked);
    underWay += 1;
    try {
      return await together(asked);
    } catch (error) {
      if (asked.length === 1 || !mayBeOnes(error)) throw error;
      return asked.map(() => byItself);
    } finally {
      clearTimeout(slows);
      swift.delete(asked);
      underWay -= 1;
      begin();
    }
  }

  const loader = new DataLoader<Asked, Answer | typeof byItself>(carryOut, {
    cache: false,
    maxBatchSize: mostTogether,
    batchScheduleFn: (dispatch) => {
      waiting.push(dispatch);
      begin();
    },
  });
  return async (asked) => {
    const answer = await loader.load(asked);
    return answer === byItself ? limit(() => alone(asked)) : answer;
  };
}
