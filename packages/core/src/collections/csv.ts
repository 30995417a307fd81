/** A record of a file with the line that it begins on, from 1. */
export interface TableLine {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What may stand between the cells of a line. */
const SEPARATORS = [';', ',', '\t', '|'] as const;

/** A cell that is longer than this is a quote that was never closed, or no table. */
const CELL_MAX = 100_000;

/** The separator of a file by its first line: the one that is there most often, outside quotes (COLL-18). */
export function separatorOf(firstLine: string): string {
  const bare = firstLine.replaceAll(/"[^"]*"/g, '');
  const counted = SEPARATORS.map((mark) => ({ mark, count: bare.split(mark).length - 1 }));
  return counted.reduce((most, each) => (each.count > most.count ? each : most)).mark;
}

/**
 * Reads CSV (RFC 4180) piece by piece: quoted cells, doubled quotes, line ends of every system, lines within quotes. Empty lines are left
 * out and counted.
 */
export class CsvReader {
  readonly #separator: string;
  #cells: string[] = [];
  #cell = '';
  #isQuoted = false;
  #wasQuote = false;
  #wasReturn = false;
  #line = 1;
  #beganAt = 1;

  constructor(separator: string) {
    this.#separator = separator;
  }

  /** The lines that are whole with this piece. @throws RangeError when a quote is never closed */
  push(text: string): TableLine[] {
    const lines: TableLine[] = [];
    for (const sign of text) {
      if (sign === '\n' && this.#wasReturn && !this.#isQuoted) {
        this.#wasReturn = false;
        continue;
      }
      this.#wasReturn = sign === '\r';
      this.#take(sign, lines);
    }
    return lines;
  }

  /** The last line, where no line end follows it. @throws RangeError when a quote is never closed */
  end(): TableLine[] {
    if (this.#isQuoted && !this.#wasQuote)
      throw new RangeError(`line ${this.#beganAt}: a quote is not closed`);
    const lines: TableLine[] = [];
    this.#endLine(lines);
    return lines;
  }

  #take(sign: string, lines: TableLine[]): void {
    if (this.#isQuoted && sign !== '"' && !this.#wasQuote) return this.#within(sign);
    if (sign === '"' && this.#isQuoted && !this.#wasQuote) {
      this.#wasQuote = true;
      return;
    }
    if (sign === '"' && this.#wasQuote) {
      this.#wasQuote = false;
      return this.#within('"');
    }
    if (this.#wasQuote) this.#isQuoted = this.#wasQuote = false;
    if (sign === '"' && this.#cell === '') this.#isQuoted = true;
    else if (sign === this.#separator) this.#endCell();
    else if (sign === '\n' || sign === '\r') this.#endLine(lines);
    else this.#within(sign);
  }

  #within(sign: string): void {
    if (sign === '\n') this.#line += 1;
    this.#cell += sign;
    if (this.#cell.length <= CELL_MAX) return;
    const what = this.#isQuoted ? 'a quote is not closed' : `a cell is longer than ${CELL_MAX} characters`;
    throw new RangeError(`line ${this.#beganAt}: ${what}`);
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = '';
  }

  #endLine(lines: TableLine[]): void {
    this.#isQuoted = this.#wasQuote = false;
    this.#endCell();
    const cells = this.#cells;
    if (cells.some((cell) => cell.trim() !== '')) lines.push({ line: this.#beganAt, cells });
    this.#cells = [];
    this.#line += 1;
    this.#beganAt = this.#line;
  }
}
