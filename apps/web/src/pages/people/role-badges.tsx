import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Role } from '../../app/people.ts';
import { Badge } from '../../ui/badge.tsx';

const STAFF: readonly Role[] = ['manager', 'admin'];

/** What somebody does here, in a word each. */
export function RoleBadges({ roles }: { roles: readonly Role[] }): JSX.Element {
  const t = useTranslations('people');
  if (roles.length === 0) return <Badge tone="plain">{t('noRole')}</Badge>;
  return (
    <>
      {roles.map((role) => (
        <Badge key={role} tone={STAFF.includes(role) ? 'alive' : 'plain'}>
          {t('role', { role })}
        </Badge>
      ))}
    </>
  );
}
