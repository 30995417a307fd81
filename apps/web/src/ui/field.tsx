import { ChevronDown } from 'lucide-react';
import { useId, type JSX } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField } from 'react-aria-components/TextField';
import s from './field.module.css';

/** Props of {@link Field}. */
export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'email' | 'password' | 'date' | 'time';
  readonly autoComplete?: string;
  /** Which keyboard a phone shows. */
  readonly inputMode?: 'decimal' | 'numeric' | 'tel';
  readonly hint?: string;
  /** What is wrong with the value; shown and read at once. */
  readonly error?: string | null;
  readonly testId?: string;
  readonly isReadOnly?: boolean;
}

/** One line of text with its label, hint and error. */
export function Field(props: FieldProps): JSX.Element {
  const { label, hint, error, testId, autoComplete, inputMode, type = 'text' } = props;
  return (
    <TextField
      className={s['field'] ?? ''}
      value={props.value}
      onChange={props.onChange}
      type={type}
      isInvalid={Boolean(error)}
      isReadOnly={props.isReadOnly ?? false}
      validationBehavior="aria"
      {...(autoComplete === undefined ? {} : { autoComplete })}
      {...(inputMode === undefined ? {} : { inputMode })}
    >
      <Label className={s['label'] ?? ''}>{label}</Label>
      <Input className={s['input'] ?? ''} data-testid={testId} />
      {hint && !error && (
        <Text slot="description" className={s['hint'] ?? ''}>
          {hint}
        </Text>
      )}
      <FieldError className={s['error'] ?? ''}>{error}</FieldError>
    </TextField>
  );
}

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
