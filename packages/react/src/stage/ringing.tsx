import type { CallState, Ringing } from '@latido/protocol';
import type { JSX } from 'react';
import { useLabels } from '../labels-context.ts';
import { Countdown } from '../parts/countdown.tsx';
import { Message } from './overlays.tsx';

/** It rings at who was called, until the server's deadline. */
export function RingingMessage(props: {
  name: string;
  call: CallState;
  /** Whether it reaches them; null until the server has said. */
  ringing: Pick<Ringing, 'online' | 'inCall'> | null;
  clockOffsetMs: number;
  nowAt?: number | undefined;
}): JSX.Element {
  const labels = useLabels();
  const { name, call, ringing } = props;
  const title = labels.ringingTitle(name);
  const { online = null, inCall = false } = ringing ?? {};
  const untilAt = Date.parse(call.ringsUntil ?? '');
  return (
    <Message
      testId="ringing"
      title={title}
      text={labels.ringingText({ name, online, inCall })}
      top={
        <div className="lt-ring-box" data-online={online ?? undefined}>
          <Countdown
            untilAt={untilAt}
            totalMs={Math.max(1, untilAt - Date.parse(call.createdAt))}
            clockOffsetMs={props.clockOffsetMs}
            nowAt={props.nowAt}
            label={title}
          />
          <span className="lt-fine">{labels.toAnswer}</span>
        </div>
      }
    />
  );
}
