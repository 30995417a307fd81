import { useLayoutEffect, useRef, type JSX, type KeyboardEvent } from 'react';
import { useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { Button } from '../../ui/button.tsx';
import { nextPlace } from '../../ui/next-place.ts';
import s from './sessions.module.css';

/** A time that is free. */
export interface FreeSlot {
  readonly startsAt: string;
  readonly seatsLeft?: number | undefined;
}

/** How many stand in the first row, as they are drawn. */
function columnsOf(buttons: readonly HTMLElement[]): number {
  const top = buttons[0]?.offsetTop;
  return buttons.filter(({ offsetTop }) => offsetTop === top).length;
}

/**
 * Whose turn it is with Tab: a day is one stop, arrows lead from time to time. A time that was taken while it had the focus gives it to
 * the one in its place.
 */
function useOneStop(slots: readonly FreeSlot[], chosen: string | null) {
  const list = useRef<HTMLUListElement>(null);
  const hasFocus = useRef(false);
  const [stop, setStop] = useState<{ readonly id: string; readonly at: number } | null>(null);
  const placeOf = (id: string | null | undefined): number =>
    slots.findIndex(({ startsAt }) => startsAt === id);
  const kept = placeOf(stop?.id);
  const fallback = stop === null ? Math.max(0, placeOf(chosen)) : Math.min(stop.at, slots.length - 1);
  const at = kept >= 0 ? kept : fallback;
  const buttons = (): HTMLElement[] => [...(list.current?.querySelectorAll('button') ?? [])];
  useLayoutEffect(() => {
    if (hasFocus.current && document.activeElement === document.body) buttons()[at]?.focus();
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const all = buttons();
    const to = nextPlace(event.key, { at, count: all.length, columns: columnsOf(all) });
    if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
    // The page does not scroll by it.
    event.preventDefault();
    all[to]?.focus();
  };
  const focused = (n: number): void => {
    hasFocus.current = true;
    setStop({ id: slots[n]?.startsAt ?? '', at: n });
  };
  const onBlur = (): void => void (hasFocus.current = false);
  return { at, focused, list: { ref: list, onKeyDown, onBlur } };
}

/** The free times of one day, of which one is chosen. */
export function Slots(props: {
  label: string;
  slots: readonly FreeSlot[];
  zone: string;
  chosen: string | null;
  onChoose: (startsAt: string) => void;
}): JSX.Element {
  const t = useTranslations('sessions');
  const format = useFormatter();
  const { slots, chosen, zone } = props;
  const stop = useOneStop(slots, chosen);
  return (
    // The keys of its buttons, which come up to it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul className={s['slots']} aria-label={props.label} {...stop.list}>
      {slots.map(({ startsAt, seatsLeft }, n) => (
        <li key={startsAt}>
          <Button
            onPress={() => props.onChoose(startsAt)}
            onFocus={() => stop.focused(n)}
            excludeFromTabOrder={n !== stop.at}
            look={startsAt === chosen ? 'primary' : 'secondary'}
            aria-pressed={startsAt === chosen}
            data-testid="slot"
          >
            <span className="digits">
              {format.dateTime(new Date(startsAt), { hour: '2-digit', minute: '2-digit', timeZone: zone })}
            </span>
            {seatsLeft !== undefined && ` · ${t('seatsLeft', { seats: seatsLeft })}`}
          </Button>
        </li>
      ))}
    </ul>
  );
}
