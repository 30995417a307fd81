import { seenOf, type LineFault, type LineValues } from '@latido/core';

/** A line that was read: its values or what is wrong with them, and what it will make. */
export interface ReadLine {
  readonly line: number;
  vals: LineValues | null;
  fault: LineFault | null;
  key: string | null;
  madeId: string | null;
}

/** What a column says, where that is text. */
export const textOf = ({ vals }: ReadLine, column: string): string | null => {
  const value = vals?.[column];
  return typeof value === 'string' ? value : null;
};

/** Says of a line what does not fit in a column, and what was seen there. */
export const refuse = (line: ReadLine, column: string, code: LineFault['code']): void => {
  const value = line.vals?.[column];
  const seen = typeof value === 'number' ? String(value) : (textOf(line, column) ?? '');
  line.fault = { column, code, seen: seenOf(seen) };
};
