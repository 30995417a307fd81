/** For tests only: a server that dies at a statement, as far as what it was asked goes. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { KyselyPlugin } from 'kysely';

/** Statements that fail, whichever they are: of a transaction nothing stays then, and whoever asked has no answer. */
export class Failing implements KyselyPlugin {
  readonly #asked = new AsyncLocalStorage<{ left: number }>();

  /** The n-th statement of what is done here fails; what goes on beside it does not notice. */
  async at<T>(n: number, run: () => Promise<T>): Promise<T> {
    return await this.#asked.run({ left: n }, run);
  }

  transformQuery: KyselyPlugin['transformQuery'] = ({ node }) => {
    const asked = this.#asked.getStore();
    if (asked !== undefined) {
      asked.left -= 1;
      if (asked.left === 0) throw new Error('the server died at this statement');
    }
    return node;
  };

  transformResult: KyselyPlugin['transformResult'] = ({ result }) => Promise.resolve(result);
}
