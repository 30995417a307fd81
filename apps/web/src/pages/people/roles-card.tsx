import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { changePerson, type PersonShown, type Role } from '../../app/people.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/layout.tsx';
import { useToast } from '../../ui/toast.tsx';
import s from './people.module.css';

/** Roles that something is built for; what somebody has beyond them is shown too, so that it can be taken. */
const OFFERED: readonly Role[] = ['client', 'model', 'manager', 'admin'];

/** What somebody may do. */
export function RolesCard({ person }: { person: PersonShown }): JSX.Element {
  const t = useTranslations('people');
  const sentence = useSentence();
  const client = useQueryClient();
  const toast = useToast();
  const [roles, setRoles] = useState<readonly Role[]>(person.roles);
  const save = useMutation({
    mutationFn: () => changePerson(person.personId, { roles }),
    async onSuccess() {
      toast({ text: t('saved') });
      await client.invalidateQueries();
    },
  });
  const shown = [...OFFERED, ...person.roles.filter((role) => !OFFERED.includes(role))];
  const isChanged = [...roles].sort().join() !== [...person.roles].sort().join();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Card>
      <form className={s['form']} onSubmit={submit}>
        <h2 id="roles">{t('roles')}</h2>
        <RoleChoices shown={shown} roles={roles} onChange={setRoles} />
        <p className="small muted">{t('rolesText')}</p>
        {save.isError && (
          <p className={s['failure']} role="alert">
            {sentence(save.error)}
          </p>
        )}
        <div className={s['actions']}>
          <Button type="submit" isDisabled={!isChanged} isPending={save.isPending} data-testid="save-roles">
            {t('save')}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function RoleChoices(props: {
  shown: readonly Role[];
  roles: readonly Role[];
  onChange: (roles: readonly Role[]) => void;
}): JSX.Element {
  const t = useTranslations('people');
  const { shown, roles, onChange } = props;
  return (
    <div className={s['roles']} role="group" aria-labelledby="roles">
      {shown.map((role) => (
        <label key={role} className={s['role']}>
          <input
            type="checkbox"
            checked={roles.includes(role)}
            data-testid={`role-${role}`}
            onChange={({ target }) =>
              onChange(target.checked ? [...roles, role] : roles.filter((one) => one !== role))
            }
          />
          <span>
            <strong>{t('role', { role })}</strong>
            <span className="small muted">{t('roleText', { role })}</span>
          </span>
        </label>
      ))}
    </div>
  );
}
