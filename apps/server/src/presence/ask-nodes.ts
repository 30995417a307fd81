import type { Clock, Hints } from '../platform/index.ts';
import { newId } from '../platform/index.ts';

/** Asks every node to write the proofs of some calls; and by which node that was done. Payloads are JSON. */
const WANTED_HINT = 'presence.proofs_wanted';
const WRITTEN_HINT = 'presence.proofs_written';

/**
 * How long the other nodes may take. A commit takes milliseconds; a node that needs longer is about to die, and its
 * lease ends soon: whoever asks tries again, and is not held up by it for long.
 */
export const ANSWER_WITHIN_MS = 1_000;

export interface AskingDeps {
  readonly hints: Hints;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** Writes this node's own proofs of these calls; resolves after the commit. */
  readonly write: (callIds: readonly string[]) => Promise<void>;
}

/** Asking the other nodes, and answering them. */
export interface Asking {
  /**
   * Resolves when every other node that is alive has committed its proofs of these calls; at once if there is none.
   * @throws Error when one did not answer in time: its proofs may be missing from the log
   */
  ask(callIds: readonly string[]): Promise<void>;
}

interface Question {
  readonly waiting: Set<string>;
  readonly answered: () => void;
}

/**
 * Beats of a person live in the memory of the node that holds their socket. Whoever settles a call asks that node, and
 * as nobody knows which it is, all of them.
 *
 * Answers until the hints close, also after presence has closed: by then all it had is written.
 */
export function startAsking({ hints, clock, write }: AskingDeps): Asking {
  const questions = new Map<string, Question>();
  hints.subscribe(WANTED_HINT, (payload) => {
    const { id, from, callIds } = JSON.parse(payload) as { id: string; from: string; callIds: string[] };
    if (from === hints.node) return;
    void write(callIds).then(() => hints.publish(WRITTEN_HINT, JSON.stringify({ id, node: hints.node })));
  });
  hints.subscribe(WRITTEN_HINT, (payload) => {
    const { id, node } = JSON.parse(payload) as { id: string; node: string };
    const question = questions.get(id);
    if (question?.waiting.delete(node) && question.waiting.size === 0) question.answered();
  });
  return {
    async ask(callIds) {
      const others = await hints.others();
      if (others.length === 0 || callIds.length === 0) return;
      const id = newId('request');
      const waiting = new Set(others);
      await new Promise<void>((resolve) => {
        const timer = clock.setTimeout(resolve, ANSWER_WITHIN_MS);
        const answered = (): void => {
          clock.clearTimeout(timer);
          resolve();
        };
        questions.set(id, { waiting, answered });
        hints.publish(WANTED_HINT, JSON.stringify({ id, from: hints.node, callIds }));
      });
      questions.delete(id);
      if (waiting.size > 0) {
        throw new Error(
          `no answer within ${ANSWER_WITHIN_MS} ms about proofs from ${[...waiting].join(', ')}`,
        );
      }
    },
  };
}
