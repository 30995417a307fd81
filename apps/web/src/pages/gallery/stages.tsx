import { StageFrame, Trace } from '@latido/react';
import type { JSX } from 'react';
import { Mic, MonitorUp, Phone, Video, MoreHorizontal } from 'lucide-react';
import { Card, Line, Lines } from '../../ui/layout.tsx';
import s from './gallery.module.css';
import { beatsUntil, NOW_AT, STAGES } from './mock.ts';

/** The dock as it looks, without a room behind it. */
function Dock(): JSX.Element {
  return (
    <div className="lt-dock">
      {[Mic, Video, MonitorUp, MoreHorizontal].map((Icon, n) => (
        <button
          key={n}
          type="button"
          className="lt-control"
          data-off={n === 1 || undefined}
          aria-label={`control ${n}`}
        >
          <Icon size={20} aria-hidden />
        </button>
      ))}
      <button type="button" className="lt-control lt-hang-up" aria-label="hang up">
        <Phone size={20} aria-hidden />
      </button>
    </div>
  );
}

const RINGING = { personId: 'person_bruno', name: 'Bruno', online: true, inCall: false, ringsUntil: null };

/** The call in each of its states, over a dark and over a white picture. */
export function Stages(): JSX.Element {
  return (
    <div className={s['stages']}>
      {STAGES.map(({ screen, call, lastAt, away }, n) => (
        <div key={n} className={s['stage']}>
          <StageFrame
            screen={screen}
            name="Bruno"
            known={screen !== 'waiting_partner' || call.called !== null}
            partnerId="person_bruno"
            ringing={call.called === null ? null : RINGING}
            away={away}
            beats={lastAt === 0 ? [] : beatsUntil(lastAt)}
            lastProofAt={lastAt === 0 ? null : lastAt}
            call={call}
            clockOffsetMs={0}
            balance={60}
            nowAt={NOW_AT}
            tiles={
              screen === 'waiting_partner' ? null : (
                <div className={`${s['picture']} ${n === 5 ? s['bright'] : ''}`} />
              )
            }
            self={<div className="lt-self" data-corner="be" />}
            dock={<Dock />}
            onEnd={() => undefined}
          />
        </div>
      ))}
    </div>
  );
}

/** The trace alive, silent for a while, and never alive. */
export function Traces(): JSX.Element {
  const rows = [
    ['alive', NOW_AT],
    ['silent for 2 s', NOW_AT - 2_000],
    ['gone', NOW_AT - 9_000],
  ] as const;
  return (
    <Card>
      <Lines>
        {rows.map(([name, lastAt]) => (
          <Line key={name} name={name}>
            <Trace beats={beatsUntil(lastAt)} lastProofAt={lastAt} frozenAt={NOW_AT} />
          </Line>
        ))}
        <Line name="never">
          <Trace beats={[]} lastProofAt={null} frozenAt={NOW_AT} />
        </Line>
      </Lines>
    </Card>
  );
}
