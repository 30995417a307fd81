import type { JSX } from 'react';
import { Icon } from '../parts/icons.tsx';

/** Four pictures of one size. */
export const GridIcon = (): JSX.Element => (
  <Icon>
    <rect x="4" y="5" width="7" height="6" rx="1.5" />
    <rect x="13" y="5" width="7" height="6" rx="1.5" />
    <rect x="4" y="13" width="7" height="6" rx="1.5" />
    <rect x="13" y="13" width="7" height="6" rx="1.5" />
  </Icon>
);

/** One large picture with small ones below. */
export const SpeakerIcon = (): JSX.Element => (
  <Icon>
    <rect x="4" y="4" width="16" height="10" rx="2" />
    <path d="M4 19h4M10 19h4M16 19h4" />
  </Icon>
);

/** To the page before. */
export const BackIcon = (): JSX.Element => (
  <Icon>
    <path d="M14.5 6l-6 6 6 6" />
  </Icon>
);

/** To the next page. */
export const ForwardIcon = (): JSX.Element => (
  <Icon>
    <path d="M9.5 6l6 6-6 6" />
  </Icon>
);

/** Keeps a picture large. */
export const PinIcon = (): JSX.Element => (
  <Icon>
    <path d="M9 4h6l-1 6 3 3H7l3-3-1-6zM12 13v7" />
  </Icon>
);

/** Somebody would speak. */
export const HandIcon = (): JSX.Element => (
  <Icon>
    <path d="M8 12V6.5a1.5 1.5 0 0 1 3 0V11m0-6.5a1.5 1.5 0 0 1 3 0V11m0-4.5a1.5 1.5 0 0 1 3 0V15a5 5 0 0 1-5 5h-1c-2 0-3.2-.9-4.2-2.6L4.6 14a1.4 1.4 0 0 1 2.3-1.6L8 13.5" />
  </Icon>
);
