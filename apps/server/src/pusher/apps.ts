import { nameInHub } from '../realtime/index.ts';
import type { AppKey } from './signature.ts';

/** An app of the Pusher protocol: whoever has its key connects, whoever has its secret signs and sends. */
export interface PusherApp extends AppKey {
  readonly appId: string;
  /** Ours: with people's inboxes, our rules of who may join, and what we say of calls. Others are a team's to sign for. */
  readonly isOwn: boolean;
  /** Where its backend is told of its channels, and what of. */
  readonly webhook?: { readonly url: string; readonly events: readonly string[] } | undefined;
}

/** The name of an app's channel, or of its user, in the hub. */
export function inHub(app: Pick<PusherApp, 'appId' | 'isOwn'>, name: string): string {
  return nameInHub(name, app.isOwn ? null : app.appId);
}
