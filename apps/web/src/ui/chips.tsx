import type { JSX } from 'react';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import type { Option } from './select.tsx';
import s from './chips.module.css';

/** A choice of what a list shows: one of a few, all in sight. */
export function Chips(props: {
  label: string;
  value: string;
  options: readonly Option[];
  onChange: (id: string) => void;
}): JSX.Element {
  return (
    <RadioGroup
      className={s['chips'] ?? ''}
      aria-label={props.label}
      orientation="horizontal"
      value={props.value}
      onChange={props.onChange}
    >
      {props.options.map(({ id, label }) => (
        <Radio key={id} value={id} className={s['chip'] ?? ''} data-testid={`chip-${id}`}>
          {label}
        </Radio>
      ))}
    </RadioGroup>
  );
}
