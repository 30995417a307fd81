import { Link, type LinkProps } from '@tanstack/react-router';
import type { JSX, ReactNode } from 'react';
import s from './home.module.css';

/** The title of a part of the page, and the way to all of it. */
export function PartTitle(props: {
  title: string;
  to?: NonNullable<LinkProps['to']>;
  more?: string;
  children?: ReactNode;
}): JSX.Element {
  return (
    <div className={s['title']}>
      <h2>{props.title}</h2>
      {props.to && <Link to={props.to}>{props.more}</Link>}
      {props.children}
    </div>
  );
}
