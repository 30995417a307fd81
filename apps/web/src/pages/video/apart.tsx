import type { Call, MenuItem } from '@latido/react';
import { lazy, Suspense, useState, type ComponentType, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { loadMoreWords } from '../../app/preferences.tsx';
import type { ApartProps } from '../meet/apart-dialog.tsx';

/** Loaded, with its words, as somebody needs it: most never do. Where it cannot be had, the call goes on without. */
const Dialog = lazy(async (): Promise<{ default: ComponentType<ApartProps> }> => {
  try {
    const [{ ApartDialog }] = await Promise.all([import('../meet/apart-dialog.tsx'), loadMoreWords()]);
    return { default: ApartDialog };
  } catch {
    return { default: () => null };
  }
});

/** How somebody gets rid of whom they are in a call with: what the menu of the call has for it, and the window that says what it does. */
export function useApart(
  callId: string | null,
  partner: Call['partner'],
): { readonly menu: readonly MenuItem[] | undefined; readonly dialog: JSX.Element | null } {
  const t = useTranslations('video');
  const [asked, setAsked] = useState<string | null>(null);
  if (callId === null || !partner) return { menu: undefined, dialog: null };
  const label = t('apart', { name: partner.name });
  const dialog =
    asked === callId ? (
      <Suspense>
        <Dialog callId={callId} partner={partner} onClose={() => setAsked(null)} />
      </Suspense>
    ) : null;
  return { menu: [{ label, onPress: () => setAsked(callId), testId: 'apart' }], dialog };
}
