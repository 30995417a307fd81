import { ChevronDown } from 'lucide-react';
import { useId, type JSX } from 'react';
import s from './field.module.css';

/** One of a list. */
export interface Option {
  readonly id: string;
  readonly label: string;
}

/** Props of {@link Select}. */
export interface SelectProps {
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: string | null;
  readonly onChange: (id: string) => void;
  readonly isDisabled?: boolean;
  readonly testId?: string;
}

/** A choice from a list: the browser's own, which phones open as a wheel and every screen reader knows. */
export function Select(props: SelectProps): JSX.Element {
  const id = useId();
  return (
    <div className={s['field']}>
      <label className={s['label']} htmlFor={id}>
        {props.label}
      </label>
      <div className={s['selectBox']}>
        <select
          id={id}
          className={s['select']}
          value={props.value ?? ''}
          onChange={(event) => props.onChange(event.target.value)}
          disabled={props.isDisabled}
          data-testid={props.testId}
        >
          {props.options.map((option) => (
            <option key={option.id} value={option.id}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown size={16} aria-hidden />
      </div>
    </div>
  );
}
