import type { JSX, ReactNode } from 'react';

/** 24-px outlines of our own, so that the components need no icon library. */
export function Icon({ children }: { children: ReactNode }): JSX.Element {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      {children}
    </svg>
  );
}

const SLASH = <path d="M4 4l16 16" />;

/** Microphone, struck through when off. */
export const MicIcon = ({ off = false }: { off?: boolean }): JSX.Element => (
  <Icon>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
    {off && SLASH}
  </Icon>
);

/** Camera, struck through when off. */
export const CameraIcon = ({ off = false }: { off?: boolean }): JSX.Element => (
  <Icon>
    <rect x="3" y="6" width="12" height="12" rx="2" />
    <path d="M15 10.5l6-3v9l-6-3" />
    {off && SLASH}
  </Icon>
);

/** Screen sharing, struck through when off. */
export const ScreenIcon = ({ off = false }: { off?: boolean }): JSX.Element => (
  <Icon>
    <rect x="3" y="4" width="18" height="13" rx="2" />
    <path d="M8 21h8M12 13V8M9.5 10.5L12 8l2.5 2.5" />
    {off && SLASH}
  </Icon>
);

/** Puts something away. */
export const CloseIcon = (): JSX.Element => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
);

/** More. */
export const MoreIcon = (): JSX.Element => (
  <Icon>
    <path d="M5 12h.01M12 12h.01M19 12h.01" strokeWidth="3" />
  </Icon>
);

/** On to the next person. */
export const NextIcon = (): JSX.Element => (
  <Icon>
    <path d="M5 5v14M9.5 6.200v11.600a.8.800 0 0 0 1.200.700l8.600-5.800a.8.800 0 0 0 0-1.300l-8.600-5.900a.8.800 0 0 0-1.200.700z" />
  </Icon>
);

/** What is written in the call. */
export const ChatIcon = (): JSX.Element => (
  <Icon>
    <path d="M12 4a8 8 0 1 1-3.700 15.100L4 20l.900-4.300A8 8 0 0 1 12 4z" />
  </Icon>
);

/** Hang up. */
export const HangUpIcon = (): JSX.Element => (
  <Icon>
    <path d="M3.6 14.4c-.9-.9-1-2.3-.2-3.2 4.6-4.9 12.6-4.9 17.2 0 .8.9.7 2.3-.2 3.2l-1 1c-.7.7-1.8.8-2.6.2l-1.4-1c-.6-.4-.9-1.200-.8-1.900l.1-.9a9.500 9.500 0 0 0-5.400 0l.1.900c.1.700-.2 1.500-.8 1.900l-1.400 1c-.8.600-1.900.500-2.600-.200z" />
  </Icon>
);

/** Loudspeaker. */
export const SoundIcon = (): JSX.Element => (
  <Icon>
    <path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11" />
  </Icon>
);
