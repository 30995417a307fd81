import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, forgetPerson } from '../../app/api.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { Button } from '../../ui/button.tsx';
import { Choices } from '../../ui/choices.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Card, Page } from '../../ui/layout.tsx';
import s from './account.module.css';
import { isEmail, PASSWORD_MIN } from './check.ts';
import { Failure } from './sign-in-page.tsx';

const ROLES = ['client', 'model'] as const;
type Typed = Record<'name' | 'email' | 'password' | 'role', string>;

const EMPTY: Typed = { name: '', email: '', password: '', role: 'client' };

/** Makes an account for one of the four parts that people play. */
export function RegisterPage(): JSX.Element {
  const t = useTranslations('account');
  const { next } = useSearch({ from: '/register' });
  const { locale } = usePreferences();
  const router = useRouter();
  const client = useQueryClient();
  const [form, setForm] = useState(EMPTY);
  const [tried, setTried] = useState(false);
  const set = (key: keyof Typed) => (value: string) => setForm((old) => ({ ...old, [key]: value }));
  const register = useMutation({
    mutationFn: () =>
      api.send('POST', '/api/auth/sign-up/email', {
        ...form,
        name: form.name.trim(),
        email: form.email.trim(),
      }),
    onSuccess: async () => {
      await api.send('PATCH', '/api/v1/me', { locale }).catch(() => undefined);
      await forgetPerson(client);
      router.history.push(next ?? '/');
    },
  });
  const wrong = {
    name: form.name.trim() === '' ? t('needName') : null,
    email: isEmail(form.email) ? null : t('needEmail'),
    password: form.password.length < PASSWORD_MIN ? t('needPassword') : null,
  };
  const submit = (): void => {
    setTried(true);
    if (!wrong.name && !wrong.email && !wrong.password) register.mutate();
  };
  const errorOf = (key: keyof typeof wrong): string | null => (tried ? wrong[key] : null);
  return (
    <Page narrow title={t('registerTitle')} text={t('registerText')}>
      <Card>
        <Form className={s['form']} onSubmit={submit}>
          <Fields form={form} set={set} errorOf={errorOf} />
          <Failure error={register.error} />
          <Button
            type="submit"
            look="primary"
            wide
            isPending={register.isPending}
            data-testid="register-submit"
          >
            {t('registerTitle')}
          </Button>
        </Form>
      </Card>
      <p className={s['other']}>
        {t('hasAccount')}{' '}
        <Link to="/sign-in" search={next === undefined ? {} : { next }}>
          {t('signInTitle')}
        </Link>
      </p>
    </Page>
  );
}

function Fields(props: {
  form: Typed;
  set: (key: keyof Typed) => (value: string) => void;
  errorOf: (key: 'name' | 'email' | 'password') => string | null;
}): JSX.Element {
  const t = useTranslations('account');
  const { form, set, errorOf } = props;
  return (
    <>
      <Choices
        label={t('role')}
        value={form.role}
        onChange={set('role')}
        options={ROLES.map((id) => ({ id, label: t(id), text: t(`${id}Text`) }))}
      />
      <Field
        label={t('name')}
        hint={t('nameHint')}
        autoComplete="name"
        value={form.name}
        onChange={set('name')}
        error={errorOf('name')}
        testId="register-name"
      />
      <Field
        label={t('email')}
        type="email"
        autoComplete="username"
        value={form.email}
        onChange={set('email')}
        error={errorOf('email')}
        testId="register-email"
      />
      <Field
        label={t('password')}
        hint={t('passwordHint')}
        type="password"
        autoComplete="new-password"
        value={form.password}
        onChange={set('password')}
        error={errorOf('password')}
        testId="register-password"
      />
    </>
  );
}
