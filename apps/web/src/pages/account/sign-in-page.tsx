import { LatidoError } from '@latido/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, forgetPerson } from '../../app/api.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Card, Page } from '../../ui/layout.tsx';
import s from './account.module.css';
import { isEmail } from './check.ts';

/** Signs in, then goes where the person wanted to go. */
export function SignInPage(): JSX.Element {
  const t = useTranslations('account');
  const { next } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const signIn = useMutation({
    mutationFn: () => api.send('POST', '/api/auth/sign-in/email', { email: email.trim(), password }),
    onSuccess: async () => {
      await forgetPerson(client);
      router.history.push(next ?? '/');
    },
  });
  const emailError = tried && !isEmail(email) ? t('needEmail') : null;
  const submit = (): void => {
    setTried(true);
    if (isEmail(email) && password !== '') signIn.mutate();
  };
  return (
    <Page narrow title={t('signInTitle')} text={t('signInText')}>
      <Card>
        <Form className={s['form']} onSubmit={submit}>
          <Field
            label={t('email')}
            type="email"
            autoComplete="username"
            value={email}
            onChange={setEmail}
            error={emailError}
            testId="sign-in-email"
          />
          <Field
            label={t('password')}
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
            error={tried && password === '' ? t('emptyPassword') : null}
            testId="sign-in-password"
          />
          <Failure error={signIn.error} />
          <Button type="submit" look="primary" wide isPending={signIn.isPending} data-testid="sign-in-submit">
            {t('signInTitle')}
          </Button>
        </Form>
      </Card>
      <p className={s['other']}>
        {t('noAccount')}{' '}
        <Link to="/register" search={next === undefined ? {} : { next }}>
          {t('registerTitle')}
        </Link>
      </p>
    </Page>
  );
}

/** Why an account could not be entered or made. */
export function Failure({ error }: { error: unknown }): JSX.Element | null {
  const t = useTranslations();
  if (!error) return null;
  const status = error instanceof LatidoError ? error.status : 0;
  const sentence =
    error instanceof LatidoError && error.code === 'password.weak'
      ? t('errors.codes.password.weak')
      : status === 401 || status === 403
        ? t('account.refused')
        : status === 409 || status === 422
          ? t('account.taken')
          : status === 429
            ? t('account.tooMany')
            : status === 0
              ? t('errors.network')
              : t('errors.unexpected');
  return (
    <p className={s['failure']} role="alert" data-testid="account-failure">
      {sentence}
    </p>
  );
}
