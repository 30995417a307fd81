import type { JSX } from 'react';
import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import s from './field.module.css';
import type { Option } from './select.tsx';

/** Props of {@link Choices}. */
export interface ChoicesProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (id: string) => void;
  readonly options: readonly (Option & { readonly text: string })[];
}

/** A choice between a few, all of them in sight. */
export function Choices(props: ChoicesProps): JSX.Element {
  return (
    <RadioGroup className={s['field'] ?? ''} value={props.value} onChange={props.onChange}>
      <Label className={s['label'] ?? ''}>{props.label}</Label>
      <div className={s['choices']}>
        {props.options.map((option) => (
          <Radio
            key={option.id}
            value={option.id}
            className={s['choice'] ?? ''}
            data-testid={`choice-${option.id}`}
          >
            <strong>{option.label}</strong>
            <span className={s['hint']}>{option.text}</span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
