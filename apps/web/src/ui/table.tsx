import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import { useState, type JSX, type ReactNode } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { sortedRows, sortingAfter, type Sorting, type SortKey } from './sorting.ts';
import { classes } from './classes.ts';
import s from './table.module.css';

/** A column: its heading, its cell, and how it sorts, if it does. */
export interface Column<Row> {
  readonly id: string;
  readonly heading: string;
  readonly cell: (row: Row) => ReactNode;
  readonly sortBy?: (row: Row) => SortKey;
  readonly atEnd?: boolean;
  /** On which of a row's two lines it stands on a phone, where a table has these; nothing is hidden there. */
  readonly line?: 1 | 2;
  /** Whether its heading stands beside it there: a figure that says by itself what it counts needs none. */
  readonly isNamed?: boolean;
}

/** Props of {@link Table}. */
export interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly rowTestId?: string;
  /** How the rows are sorted before anybody asks for another order. */
  readonly sorted?: Sorting;
}

interface HeadingProps<Row> {
  readonly column: Column<Row>;
  readonly direction: Sorting['direction'] | undefined;
  readonly onSort: () => void;
}

const ARROWS = { ascending: ArrowUp, descending: ArrowDown };

/** A heading; of a column that sorts it is a button, and says which way it is sorted. */
function Heading<Row>({ column, direction, onSort }: HeadingProps<Row>): JSX.Element {
  const Arrow = direction ? ARROWS[direction] : ChevronsUpDown;
  const end = column.atEnd ? s['end'] : undefined;
  if (!column.sortBy) {
    return (
      <th scope="col" role="columnheader" className={end}>
        {column.heading}
      </th>
    );
  }
  return (
    <th scope="col" role="columnheader" className={end} aria-sort={direction ?? 'none'}>
      <button type="button" className={s['sort']} data-sorted={direction} onClick={onSort}>
        {column.heading}
        <Arrow size={14} aria-hidden />
      </button>
    </th>
  );
}

/**
 * A table of the browser's own, with sorting by its headings. On phones a row takes two lines where its columns say which
 * stands where; else the first column stays in sight. Roles are said: some browsers forget them with the display.
 */
export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const t = useTranslations('app');
  const locale = useLocale();
  const { columns, keyOf } = props;
  const [sorting, setSorting] = useState<Sorting | null>(props.sorted ?? null);
  const [told, setTold] = useState('');
  const by = columns.find((column) => column.id === sorting?.id)?.sortBy;
  const rows =
    sorting && by ? sortedRows(props.rows, { keyOf: by, direction: sorting.direction, locale }) : props.rows;
  const sortBy = ({ id, heading, sortBy: keyOfRow }: Column<Row>): void => {
    const [first] = props.rows;
    const next = sortingAfter(sorting, id, first && keyOfRow?.(first));
    setSorting(next);
    setTold(t('sortedBy', { column: heading, direction: next.direction }));
  };
  return (
    <div className={s['scroll']} role="region" aria-label={props.caption} tabIndex={0}>
      <table
        className={classes(s['table'], columns.some((column) => column.line) && s['lines'])}
        role="table"
      >
        <caption className="sr">{props.caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <Heading
                key={column.id}
                column={column}
                direction={sorting?.id === column.id ? sorting.direction : undefined}
                onSort={() => sortBy(column)}
              />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row" data-testid={props.rowTestId}>
              {columns.map((column) => (
                <td
                  key={column.id}
                  role="cell"
                  className={column.atEnd ? s['end'] : undefined}
                  data-line={column.line}
                  data-heading={column.isNamed ? column.heading : undefined}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="sr" role="status">
        {told}
      </p>
    </div>
  );
}
