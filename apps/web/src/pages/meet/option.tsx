import type { JSX } from 'react';
import s from './meet.module.css';

/** Something that is either wanted or not, with what it means. */
export function Option(props: {
  label: string;
  text: string;
  isOn: boolean;
  onChange: (on: boolean) => void;
  testId: string;
}): JSX.Element {
  return (
    <label className={s['option']}>
      <input
        type="checkbox"
        checked={props.isOn}
        onChange={({ target }) => props.onChange(target.checked)}
        data-testid={props.testId}
      />
      <span>
        <strong>{props.label}</strong>
        <span className="small muted">{props.text}</span>
      </span>
    </label>
  );
}
