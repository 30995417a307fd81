import { createLink } from '@tanstack/react-router';
import type { ComponentProps, JSX } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import s from './button.module.css';
import { classes } from './classes.ts';

/** How much a button asks for attention. */
export type ButtonLook = 'primary' | 'secondary' | 'danger' | 'quiet';

interface Look {
  readonly look?: ButtonLook;
  readonly wide?: boolean;
  readonly icon?: boolean;
}

const classOf = ({ look = 'secondary', wide, icon }: Look): string =>
  classes(s['button'], s[look], wide && s['wide'], icon && s['icon']);

/** A button; `isPending` keeps it focusable and says that something is under way. */
export function Button({
  look,
  wide,
  icon,
  ...rest
}: Look & Omit<AriaButtonProps, 'className'>): JSX.Element {
  const own: Look = { ...(look && { look }), ...(wide && { wide }), ...(icon && { icon }) };
  return <AriaButton {...rest} className={classOf(own)} />;
}

function Anchor({ look, wide, icon, ...rest }: Look & ComponentProps<'a'>): JSX.Element {
  const own: Look = { ...(look && { look }), ...(wide && { wide }), ...(icon && { icon }) };
  return <a {...rest} className={classOf(own)} />;
}

/** A plain link that looks like a button: for files of the server's, which the router must not take for pages. */
export const ButtonAnchor = Anchor;

/** A link of the router that looks like a button. */
export const ButtonLink = createLink(Anchor);
