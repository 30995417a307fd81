import { ArrowDown } from 'lucide-react';
import { useState, type JSX, type ReactNode } from 'react';
import s from './table.module.css';

/** A column: its heading, its cell, and how it sorts, if it does. */
export interface Column<Row> {
  readonly id: string;
  readonly heading: string;
  readonly cell: (row: Row) => ReactNode;
  readonly sortBy?: (row: Row) => number | string;
  readonly atEnd?: boolean;
}

interface Sorting {
  readonly id: string;
  readonly direction: 'ascending' | 'descending';
}

/** Props of {@link Table}. */
export interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly rowTestId?: string;
}

function sorted<Row>(
  rows: readonly Row[],
  column: Column<Row> | undefined,
  direction: Sorting['direction'],
): Row[] {
  const by = column?.sortBy;
  if (!by) return [...rows];
  const sign = direction === 'ascending' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [by(a), by(b)];
    return sign * (typeof x === 'string' ? x.localeCompare(String(y)) : x - Number(y));
  });
}

/** A table of the browser's own, with sorting by its headings; the first column stays in sight on phones. */
export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const { columns, keyOf } = props;
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const rows = sorting
    ? sorted(
        props.rows,
        columns.find((column) => column.id === sorting.id),
        sorting.direction,
      )
    : props.rows;
  const sortBy = (id: string): void =>
    setSorting((old) => ({
      id,
      direction: old?.id === id && old.direction === 'descending' ? 'ascending' : 'descending',
    }));
  return (
    <div className={s['scroll']} role="region" aria-label={props.caption} tabIndex={0}>
      <table className={s['table']}>
        <caption className="sr">{props.caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => {
              const direction = sorting?.id === column.id ? sorting.direction : undefined;
              return (
                <th
                  key={column.id}
                  scope="col"
                  className={column.atEnd ? s['end'] : undefined}
                  aria-sort={direction}
                >
                  {column.sortBy ? (
                    <button
                      type="button"
                      className={s['sort']}
                      data-sorted={direction}
                      onClick={() => sortBy(column.id)}
                    >
                      {column.heading}
                      <ArrowDown size={14} aria-hidden />
                    </button>
                  ) : (
                    column.heading
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} data-testid={props.rowTestId}>
              {columns.map((column) => (
                <td key={column.id} className={column.atEnd ? s['end'] : undefined}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
