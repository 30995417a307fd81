import type { Clock, Hints, Log, TimerHandle } from '../platform/index.ts';
import { newId } from '../platform/index.ts';

/** Asks every node to write the proofs of some calls; and by which node that was done. Payloads are JSON. */
const WANTED_HINT = 'presence.proofs_wanted';
const WRITTEN_HINT = 'presence.proofs_written';

/** After so long it is looked again who is alive, and those who have not answered are asked once more: hints get lost. */
export const ASK_AGAIN_AFTER_MS = 1_000;

/** Whose proofs: of these calls, and with `reaching` only of those people whose proof reaches their call's instant (epoch ms). */
export interface Wanted {
  readonly callIds: readonly string[];
  readonly reaching?: Readonly<Record<string, number>>;
}

export interface AskingDeps {
  readonly hints: Hints;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly log: Log;
  /** Writes this node's own proofs of these calls; resolves after the commit. */
  readonly write: (wanted: Wanted) => Promise<unknown>;
}

/** Asking the other nodes, and answering them. */
export interface Asking {
  /**
   * Resolves when every other node has committed its proofs of these calls or is dead; at once if there is none. A node
   * that is slow and alive is waited for, however slow it is: whoever cannot wait that long has to say so.
   * @throws Error when it cannot be known who is alive, or asking has closed
   */
  ask(wanted: Wanted): Promise<void>;
  /** Nobody is waited for any more. Others are answered until the hints close. */
  close(): void;
}

interface Question {
  readonly id: string;
  readonly wanted: Wanted;
  waiting: ReadonlySet<string>;
  /** Ends the wait of this round: all have answered, or we close. */
  poke: () => void;
}

/**
 * Beats of a person live in the memory of the node that holds their socket. Whoever settles a call asks that node, and
 * as nobody knows which it is, all of them.
 *
 * Answers until the hints close, also after presence has closed: by then all it had is written.
 */
export function startAsking(deps: AskingDeps): Asking {
  const { hints } = deps;
  const questions = new Map<string, Question>();
  let isClosed = false;
  answerOthers(deps);
  hints.subscribe(WRITTEN_HINT, (payload) => {
    const { id, node } = JSON.parse(payload) as { id: string; node: string };
    const question = questions.get(id);
    if (question === undefined) return;
    question.waiting = new Set([...question.waiting].filter((each) => each !== node));
    if (question.waiting.size === 0) question.poke();
  });
  return {
    async ask(wanted) {
      const waiting = new Set(await hints.others());
      if (waiting.size === 0 || wanted.callIds.length === 0) return;
      const question: Question = { id: newId('request'), wanted, waiting, poke: () => undefined };
      questions.set(question.id, question);
      try {
        for (let round = 0; question.waiting.size > 0; round += 1) {
          if (isClosed) throw new Error('this node closes: it waits for nobody’s proofs any more');
          await askOnce(deps, question, round);
        }
      } finally {
        questions.delete(question.id);
      }
    },
    close() {
      isClosed = true;
      for (const question of questions.values()) question.poke();
    },
  };
}

/** Asks those who have not answered; resolves when all have, or when it is time to ask again of those who are alive. */
async function askOnce({ hints, clock, log }: AskingDeps, question: Question, round: number): Promise<void> {
  const { id, wanted } = question;
  let timer: TimerHandle | undefined;
  const heard = new Promise<void>((resolve) => {
    timer = clock.setTimeout(resolve, ASK_AGAIN_AFTER_MS);
    question.poke = resolve;
  });
  if (round > 0)
    log.warn(
      { nodes: [...question.waiting], callIds: wanted.callIds.slice(0, 20) },
      'proofs of a slow node are waited for',
    );
  hints.publish(WANTED_HINT, JSON.stringify({ id, from: hints.node, ...wanted }));
  await heard;
  if (timer !== undefined) clock.clearTimeout(timer);
  if (question.waiting.size === 0) return;
  const alive = new Set(await hints.others());
  question.waiting = new Set([...question.waiting].filter((each) => alive.has(each)));
}

/** Writes what others want; a question that is asked again while it is being answered is the same one. */
function answerOthers({ hints, write }: AskingDeps): void {
  const answering = new Set<string>();
  hints.subscribe(WANTED_HINT, (payload) => {
    const { id, from, ...wanted } = JSON.parse(payload) as { id: string; from: string } & Wanted;
    if (from === hints.node || answering.has(id)) return;
    answering.add(id);
    void write(wanted).then(() => {
      answering.delete(id);
      hints.publish(WRITTEN_HINT, JSON.stringify({ id, node: hints.node }));
    });
  });
}
