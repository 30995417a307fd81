import type { JSX } from 'react';
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
