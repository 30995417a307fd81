import type { PushDevice, PushDevices } from '@latido/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { api } from '../../app/api.ts';
import { WorkerNotUp } from '../../app/service-worker.ts';
import { canBeTold, isBlocked, renewHere, tellHere, tellHereNoMore } from '../../app/this-device.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/layout.tsx';
import s from './inbox.module.css';

const LIST = ['push', 'devices'];

/** The devices that a person is told on while no page is open, and whether this is one. */
export function Devices({ personId }: { personId: string }): JSX.Element {
  const t = useTranslations('notices.devices');
  const client = useQueryClient();
  const here = useQuery({
    queryKey: ['push', 'here', personId],
    queryFn: () => renewHere(personId),
    retry: false,
  });
  const list = useQuery({
    queryKey: LIST,
    queryFn: () => api.send<PushDevices>('GET', '/api/v1/push/subscriptions'),
    enabled: !here.isPending,
  });
  const items = list.data?.items ?? [];
  const ownId = items.find(({ id }) => id === here.data?.id)?.id;
  const forget = async (id: string): Promise<void> => {
    if (id === ownId) await tellHereNoMore(id);
    else await api.send('DELETE', `/api/v1/push/subscriptions/${encodeURIComponent(id)}`);
    await client.invalidateQueries({ queryKey: ['push'] });
  };
  const fill = (device: PushDevice | null): Promise<void> => {
    client.setQueryData(['push', 'here', personId], device);
    return client.invalidateQueries({ queryKey: LIST });
  };
  return (
    <Card testId="devices">
      <h2>{t('title')}</h2>
      <p className="small muted">{t('text')}</p>
      <ul className={s['devices']}>
        {items.map((device) => (
          <Device
            key={device.id}
            device={device}
            isHere={device.id === ownId}
            onForget={() => void forget(device.id).catch(() => undefined)}
          />
        ))}
      </ul>
      {list.data?.items.length === 0 && <p className="muted">{t('none')}</p>}
      <Here personId={personId} ownId={ownId} onTold={fill} onForget={forget} />
    </Card>
  );
}

interface DeviceProps {
  readonly device: PushDevice;
  readonly isHere: boolean;
  readonly onForget: () => void;
}

function Device({ device, isHere, onForget }: DeviceProps): JSX.Element {
  const t = useTranslations('notices.devices');
  const format = useFormatter();
  const date = format.dateTime(new Date(device.createdAt), { dateStyle: 'medium' });
  return (
    <li data-testid="device">
      <span>
        {device.device}
        {isHere && <strong> ({t('here')})</strong>}
        <span className="small muted"> {t('since', { date })}</span>
      </span>
      <Button look="quiet" icon aria-label={t('remove', { device: device.device })} onPress={onForget}>
        <Trash2 size={20} aria-hidden />
      </Button>
    </li>
  );
}

interface HereProps {
  readonly personId: string;
  readonly ownId: string | undefined;
  readonly onTold: (device: PushDevice | null) => Promise<void>;
  readonly onForget: (id: string) => Promise<void>;
}

/** What this device can do about it. The browser asks for its permission only after this button was pressed. */
function Here({ personId, ownId, onTold, onForget }: HereProps): JSX.Element {
  const t = useTranslations('notices.devices');
  const [isPending, setPending] = useState(false);
  const [failure, setFailure] = useState<'failed' | 'notUp' | null>(null);
  if (!canBeTold()) return <p className="small muted">{t('unsupported')}</p>;
  if (isBlocked()) return <p role="status">{t('blocked')}</p>;
  const press = async (): Promise<void> => {
    setPending(true);
    setFailure(null);
    try {
      if (ownId === undefined) await onTold(await tellHere(personId));
      else await onForget(ownId);
    } catch (error) {
      setFailure(error instanceof WorkerNotUp ? 'notUp' : 'failed');
    } finally {
      setPending(false);
    }
  };
  return (
    <>
      {failure !== null && <p role="alert">{t(failure)}</p>}
      <Button data-testid="tell-here" isPending={isPending} onPress={() => void press()}>
        {failure !== null ? t('again') : ownId === undefined ? t('tellHere') : t('tellHereNoMore')}
      </Button>
    </>
  );
}
